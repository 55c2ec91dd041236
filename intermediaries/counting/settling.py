"""Settling what was counted differently: each number is put right in one of a few ways, by Cubiss."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from django.db import transaction

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.counting.models import Difference, Settlement
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


class SettlementRefused(Exception):
    """A difference cannot be settled like this; `preview` tells for every number. Nothing was changed."""

    class Reason(StrEnum):
        OVERTAKEN = "overtaken"
        NOTHING = "nothing"
        NUMBERS = "numbers"

    def __init__(self, reason: Reason, preview: StockPreview | None = None) -> None:
        super().__init__(reason)
        self.reason, self.preview = reason, preview


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
