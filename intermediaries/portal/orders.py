"""Ordering: what we have and how long it lasts, asking for more, and saying what came."""

from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from intermediaries.access import organisation_of
from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from intermediaries.orders.orders import OrderRefused, orders_of
from intermediaries.orders.packing_list import download
from intermediaries.orders.sentences import ON_PAPER, about_no_accreditation, about_order
from intermediaries.portal.order_forms import ChangeForm, OrderForm
from intermediaries.stock_levels import levels
from intermediaries.stock_levels.sentences import about_supply
from kbl.accounts.access import Acting, ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now, today
from kbl.formats import voucher_count
from kbl.organisations import readiness

ROWS = 20


def order_for(acting: Acting, pk: int) -> Order:
    """One order of one's own. Raises Http404 for a stranger's."""
    return get_object_or_404(orders_of(organisation_of(acting)).select_related("organisation"), pk=pk)


def supplies_of(organisation, on) -> list[dict]:
    """What an organisation has of each medium that matters, with the order that is open and a key to order again."""
    waiting = {each.medium: each for each in orders_of(organisation).filter(status=Order.Status.ORDERED)}
    return [
        {
            "supply": each,
            "words": about_supply(each),
            "medium_words": ON_PAPER[each.medium],
            "open": waiting.get(each.medium),
            "key": uuid4(),
        }
        for each in levels.supply(organisation, on)
        if each.matters or each.medium in waiting
    ]


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def order_list(request: ActingRequest) -> HttpResponse:
    """What we have, a form with a suggestion in it, and our orders. Pressing twice is ordering once."""
    organisation = organisation_of(request.acting)
    form = OrderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            order = orders.place(organisation, **form.cleaned_data, by=request.acting.user, at=now())
        except OrderRefused as refused:
            form.add_error(
                "medium" if refused.reason == OrderRefused.Reason.ALREADY_OPEN else "count", about_order(refused)
            )
        except NotAccredited as refused:
            form.add_error(None, about_no_accreditation(refused))
        else:
            words = f"U bestelde {voucher_count(order.count)} {ON_PAPER[order.medium]}. Cubiss gaat ermee aan de slag."
            messages.success(request, words)
            return redirect("intermediary:order", pk=order.pk)
    on = today()
    found = supplies_of(organisation, on)
    if request.method == "GET":
        free = next((each for each in found if not each["open"]), None)
        form = OrderForm(
            initial={
                "medium": free["supply"].medium if free else None,
                "count": (free["supply"].suggested or None) if free else None,
            }
        )
    itself = organisation.branches.exists()
    page = {
        "form": form,
        "supplies": found,
        "may_order": accreditation_on(organisation, on) is not None,
        "all_open": all(each["open"] for each in found),
        "page": Paginator(orders_of(organisation), ROWS).get_page(request.GET.get("page")),
        "not_ready": readiness.readiness([organisation])[0] if itself else None,
    }
    return render(request, "intermediary/orders.html", page, status=422 if form.errors else 200)


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def order_page(request: ActingRequest, pk: int) -> HttpResponse:
    """One order: where it is, and what can still be done about it."""
    return _page(request, order_for(request.acting, pk))


def _page(request: ActingRequest, order: Order, form: ChangeForm | None = None) -> HttpResponse:
    sent = orders.sent(order)
    page = {
        "order": order,
        "medium_words": ON_PAPER[order.medium],
        "steps": order.steps.select_related("by"),
        "sent": sent,
        "sent_count": sum(map(len, sent)),
        "form": form or ChangeForm.of(order),
        "differences": order.differences.prefetch_related("settlements"),
    }
    return render(request, "intermediary/order.html", page, status=422 if form else 200)


@requires_audience(Audience.INTERMEDIARY)
@require_POST
def order_change(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask for another number, as long as Cubiss did not answer."""
    order, form = order_for(request.acting, pk), ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, order, form)
    try:
        orders.change(order, **form.cleaned_data, by=request.acting.user, at=now())
        messages.success(request, f"Aangepast: u bestelt {voucher_count(order.count)} {ON_PAPER[order.medium]}.")
    except OrderRefused as refused:
        messages.error(request, about_order(refused))
    return redirect("intermediary:order", pk=pk)


@requires_audience(Audience.INTERMEDIARY)
@require_POST
def order_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """We no longer need them."""
    order = order_for(request.acting, pk)
    try:
        orders.cancel(order, by=request.acting.user, at=now())
        messages.success(request, f"Bestelling {order} is ingetrokken.")
    except OrderRefused as refused:
        messages.error(request, about_order(refused))
    return redirect("intermediary:order", pk=pk)


@requires_audience(Audience.INTERMEDIARY)
@require_POST
def order_receive(request: ActingRequest, pk: int) -> HttpResponse:
    """Everything is here: one press."""
    order = order_for(request.acting, pk)
    try:
        orders.receive(order, by=request.acting.user, at=now())
        messages.success(request, "Dank u wel. Alles is binnen.")
    except OrderRefused as refused:
        messages.error(request, about_order(refused))
    return redirect("intermediary:order", pk=pk)


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def order_packing_list(request: ActingRequest, pk: int) -> HttpResponse:
    """The packing list of an order that was sent, as a PDF."""
    order = order_for(request.acting, pk)
    if not order.was_sent:
        raise Http404
    return download(order)
