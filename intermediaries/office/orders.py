"""Cubiss answers orders: from our own stock, with a new batch, or with a no and its reason."""

from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import OperationalError
from django.db.models import Case, IntegerField, Value, When
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.office.order_forms import DeclineForm, MakeForm, ShipForm
from intermediaries.orders import order_batch_job, orders, sources
from intermediaries.orders.models import Order
from intermediaries.orders.orders import OrderRefused, orders_of
from intermediaries.orders.packing_list import download
from intermediaries.orders.sentences import ON_PAPER, about_order
from intermediaries.sentences import about_accreditation
from intermediaries.stock_levels import levels
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import local_day, now, today
from kbl.formats import voucher_count
from kbl.jobs.work import AlreadyAsked
from kbl.organisations import readiness
from kbl.organisations.models import Programme
from vouchers.batches import BatchRefused
from vouchers.custody.preview import preview
from vouchers.custody.stock import StockRefused, may_allocate
from vouchers.entry import NumberEntry, write
from vouchers.lifecycle import Overtaken
from vouchers.office.two_steps import TOOK_TOO_LONG, patiently
from vouchers.sentences import about_batch, about_obstacle

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss antwoordt op bestellingen. U kunt alles wel bekijken."
ROWS, BEFORE_SHOWN = 15, 6
Status = Order.Status


@require_safe
@requires_audience(Audience.CUBISS)
def order_list(request: ActingRequest) -> HttpResponse:
    """All orders: those that wait first, the oldest of them on top; then what is under way; then the rest."""
    place = Case(
        When(status=Status.ORDERED, then=Value(0)),
        When(status=Status.SHIPPED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Order.objects.select_related("organisation").annotate(place=place)
    waiting = found.filter(status=Status.ORDERED).order_by("ordered_at", "pk")
    rest = found.exclude(status=Status.ORDERED).order_by("place", "-ordered_at", "-pk")
    on = today()
    page = {
        "waiting": [(each, age(each, on)) for each in waiting],
        "page": Paginator(rest, ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "cubiss/orders.html", page)


def age(order: Order, on) -> int:
    """How many days an order waits."""
    return (on - local_day(order.ordered_at)).days


def _order(pk: int) -> Order:
    return get_object_or_404(Order.objects.select_related("organisation__municipality"), pk=pk)


@require_safe
@requires_audience(Audience.CUBISS)
def order_page(request: ActingRequest, pk: int) -> HttpResponse:
    """One order: who asks, what it has and uses, and the three answers."""
    return _page(request, _order(pk))


def _page(request: ActingRequest, order: Order, *, status: int = 200, **forms: Form) -> HttpResponse:
    on, organisation = today(), order.organisation
    sent = orders.sent(order)
    page: dict = {
        "order": order,
        "medium_words": ON_PAPER[order.medium],
        "age": age(order, on),
        "supply": next(each for each in levels.supply(organisation, on) if each.medium == order.medium),
        "accreditation": accreditation_on(organisation, on),
        "before": orders_of(organisation).exclude(pk=order.pk)[:BEFORE_SHOWN],
        "steps": order.steps.select_related("by"),
        "sent": sent,
        "sent_count": sum(map(len, sent)),
        "differences": order.differences.all(),
        "show_who": True,
    }
    if order.is_open:
        sent_before = [Status.SHIPPED, Status.RECEIVED, Status.DIFFERENT]
        first = not orders_of(organisation).filter(status__in=sent_before).exists()
        page |= {
            "not_ready": readiness.not_ready(organisation),
            "first_order": first,
            "making": order_batch_job.under_way(order).first(),
            **_answers(order, on),
            **forms,
        }
    return render(request, "cubiss/order.html", page, status=status)


def _answers(order: Order, on) -> dict:
    """The three forms, each as it starts."""
    proposal = sources.propose(order.medium, order.count, on=on)
    found = sum(map(len, proposal))
    return {
        "proposed": found,
        "ship": ShipForm(initial={"seen": order.count, "serials": write(tuple(proposal))}),
        "make": MakeForm(
            initial={"seen": order.count, "count": order.count, "valid_until": Programme.current().ends_on}
        ),
        "decline": DeclineForm(initial={"seen": order.count}),
    }


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def order_ship(request: ActingRequest, pk: int) -> HttpResponse:
    """Show what would happen to the chosen numbers, then send those that were shown as good."""
    order, at = _order(pk), now()
    if request.method == "GET" or "back" in request.POST:
        return redirect("cubiss:order", pk=pk)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return _page(request, order, ship=form, status=422) if order.is_open else redirect("cubiss:order", pk=pk)
    entry, agreed = form.cleaned_data["serials"], request.POST.get("agreed", "")
    try:
        orders.assert_open(order, seen=form.cleaned_data["seen"])
        found, other = _preview(order, entry, at)
        if not other and found.good and agreed == write(found.good):
            with patiently():
                orders.ship(order, found.good, seen=form.cleaned_data["seen"], by=request.acting.user, at=at)
            messages.success(
                request, f"{voucher_count(found.count)} verstuurd aan {order.organisation}. De pakbon staat klaar."
            )
            return redirect("cubiss:order", pk=pk)
    except OperationalError:
        form.add_error("serials", TOOK_TOO_LONG)
        return _page(request, order, ship=form, status=422)
    except NotAccredited as refused:
        form.add_error("serials", about_accreditation(refused))
        return _page(request, order, ship=form, status=422)
    except OrderRefused as refused:
        messages.error(request, about_order(refused, cubiss=True))
        return redirect("cubiss:order", pk=pk)
    except (StockRefused, Overtaken):  # somebody was first, between our preview and our writing
        found, other = _preview(order, entry, at)
    if other:
        form.add_error("serials", about_order(other, cubiss=True))
        return _page(request, order, ship=form, status=422)
    if not found.good:
        form.add_error("serials", "Geen van deze nummers kan mee. Kies andere nummers.")
    page = {
        "order": order,
        "form": form,
        "preview": found,
        "medium_words": ON_PAPER[order.medium],
        "obstacles": [(each, about_obstacle(each)) for each in found.obstacles],
        "unreadable": entry.unreadable,
        "twice": entry.twice,
        "agreed": write(found.good),
        "changed": bool(agreed),
        "fewer": order.count - found.count,
    }
    return render(request, "cubiss/order_ship.html", page, status=200 if found.good else 422)


def _preview(order: Order, entry: NumberEntry, at: datetime):
    """What would go, and (when some are of the other medium) that refusal."""
    with patiently():
        found = preview(entry.ranges, may_allocate(local_day(at)))
        strange = orders.of_another_medium(order.medium, found.good)
    return found, OrderRefused(OrderRefused.Reason.OTHER_MEDIUM, order, strange) if strange else None


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def order_make(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask for a new batch for this order; the job's page shows how it goes."""
    order, form = _order(pk), MakeForm(request.POST)
    if form.is_valid():
        try:
            job = order_batch_job.ask_for_order(order, **form.cleaned_data, by=request.acting.user, at=now())
        except NotAccredited as refused:
            form.add_error("count", about_accreditation(refused))
        except BatchRefused as refused:
            about_day = refused.reason == BatchRefused.Reason.ALREADY_EXPIRED
            form.add_error("valid_until" if about_day else "count", about_batch(refused))
        except OrderRefused as refused:
            messages.error(request, about_order(refused, cubiss=True))
            return redirect("cubiss:order", pk=pk)
        except AlreadyAsked as asked:
            return redirect("cubiss:job", pk=asked.job.pk)
        else:
            return redirect("cubiss:job", pk=job.pk)
    return _page(request, order, make=form, status=422)


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def order_decline(request: ActingRequest, pk: int) -> HttpResponse:
    """Say no, with a reason from the list."""
    order, form = _order(pk), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, order, decline=form, status=422)
    try:
        orders.decline(order, **form.cleaned_data, by=request.acting.user, at=now())
        messages.success(request, f"Bestelling {order} is afgewezen. {order.organisation} krijgt bericht.")
    except OrderRefused as refused:
        messages.error(request, about_order(refused, cubiss=True))
    return redirect("cubiss:order", pk=pk)


@require_safe
@requires_audience(Audience.CUBISS)
def order_packing_list(request: ActingRequest, pk: int) -> HttpResponse:
    """The packing list as a PDF."""
    order = _order(pk)
    if not order.was_sent:
        raise Http404
    return download(order)
