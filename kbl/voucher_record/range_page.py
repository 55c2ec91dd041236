"""Several vouchers at once: who has them, how they stand, and what happened to them. Serials, never whole numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import today
from kbl.organisations.models import Organisation
from kbl.search import sentences
from kbl.search.finding import SearchResult, range_place
from kbl.search.reading import Serials, read
from kbl.search.views import SearchForm
from kbl.voucher_record.actions import actions
from vouchers.models import Batch, StockMovement, Voucher, VoucherQuerySet
from vouchers.numbers import NotANumber, NumberError, SerialRange
from vouchers.office.overview import StatusCounts
from vouchers.runs import islands
from vouchers.sentences import MOVEMENT_ICONS, Kind, about_movement

RUNS_SHOWN = 25
MOVEMENTS_SHOWN = 25


@dataclass(frozen=True)
class Stretch:
    """Consecutive vouchers with one holder (None is Cubiss), status, batch and last day."""

    serials: SerialRange
    holder: Organisation | None
    status: str
    batch: Batch
    until: date
    expired: bool

    @property
    def get_status_display(self) -> str:
        return str(Voucher.Status(self.status).label)


@require_safe
@requires_audience(Audience.CUBISS)
def vouchers(request: ActingRequest) -> HttpResponse:
    """`?van=1&tot=500`, or `?nummers=1-500,700`; anything else gets the search page with a sentence."""
    try:
        ranges = _asked(request)
    except NumberError as error:
        title, words = sentences.unreadable(error)
        answer = SearchResult(title=title, words=words, found=False)
        return render(request, "cubiss/search.html", {"form": SearchForm(), "answer": answer}, status=422)
    if len(ranges) == 1 and len(ranges[0]) == 1:
        return redirect("cubiss:voucher", ranges[0].first)
    return _page(request, ranges)


def _asked(request: ActingRequest) -> tuple[SerialRange, ...]:
    """The ranges of the address. Raises NumberError; also for a whole number, which has no place in an address."""
    typed = request.GET.get("nummers", "")
    if not typed:
        first, last = request.GET.get("van", ""), request.GET.get("tot", "")
        typed = f"{first}-{last}" if last else first
    wanted = read(typed)
    if not isinstance(wanted, Serials) or wanted.numbers:
        raise NotANumber("" if isinstance(wanted, Serials) else typed)
    return wanted.ranges


def within(ranges: Iterable[SerialRange]) -> VoucherQuerySet:
    """The vouchers of these ranges."""
    asked = Q()
    for serials in ranges:
        asked |= Q(serial__range=(serials.first, serials.last))
    return Voucher.objects.filter(asked)


def movements(ranges: Iterable[SerialRange]) -> QuerySet[StockMovement]:
    """Every movement that touched one of these numbers, the latest first."""
    touched = Q()
    for serials in ranges:
        touched |= Q(first_serial__lte=serials.last, last_serial__gte=serials.first)
    return StockMovement.objects.filter(touched).select_related("from_holder", "to_holder", "recorded_by")


def _page(request: ActingRequest, ranges: tuple[SerialRange, ...]) -> HttpResponse:
    mine, on = within(ranges), today()
    counts = StatusCounts.of(mine)
    page = Paginator(islands(mine.with_last_day(), "holder_id", "status", "batch_id", "last_day"), RUNS_SHOWN).get_page(
        request.GET.get("page")
    )
    touched = movements(ranges)
    stretches = _stretches(list(page), on)
    holders = {each.holder.pk if each.holder else None for each in stretches}
    one_holder = holders.pop() if len(holders) == 1 and not page.has_other_pages() else None
    may_change = request.acting.may(Right.COORDINATE)
    asked = sum(map(len, ranges))
    return render(
        request,
        "cubiss/range.html",
        {
            "ranges": ranges,
            "asked": asked,
            "counts": counts,
            "missing": asked - counts.made,
            "statuses": [(each, each.label, getattr(counts, each)) for each in Voucher.Status if getattr(counts, each)],
            "page": page,
            "stretches": [(each, range_place([each.serials]).url) for each in stretches],
            "movements": [
                (each, about_movement(each), MOVEMENT_ICONS[Kind(each.kind)], range_place([each.range]).url)
                for each in touched[:MOVEMENTS_SHOWN]
            ],
            "movements_more": max(touched.count() - MOVEMENTS_SHOWN, 0),
            "actions": actions(
                ranges, statuses={each for each in Voucher.Status if getattr(counts, each)}, holder=one_holder
            )
            if may_change
            else [],
        },
    )


def _stretches(rows: list[tuple[SerialRange, tuple]], on: date) -> list[Stretch]:
    """The runs of one page with the holders and batches that they name, in two questions."""
    holders = Organisation.objects.in_bulk({row[0] for _, row in rows if row[0]})
    batches = Batch.objects.in_bulk({row[2] for _, row in rows})
    return [
        Stretch(serials, holders.get(holder), status, batches[batch], day := _date(until), day < on)
        for serials, (holder, status, batch, until) in rows
    ]


def _date(value: date | str) -> date:
    """SQLite gives the day of an expression as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
