"""Counted differently: numbers that are missing from a parcel or a drawer, and numbers that lie there unlisted.

The intermediary tells, Cubiss settles, and nothing happens to a resident's voucher meanwhile (domain.md,
"Discrepancies": stock counted differently).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from django.db import transaction

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.counting.models import Difference, Settlement
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from kbl.clock import local_day
from kbl.organisations.models import Organisation
from vouchers.custody import stock
from vouchers.custody.eligibility import Obstacle, StockEligibility
from vouchers.custody.preview import StockPreview, preview
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange, cut, join, without
from vouchers.runs import islands, runs

Kind = Difference.Kind
Outcome = Settlement.Outcome
Status = Voucher.Status

OUTCOMES: dict[str, tuple[Settlement.Outcome, ...]] = {
    Kind.MISSING: (Outcome.LOST, Outcome.NOT_SENT, Outcome.ARRIVED),
    Kind.EXTRA: (Outcome.GIVEN, Outcome.SENT_BACK, Outcome.MISTAKE),
}
GIVEABLE = frozenset({Status.IN_STOCK, Status.ALLOCATED})


@dataclass(frozen=True)
class CountRefusal:
    """Numbers that cannot be told like this, with one reason; `status` where that is what is wrong."""

    class Reason(StrEnum):
        NOT_LISTED = "not_listed"
        NOT_OURS = "not_ours"
        USED = "used"
        VOID = "void"
        REPORTED = "reported"
        OURS = "ours"

    reason: Reason
    serials: tuple[SerialRange, ...]
    status: str = ""

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


@dataclass(frozen=True)
class CountPreview:
    """What a count would tell: the numbers that are good to tell, and those that are not and why."""

    good: tuple[SerialRange, ...]
    refused: tuple[CountRefusal, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))


class CountRefused(Exception):
    """Part of what was counted cannot be told any more; nothing was recorded."""

    def __init__(self, missing: CountPreview, extra: CountPreview) -> None:
        super().__init__(f"{missing.refused} {extra.refused}")
        self.missing, self.extra = missing, extra


class SettlementRefused(Exception):
    """A difference cannot be settled like this; `preview` tells for every number. Nothing was changed."""

    class Reason(StrEnum):
        OVERTAKEN = "overtaken"
        NOTHING = "nothing"
        NUMBERS = "numbers"

    def __init__(self, reason: Reason, preview: StockPreview | None = None) -> None:
        super().__init__(reason)
        self.reason, self.preview = reason, preview


# --- telling ----------------------------------------------------------------------------------------------------------


def preview_missing(
    organisation: Organisation, ranges: Iterable[SerialRange], *, order: Order | None = None
) -> CountPreview:
    """Which of these numbers somebody can miss: in its drawer by our books, and on the order's list if there is one."""
    found: dict[tuple[CountRefusal.Reason, str], list[SerialRange]] = {}
    good: list[SerialRange] = []
    listed = orders.sent(order) if order else None
    for serials in join(ranges):
        parts = list(cut(listed, serials)) if listed is not None else [serials]
        found.setdefault((CountRefusal.Reason.NOT_LISTED, ""), []).extend(without(serials, parts))
        for part in parts:
            known = []
            for run in runs(Voucher.objects.within(part).held_by(organisation)):
                known.append(run.serials)
                if run.status == Status.ALLOCATED:
                    good.append(run.serials)
                else:
                    reason = CountRefusal.Reason.VOID if run.status == Status.VOID else CountRefusal.Reason.USED
                    found.setdefault((reason, run.status), []).append(run.serials)
            found.setdefault((CountRefusal.Reason.NOT_OURS, ""), []).extend(without(part, known))
    return _counted(organisation, Kind.MISSING, good, found)


def preview_extra(organisation: Organisation, ranges: Iterable[SerialRange]) -> CountPreview:
    """Which of these numbers can lie there too many: those that our books have not with this organisation.

    Whose they are, or whether they exist at all, is Cubiss' to find out and nobody's to read off here.
    """
    found: dict[tuple[CountRefusal.Reason, str], list[SerialRange]] = {}
    good: list[SerialRange] = []
    for serials in join(ranges):
        mine = Voucher.objects.within(serials).held_by(organisation).exclude(status=Status.VOID)
        ours = [run.serials for run in runs(mine)]
        found.setdefault((CountRefusal.Reason.OURS, ""), []).extend(ours)
        good.extend(without(serials, ours))
    return _counted(organisation, Kind.EXTRA, good, found)


def _counted(organisation: Organisation, kind: str, good: list[SerialRange], found: dict) -> CountPreview:
    """Take out what was told before and is not settled yet."""
    told = [
        serials
        for each in open_differences().filter(organisation=organisation, kind=kind)
        for serials in each.open_ranges()
    ]
    found[CountRefusal.Reason.REPORTED, ""] = [part for serials in good for part in cut(join(told), serials)]
    left = [part for serials in good for part in without(serials, cut(join(told), serials))]
    return CountPreview(
        tuple(join(left)),
        tuple(
            CountRefusal(reason, tuple(join(serials)), status) for (reason, status), serials in found.items() if serials
        ),
    )


@transaction.atomic
def report(
    organisation: Organisation,
    *,
    missing: Iterable[SerialRange],
    extra: Iterable[SerialRange],
    by,
    at: datetime,
    order: Order | None = None,
) -> list[Difference]:
    """Tell what was counted: with an order it is its receipt, without one a count of the drawer. All of it or nothing.

    Raises CountRefused with both previews, OrderRefused when the order was received already.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # one count at a time: pressing twice tells once
    lacking, more = preview_missing(organisation, missing, order=order), preview_extra(organisation, extra)
    if lacking.refused or more.refused or not (lacking.good or more.good):
        raise CountRefused(lacking, more)
    if order is not None:
        orders.receive_otherwise(order, by=by, at=at)
    return [
        Difference.objects.create(
            organisation=organisation,
            order=order,
            kind=kind,
            first_serial=serials.first,
            last_serial=serials.last,
            left=len(serials),
            on=local_day(at),
            recorded_by=by,
            recorded_at=at,
        )
        for kind, counted in ((Kind.MISSING, lacking), (Kind.EXTRA, more))
        for serials in counted.good
    ]


# --- settling ---------------------------------------------------------------------------------------------------------


def open_differences():
    """Everything that was counted differently and is not wholly settled, the oldest first."""
    return (
        Difference.objects.filter(left__gt=0)
        .select_related("organisation", "order")
        .prefetch_related("settlements")
        .order_by("on", "pk")
    )


def preview_settlement(
    difference: Difference, ranges: Iterable[SerialRange], outcome: str, *, on: date
) -> StockPreview:
    """What this outcome would do to every number: which can, and which cannot and why. Changes nothing.

    Numbers that are no open part of the difference are an obstacle of their own.
    """
    parts, strange = [], []
    for serials in join(ranges):
        inside = list(cut(difference.open_ranges(), serials))
        parts += inside
        strange += list(without(serials, inside))
    own: list[SerialRange] = []
    if outcome == Outcome.GIVEN:
        mine = Voucher.objects.held_by(difference.organisation)
        own = [run.serials for part in parts for run in runs(mine.within(part))]
        parts = [rest for part in parts for rest in without(part, cut(own, part))]
    eligibility = _eligibility(difference, Outcome(outcome), on)
    found = preview(parts, eligibility) if eligibility else StockPreview(tuple(parts), ())
    in_the_way = ((Obstacle.Reason.NOT_OF_DIFFERENCE, strange), (Obstacle.Reason.WITH_ITS_OWNER, own))
    more = [Obstacle(reason, tuple(join(serials))) for reason, serials in in_the_way if serials]
    return StockPreview(found.good, (*found.obstacles, *more))


def _eligibility(difference: Difference, outcome: Outcome, on: date) -> StockEligibility | None:
    """Which vouchers an outcome may touch; None when it changes nothing about them."""
    match outcome:
        case Outcome.LOST:
            return stock.may_void(on, difference.organisation)
        case Outcome.NOT_SENT:
            return stock.may_take_back(difference.organisation, on)
        case Outcome.GIVEN:
            return StockEligibility(GIVEABLE, held_by=on, valid_on=on)
        case Outcome.ARRIVED | Outcome.SENT_BACK | Outcome.MISTAKE:
            return None
        case _:
            assert_never(outcome)


@transaction.atomic
def settle(
    difference: Difference, ranges: Iterable[SerialRange], *, outcome: str, by, at: datetime
) -> list[Settlement]:
    """Put these numbers of a difference right; the rest of it stays open. All of them, or none.

    `difference` as it was seen: of two colleagues who settle it at once, one does. Raises SettlementRefused,
    StockRefused, NotAccredited (when numbers go to somebody who may not have them). ValueError for an outcome that is
    not for this kind.
    """
    if outcome not in OUTCOMES[difference.kind]:
        raise ValueError(f"{difference.kind} never ends in {outcome}")
    on, going = local_day(at), join(ranges)
    count = sum(map(len, going))
    if not count:
        raise SettlementRefused(SettlementRefused.Reason.NOTHING)
    seen = Difference.objects.filter(pk=difference.pk, left=difference.left)
    if count > difference.left or not seen.update(left=difference.left - count):
        raise SettlementRefused(SettlementRefused.Reason.OVERTAKEN)
    if outcome == Outcome.GIVEN and accreditation_on(difference.organisation, on) is None:
        raise NotAccredited(difference.organisation, on)
    fresh = Difference.objects.prefetch_related("settlements").get(pk=difference.pk)
    found = preview_settlement(fresh, going, outcome, on=on)
    if found.obstacles:
        raise SettlementRefused(SettlementRefused.Reason.NUMBERS, found)
    difference.left -= count
    return [
        Settlement.objects.create(
            difference=difference,
            outcome=outcome,
            first_serial=part.first,
            last_serial=part.last,
            movement=movement,
            by=by,
            at=at,
        )
        for serials in going
        for part, movement in _carry_out(difference, serials, Outcome(outcome), on=on, by=by, at=at)
    ]


def _carry_out(
    difference: Difference, serials: SerialRange, outcome: Outcome, *, on: date, by, at: datetime
) -> list[tuple[SerialRange, StockMovement | None]]:
    """What an outcome does to the stock: the range, in parts where its holders differ, each with its movement."""
    owner = difference.organisation
    match outcome:
        case Outcome.LOST:
            lost = StockMovement.Reason.LOST
            movements = stock.void(serials, reason=lost, on=on, by=by, at=at, holder=owner)
        case Outcome.NOT_SENT:
            movements = [stock.take_back(serials, holder=owner, on=on, by=by, at=at)]
        case Outcome.GIVEN:
            movements = [
                _give(part, holder, owner, on=on, by=by, at=at)
                for part, (holder,) in islands(Voucher.objects.within(serials), "holder_id")
            ]
        case Outcome.ARRIVED | Outcome.SENT_BACK | Outcome.MISTAKE:
            return [(serials, None)]
        case _:
            assert_never(outcome)
    return [(each.range, each) for each in movements]


def _give(serials: SerialRange, holder_id: int | None, to: Organisation, *, on, by, at) -> StockMovement:
    """Numbers that lie with somebody are put on its name, from our own stock or from whoever had them in the books."""
    if holder_id is None:
        return accreditation.allocate(serials, to=to, on=on, by=by, at=at)
    holder = Organisation.objects.get(pk=holder_id)
    return accreditation.hand_on(serials, holder=holder, to=to, on=on, by=by, at=at)
