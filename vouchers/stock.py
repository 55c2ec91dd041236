"""Chain of custody: ranges of vouchers that change hands or become void, each change a fact.

A range goes whole or not at all; when it cannot, `StockRefused` says for every number why not. The gate of
accreditation stands with the intermediaries (intermediaries/accreditation.py): the paper knows only its holder.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Count

from kbl.facts import refuse_future
from kbl.organisations.models import Organisation
from vouchers import lifecycle
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange, join, ranges_of
from vouchers.runs import runs

Kind, Reason, Status = StockMovement.Kind, StockMovement.Reason, Voucher.Status

VOIDABLE = {Status.IN_STOCK, Status.ALLOCATED, Status.HANDED_OUT}


@dataclass(frozen=True)
class Obstacle:
    """Numbers of a range that cannot go, with one reason (a class constant); `status` when that is what is wrong."""

    UNKNOWN, NOT_HELD, WRONG_STATUS, NOT_YET_HELD, EXPIRED = "unknown", "not_held", "status", "not_yet_held", "expired"

    reason: str
    serials: tuple[SerialRange, ...]
    status: str = ""

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


class StockRefused(Exception):
    """The range cannot go as asked; `why` lists the obstacles. Nothing was changed."""

    def __init__(self, why: list[Obstacle]) -> None:
        super().__init__("; ".join(f"{each.reason} {' '.join(map(str, each.serials))}" for each in why))
        self.why = why


def allocate(serials: SerialRange, *, to: Organisation, on: date, by, at: datetime) -> StockMovement:
    """Give a range from Cubiss' own stock to an intermediary. Raises StockRefused, FutureDate."""
    return _carry(Kind.ALLOCATE, serials, seen={Status.IN_STOCK}, source=None, target=to, on=on, by=by, at=at)


def take_back(serials: SerialRange, *, holder: Organisation, on: date, by, at: datetime) -> StockMovement:
    """A range returns to Cubiss' own stock. Raises StockRefused, FutureDate."""
    return _carry(Kind.RETURN, serials, seen={Status.ALLOCATED}, source=holder, target=None, on=on, by=by, at=at)


def hand_on(
    serials: SerialRange, *, holder: Organisation, to: Organisation, on: date, by, at: datetime
) -> StockMovement:
    """A range moves from one intermediary to another. Raises StockRefused, FutureDate."""
    return _carry(Kind.MOVE, serials, seen={Status.ALLOCATED}, source=holder, target=to, on=on, by=by, at=at)


@transaction.atomic
def void(serials: SerialRange, *, reason: str, on: date, by, at: datetime) -> list[StockMovement]:
    """Make a range invalid for good, wherever it is, unless it was redeemed. Raises StockRefused, FutureDate.

    The holder stays on the voucher: it tells who lost it. One movement per run of numbers with one holder.
    """
    refuse_future(on, at)
    runs = list(_runs_by_holder(serials))
    mine = Voucher.objects.within(serials)
    try:
        with transaction.atomic():
            lifecycle.move(mine, seen=VOIDABLE, to=Status.VOID, count=len(serials))
    except lifecycle.Overtaken:
        raise StockRefused(obstacles(serials, statuses=VOIDABLE, on=on)) from None
    return [_record(Kind.VOID, run, from_holder_id=holder, on=on, by=by, at=at, reason=reason) for holder, run in runs]


@transaction.atomic
def together(ranges: Iterable[SerialRange], carry: Callable[[SerialRange], list[StockMovement]]) -> list[StockMovement]:
    """Let several ranges go as one: all of them, or none. Raises StockRefused with the obstacles of all ranges."""
    movements: list[StockMovement] = []
    why: dict[tuple[str, str], list[SerialRange]] = {}
    for serials in ranges:
        try:
            movements += carry(serials)
        except StockRefused as refused:
            for each in refused.why:
                why.setdefault((each.reason, each.status), []).extend(each.serials)
    if why:
        raise StockRefused([Obstacle(reason, tuple(join(found)), status) for (reason, status), found in why.items()])
    return movements


def obstacles(
    serials: SerialRange, *, statuses: set, on: date, holder: Organisation | None | bool = True
) -> list[Obstacle]:
    """Why numbers of a range cannot go: unknown, in another status, with somebody else, or not there yet on that day.

    `holder=None` asks for Cubiss' own stock, `True` for anybody's.
    """
    found: dict[tuple[str, str], list[int]] = {}
    known: set[int] = set()
    rows = Voucher.objects.within(serials).values_list("serial", "holder_id", "status", "held_since")
    for serial, holder_id, status, held_since in rows.iterator():
        known.add(serial)
        if holder is not True and holder_id != (holder.pk if isinstance(holder, Organisation) else None):
            reason = (Obstacle.NOT_HELD, "")
        elif status not in statuses:
            reason = (Obstacle.WRONG_STATUS, status)
        elif held_since and on < held_since:
            reason = (Obstacle.NOT_YET_HELD, "")
        else:
            continue
        found.setdefault(reason, []).append(serial)
    if missing := [serial for serial in serials if serial not in known]:
        found[Obstacle.UNKNOWN, ""] = missing
    return [Obstacle(reason, tuple(ranges_of(numbers)), status) for (reason, status), numbers in found.items()]


@transaction.atomic
def _carry(
    kind: str,
    serials: SerialRange,
    *,
    seen: set,
    source: Organisation | None,
    target: Organisation | None,
    on: date,
    by,
    at: datetime,
) -> StockMovement:
    """Bring a whole range from one holder to the next: the fact and the status together, or neither."""
    refuse_future(on, at)
    mine = Voucher.objects.within(serials).filter(holder=source).exclude(held_since__gt=on)
    try:
        with transaction.atomic():
            lifecycle.move(
                mine,
                seen=seen,
                to=Status.ALLOCATED if target else Status.IN_STOCK,
                count=len(serials),
                holder=target,
                held_since=on if target else None,
            )
    except lifecycle.Overtaken:
        raise StockRefused(obstacles(serials, statuses=seen, on=on, holder=source)) from None
    return _record(kind, serials, from_holder=source, to_holder=target, on=on, by=by, at=at)


def _record(kind: str, serials: SerialRange, *, by, at: datetime, **named) -> StockMovement:
    return StockMovement.objects.create(
        kind=kind, first_serial=serials.first, last_serial=serials.last, recorded_by=by, recorded_at=at, **named
    )


def _runs_by_holder(serials: SerialRange) -> Iterator[tuple[int | None, SerialRange]]:
    """The range cut where the holder changes; in one query when it has one holder."""
    holders = list(Voucher.objects.within(serials).order_by().values_list("holder_id", flat=True).distinct()[:2])
    if len(holders) < 2:
        yield (holders[0] if holders else None), serials
        return
    rows = Voucher.objects.within(serials).order_by("serial").values_list("serial", "holder_id")
    for holder, run in groupby(rows, key=lambda row: row[1]):
        numbers = [serial for serial, _ in run]
        yield holder, SerialRange(numbers[0], numbers[-1])


def holdings(holder: Organisation | None) -> dict[str, int]:
    """How many vouchers one holder has in each status."""
    rows = Voucher.objects.filter(holder=holder).values("status").annotate(count=Count("pk")).order_by()
    counts = {row["status"]: row["count"] for row in rows}
    return {status: counts.get(status, 0) for status in Status.values}


def own_ranges(holder: Organisation | None, status: str) -> list[SerialRange]:
    """The numbers that a holder has in one status, as ranges, for showing."""
    return [run.serials for run in runs(Voucher.objects.filter(holder=holder, status=status))]
