"""Chain of custody: ranges of vouchers that change hands, become void or last longer, each change a fact.

A range goes whole or not at all; when it cannot, `StockRefused` says for every number why not, and `preview` says so
beforehand. Whether a holder is accredited, the intermediaries ask (intermediaries/accreditation.py): here a voucher has
a holder and no more. What comes back to Cubiss is first expected (returns.py); valid again takes two people
(revalidation.py).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Count

from kbl.clock import local_day
from kbl.facts import refuse_future
from kbl.organisations.models import Organisation
from vouchers import lifecycle
from vouchers.custody import returns
from vouchers.custody.eligibility import ANYBODY, Holder, Obstacle, StockEligibility
from vouchers.custody.preview import preview
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange, join
from vouchers.runs import runs

Kind, Reason, Status = StockMovement.Kind, StockMovement.Reason, Voucher.Status

IN_STOCK = frozenset({Status.IN_STOCK})
IN_DRAWER = frozenset({Status.ALLOCATED})
VOIDABLE = frozenset({Status.IN_STOCK, Status.ALLOCATED, Status.HANDED_OUT})


class StockRefused(Exception):
    """Part of a range cannot go; nothing was changed. `why` lists every group of numbers with its reason."""

    def __init__(self, why: Iterable[Obstacle]) -> None:
        self.why = list(why)
        super().__init__("; ".join(f"{each.reason}: {' '.join(map(str, each.serials))}" for each in self.why))


class PastDay(ValueError):
    """Vouchers cannot become valid until a day that is over."""

    def __init__(self, day: date) -> None:
        super().__init__(f"{day}")
        self.day = day


# --- which vouchers each act may touch --------------------------------------------------------------------------------


def may_allocate(on: date) -> StockEligibility:
    """Vouchers in Cubiss' own stock that are still valid."""
    return StockEligibility(IN_STOCK, holder=None, valid_on=on)


def may_take_back(holder: Organisation, on: date) -> StockEligibility:
    """Vouchers in the holder's drawer, expired ones too."""
    return StockEligibility(IN_DRAWER, holder=holder, held_by=on)


def may_hand_on(holder: Organisation, on: date) -> StockEligibility:
    """Vouchers in the holder's drawer that are still valid."""
    return StockEligibility(IN_DRAWER, holder=holder, held_by=on, valid_on=on)


def may_void(on: date, holder: Holder = ANYBODY) -> StockEligibility:
    """For Cubiss: whatever was not redeemed, wherever it is. A holder can only say so of what is in its own drawer."""
    return StockEligibility(VOIDABLE if holder is ANYBODY else IN_DRAWER, holder=holder, held_by=on)


def may_extend(valid_until: date) -> StockEligibility:
    """Vouchers that were not redeemed or made void, and whose last day is earlier."""
    return StockEligibility(VOIDABLE, shorter_than=valid_until)


# --- the acts ---------------------------------------------------------------------------------------------------------


def allocate(serials: SerialRange, *, to: Organisation, on: date, by, at: datetime) -> StockMovement:
    """Give a range from Cubiss' own stock to an intermediary. Raises StockRefused, FutureDate."""
    return _carry(Kind.ALLOCATE, serials, may_allocate(on), source=None, target=to, on=on, by=by, at=at)


def take_back(serials: SerialRange, *, holder: Organisation, on: date, by, at: datetime) -> StockMovement:
    """A range returns to Cubiss' own stock; what was expected back is there. Raises StockRefused, FutureDate."""
    movement = _carry(Kind.RETURN, serials, may_take_back(holder, on), source=holder, target=None, on=on, by=by, at=at)
    returns.close_arrived(holder, serials, by=by, at=at)
    return movement


def hand_on(
    serials: SerialRange, *, holder: Organisation, to: Organisation, on: date, by, at: datetime
) -> StockMovement:
    """A range moves from one intermediary to another. Raises StockRefused, FutureDate."""
    return _carry(Kind.MOVE, serials, may_hand_on(holder, on), source=holder, target=to, on=on, by=by, at=at)


@transaction.atomic
def void(
    serials: SerialRange, *, reason: str, on: date, by, at: datetime, holder: Holder = ANYBODY
) -> list[StockMovement]:
    """Make a range invalid, wherever it is, unless it was redeemed. Raises StockRefused, FutureDate.

    With a holder: only what is in its drawer. The holder stays on the voucher: it tells who lost it. One movement per
    run of numbers with one holder.
    """
    refuse_future(on, at)
    eligibility = may_void(on, holder)
    _change(serials, eligibility, lambda mine: lifecycle.move_those(mine, seen=eligibility.statuses, to=Status.VOID))
    return [
        record(Kind.VOID, run, from_holder_id=held_by, on=on, by=by, at=at, reason=reason)
        for held_by, run in runs_by_holder(serials)
    ]


@transaction.atomic
def extend(serials: SerialRange, *, valid_until: date, on: date, by, at: datetime) -> StockMovement:
    """Make a range valid up to and including a later day, wherever it is. Raises StockRefused, FutureDate, PastDay."""
    refuse_future(on, at)
    refuse_past(valid_until, at)
    _change(serials, may_extend(valid_until), lambda mine: mine.update(extended_until=valid_until))
    return record(Kind.EXTEND, serials, valid_until=valid_until, on=on, by=by, at=at)


def refuse_past(valid_until: date, at: datetime) -> None:
    """A last day is today or still to come. Raises PastDay."""
    if valid_until < local_day(at):
        raise PastDay(valid_until)


@transaction.atomic
def together(ranges: Iterable[SerialRange], carry: Callable[[SerialRange], list[StockMovement]]) -> list[StockMovement]:
    """Let several ranges go as one: all of them, or none. Raises StockRefused with the obstacles of all ranges."""
    movements: list[StockMovement] = []
    why: dict[tuple[Obstacle.Reason, str], list[SerialRange]] = {}
    for serials in ranges:
        try:
            movements += carry(serials)
        except StockRefused as refused:
            for each in refused.why:
                why.setdefault((each.reason, each.status), []).extend(each.serials)
    if why:
        raise StockRefused(Obstacle(reason, tuple(join(found)), status) for (reason, status), found in why.items())
    return movements


@transaction.atomic
def _carry(
    kind: str,
    serials: SerialRange,
    eligibility: StockEligibility,
    *,
    source: Organisation | None,
    target: Organisation | None,
    on: date,
    by,
    at: datetime,
) -> StockMovement:
    """Bring a whole range from one holder to the next: the fact and the status together, or neither."""
    refuse_future(on, at)
    to, since = (Status.ALLOCATED, on) if target else (Status.IN_STOCK, None)
    _change(
        serials,
        eligibility,
        lambda mine: lifecycle.move_those(mine, seen=eligibility.statuses, to=to, holder=target, held_since=since),
    )
    return record(kind, serials, from_holder=source, to_holder=target, on=on, by=by, at=at)


def _change(serials: SerialRange, eligibility: StockEligibility, update: Callable) -> None:
    """Change every voucher of a range by one conditional UPDATE, or none. Raises StockRefused."""
    with transaction.atomic():
        changed = update(eligibility.eligible(Voucher.objects.within(serials)).order_by())
        if changed == len(serials):
            return
        transaction.set_rollback(True)
    found = preview([serials], eligibility)
    if not found.obstacles:  # they came free again meanwhile: the next press will do
        raise lifecycle.Overtaken(len(serials), changed)
    raise StockRefused(found.obstacles)


def record(kind: str, serials: SerialRange, *, by, at: datetime, **named) -> StockMovement:
    """Add the fact of a movement."""
    return StockMovement.objects.create(
        kind=kind, first_serial=serials.first, last_serial=serials.last, recorded_by=by, recorded_at=at, **named
    )


def runs_by_holder(serials: SerialRange) -> Iterator[tuple[int | None, SerialRange]]:
    """The range cut where the holder changes; in one query when it has one holder."""
    holders = list(Voucher.objects.within(serials).order_by().values_list("holder_id", flat=True).distinct()[:2])
    if len(holders) < 2:
        yield (holders[0] if holders else None), serials
        return
    rows = Voucher.objects.within(serials).order_by("serial").values_list("serial", "holder_id")
    for holder, run in groupby(rows, key=lambda row: row[1]):
        numbers = [serial for serial, _ in run]
        yield holder, SerialRange(numbers[0], numbers[-1])


# --- what there is ----------------------------------------------------------------------------------------------------


def holdings(holder: Organisation | None) -> dict[str, int]:
    """How many vouchers one holder has in each status."""
    rows = Voucher.objects.filter(holder=holder).values("status").annotate(count=Count("pk")).order_by()
    counts = {row["status"]: row["count"] for row in rows}
    return {status: counts.get(status, 0) for status in Status.values}


def own_ranges(holder: Organisation | None, status: str) -> list[SerialRange]:
    """The numbers that a holder has in one status, as ranges, for showing."""
    return [run.serials for run in runs(Voucher.objects.filter(holder=holder, status=status))]
