"""Cubiss' stock: what there is and where, what comes back, and what becomes void."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from kbl.accounts.access import behind
from kbl.accounts.models import Audience, Role
from kbl.clock import now, today
from kbl.organisations.models import Organisation
from vouchers import stock as custody
from vouchers.models import Batch, Voucher
from vouchers.office.forms import TakeBackForm, VoidForm
from vouchers.office.overview import Counts, counts_per_batch, counts_per_holder, movements_within
from vouchers.office.steps import Plan, Words, in_two_steps, size, vouchers
from vouchers.runs import runs

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss verandert de voorraad. U kunt alles wel bekijken."
RANGES_SHOWN = 12


@require_safe
@behind(Audience.CUBISS)
def stock(request: HttpRequest) -> HttpResponse:
    """All vouchers: per batch, in our own stock, and with every intermediary."""
    own = runs(Voucher.objects.filter(holder__isnull=True, status=Voucher.Status.IN_STOCK))
    total, holders = counts_per_holder()
    page = Paginator(Batch.objects.all(), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "cubiss/stock.html",
        {
            "total": total,
            "own": own[:RANGES_SHOWN],
            "own_more": max(len(own) - RANGES_SHOWN, 0),
            "holders": holders,
            "page": page,
            "batches": counts_per_batch(list(page)),
        },
    )


@require_safe
@behind(Audience.CUBISS)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: where its numbers are now, and how they got there."""
    made = get_object_or_404(Batch.objects.select_related("recorded_by"), pk=pk)
    mine = Voucher.objects.within(made.range)
    page = Paginator(runs(mine), 20).get_page(request.GET.get("page"))
    names = Organisation.objects.in_bulk({run.holder_id for run in page if run.holder_id})
    return render(
        request,
        "cubiss/batch.html",
        {
            "batch": made,
            "counts": Counts.of(mine),
            "page": page,
            "runs": [(run, names.get(run.holder_id)) for run in page],
            "movements": movements_within(made.range)[:25],
            "today": today(),
        },
    )


@require_http_methods(["GET", "POST"])
@behind(Audience.CUBISS, Role.CUBISS_COORDINATOR, because=ONLY_COORDINATOR)
def take_back(request: HttpRequest) -> HttpResponse:
    """Vouchers come back from an intermediary to our own stock."""
    by, at = request.user, now()
    form = TakeBackForm(request.POST or None, today=today(), initial={"holder": request.GET.get("van")})
    words = Words(
        title="Terugnemen",
        lead="De vouchers liggen daarna weer bij Cubiss en kunnen naar een andere intermediair.",
        button="Ja, terugnemen",
    )

    def plan(data: dict) -> Plan:
        many = vouchers(size(data["serials"]))
        return Plan(
            question=f"U neemt {many} terug van {data['holder']}.",
            done=f"{many} teruggenomen van {data['holder']}.",
            holder=str(data["holder"]),
        )

    def act(data: dict):
        return custody.together(
            data["serials"],
            lambda serials: [custody.take_back(serials, holder=data["holder"], on=data["on"], by=by, at=at)],
        )

    return in_two_steps(request, form, words, plan, act)


@require_http_methods(["GET", "POST"])
@behind(Audience.CUBISS, Role.CUBISS_COORDINATOR, because=ONLY_COORDINATOR)
def void(request: HttpRequest) -> HttpResponse:
    """Vouchers become void for good, wherever they are."""
    by, at = request.user, now()
    form = VoidForm(request.POST or None, today=today())
    words = Words(
        title="Ongeldig maken",
        lead="Een voucher die ongeldig is, blijft ongeldig. Het nummer komt nooit terug.",
        button="Ja, ongeldig maken",
        danger=True,
    )

    def plan(data: dict) -> Plan:
        many = vouchers(size(data["serials"]))
        reason = dict(form.fields["reason"].choices)[data["reason"]]  # type: ignore[attr-defined]
        return Plan(
            question=f"U maakt {many} voorgoed ongeldig. Reden: {reason}.", done=f"{many} ongeldig gemaakt: {reason}."
        )

    def act(data: dict):
        return custody.together(
            data["serials"],
            lambda serials: custody.void(serials, reason=data["reason"], on=data["on"], by=by, at=at),
        )

    return in_two_steps(request, form, words, plan, act)
