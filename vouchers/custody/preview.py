"""Looking before acting: what would happen to every number, and why not where it would not.

A `Gate` says which vouchers an act may touch. The act's own UPDATE asks it, and so does the preview, so that what is
shown is what happens.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Case, CharField, Q, Value, When

from kbl.organisations.models import Organisation
from vouchers.models import StockMovement, Voucher, VoucherQuerySet, lasts_until
from vouchers.numbers import SerialRange, cut, join, without
from vouchers.runs import islands

Kind, Status = StockMovement.Kind, Voucher.Status


class Anybody:
    """Whoever holds it: the act does not ask."""


ANYBODY: Final = Anybody()
Holder = Organisation | None | Anybody


@dataclass(frozen=True)
class Obstacle:
    """Numbers of a range that cannot go, with one reason (a class constant); `status` when that is what is wrong."""

    UNKNOWN, NOT_HELD, WRONG_STATUS = "unknown", "not_held", "status"
    NOT_YET_HELD, EXPIRED, LASTS_ALREADY = "not_yet_held", "expired", "lasts_already"

    reason: str
    serials: tuple[SerialRange, ...]
    status: str = ""

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


@dataclass(frozen=True)
class Gate:
    """Which vouchers an act may touch. `holder=None` is Cubiss' own stock.

    `held_by`: the vouchers must have been with their holder on this day already. `valid_on`: they must not be expired.
    `shorter_than`: their last day must lie before this one.
    """

    statuses: frozenset[str]
    holder: Holder = ANYBODY
    held_by: date | None = None
    valid_on: date | None = None
    shorter_than: date | None = None

    def obstacles(self) -> Iterator[tuple[str, Q]]:
        """What can be in the way, the first that counts first."""
        if not isinstance(self.holder, Anybody):
            mine = Q(holder=self.holder) if self.holder else Q(holder__isnull=True)
            yield Obstacle.NOT_HELD, ~mine
        yield Obstacle.WRONG_STATUS, ~Q(status__in=sorted(self.statuses))
        if self.held_by:
            yield Obstacle.NOT_YET_HELD, Q(held_since__gt=self.held_by)
        if self.valid_on:
            yield Obstacle.EXPIRED, ~lasts_until(self.valid_on)
        if self.shorter_than:
            yield Obstacle.LASTS_ALREADY, lasts_until(self.shorter_than)

    def admitted(self, vouchers: VoucherQuerySet) -> VoucherQuerySet:
        """Those of the vouchers that the act may touch; asked without a join, for a guarded UPDATE."""
        for _, obstacle in self.obstacles():
            vouchers = vouchers.exclude(obstacle)
        return vouchers


@dataclass(frozen=True)
class Look:
    """What would happen to numbers: which can go, and which cannot and why."""

    good: tuple[SerialRange, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))

    def as_seen_by_its_holder(self) -> "Look":
        """For an intermediary a neighbour's number does not exist, and what the library did is not its business."""
        merged: dict[tuple[str, str], list[SerialRange]] = {}
        for each in self.obstacles:
            reason = Obstacle.NOT_HELD if each.reason == Obstacle.UNKNOWN else each.reason
            status = Status.HANDED_OUT if each.status == Status.REDEEMED else each.status
            merged.setdefault((reason, str(status)), []).extend(each.serials)
        return Look(self.good, _obstacles(merged))

    def within(self, serials: SerialRange) -> "Look":
        """The part of it that is about one range."""
        parts = [Obstacle(each.reason, tuple(cut(each.serials, serials)), each.status) for each in self.obstacles]
        return Look(tuple(cut(self.good, serials)), tuple(each for each in parts if each.serials))


def look(ranges: Iterable[SerialRange], gate: Gate) -> Look:
    """What an act with this gate would do to these numbers; changes nothing. Set-based: a million is one question."""
    verdict = Case(
        *(When(obstacle, then=Value(reason)) for reason, obstacle in gate.obstacles()),
        default=Value(""),
        output_field=CharField(),
    )
    good: list[SerialRange] = []
    found: dict[tuple[str, str], list[SerialRange]] = {}
    for serials in ranges:
        known: list[SerialRange] = []
        judged = Voucher.objects.within(serials).annotate(verdict=verdict)
        for run, (reason, status) in islands(judged, "verdict", "status"):
            known.append(run)
            if reason:
                key = (reason, status if reason == Obstacle.WRONG_STATUS else "")
                found.setdefault(key, []).append(run)
            else:
                good.append(run)
        if unknown := list(without(serials, known)):
            found.setdefault((Obstacle.UNKNOWN, ""), []).extend(unknown)
    return Look(tuple(join(good)), _obstacles(found))


def _obstacles(found: dict[tuple[str, str], list[SerialRange]]) -> tuple[Obstacle, ...]:
    return tuple(Obstacle(reason, tuple(join(runs)), status) for (reason, status), runs in found.items())
