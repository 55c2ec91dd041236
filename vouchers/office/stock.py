"""Cubiss' stock: what there is and where."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.models import Audience
from kbl.clock import today
from kbl.organisations.models import Organisation
from vouchers.custody import returns, revalidation
from vouchers.models import Batch, Voucher
from vouchers.office.overview import StatusCounts, counts_per_batch, counts_per_holder, movements_within, own_stock
from vouchers.runs import runs
from vouchers.sentences import MOVEMENT_ICONS, Kind, about_movement

RANGES_SHOWN, HOLDERS_PER_PAGE = 12, 100


@require_safe
@requires_audience(Audience.CUBISS)
def stock(request: HttpRequest) -> HttpResponse:
    """All vouchers: per batch, in our own stock, and with every intermediary."""
    on = today()
    own = own_stock(on)
    own_expired = sum(len(serials) for serials, expired in own if expired)
    total, holders = counts_per_holder()
    page = Paginator(Batch.objects.all(), 20).get_page(request.GET.get("page"))
    return render(
        request,
        "cubiss/stock.html",
        {
            "total": total,
            "own": own[:RANGES_SHOWN],
            "own_expired": own_expired,
            "expired_note": f"waarvan {own_expired} verlopen",
            "own_more": max(len(own) - RANGES_SHOWN, 0),
            "holders": Paginator(holders, HOLDERS_PER_PAGE).get_page(request.GET.get("houders")),
            "page": page,
            "batches": counts_per_batch(list(page)),
            "expected": returns.expected(),
            "requests": revalidation.waiting().count(),
        },
    )


@require_safe
@requires_audience(Audience.CUBISS)
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
            "counts": StatusCounts.of(mine),
            "page": page,
            "runs": [(run, names.get(run.holder_id)) for run in page],
            "movements": [
                (each, about_movement(each), MOVEMENT_ICONS[Kind(each.kind)])
                for each in movements_within(made.range)[:25]
            ],
            "today": today(),
        },
    )
