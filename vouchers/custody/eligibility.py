"""Which vouchers a stock act may touch, and what is in the way of the others.

The act's own UPDATE asks it, and so does the preview (preview.py), so that what is shown is what happens. What keeps
one voucher from being redeemed or handed out is a table of grounds (kbl/eligibility.py); this is its like for ranges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q

from kbl.organisations.models import Organisation
from vouchers.models import Voucher, VoucherQuerySet, lasts_until
from vouchers.numbers import SerialRange

Status = Voucher.Status


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
class StockEligibility:
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

    def eligible(self, vouchers: VoucherQuerySet) -> VoucherQuerySet:
        """Those of the vouchers that the act may touch; asked without a join, for a guarded UPDATE."""
        for _, obstacle in self.obstacles():
            vouchers = vouchers.exclude(obstacle)
        return vouchers
