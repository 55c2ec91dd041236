"""Which vouchers a stock act may touch, and what is in the way of the others.

The act's own UPDATE asks it, and so does the preview (preview.py), so that what is shown is what happens. What keeps
one voucher from being redeemed or handed out is a table of grounds (kbl/eligibility.py); this is its like for ranges.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
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
    """Numbers of a range that cannot go, with one reason; `status` when that is what is wrong.

    The last two are about settling a difference (intermediaries/counting): numbers that are no open part of it, or that
    are on its owner's name already.
    """

    class Reason(StrEnum):
        UNKNOWN = "unknown"
        NOT_HELD = "not_held"
        WRONG_STATUS = "status"
        NOT_YET_HELD = "not_yet_held"
        EXPIRED = "expired"
        LASTS_ALREADY = "lasts_already"
        NOT_OF_DIFFERENCE = "outside"
        WITH_ITS_OWNER = "ours"

    reason: Reason
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

    def obstacles(self) -> Iterator[tuple[Obstacle.Reason, Q]]:
        """What can be in the way, the first that counts first."""
        if not isinstance(self.holder, Anybody):
            mine = Q(holder=self.holder) if self.holder else Q(holder__isnull=True)
            yield Obstacle.Reason.NOT_HELD, ~mine
        yield Obstacle.Reason.WRONG_STATUS, ~Q(status__in=sorted(self.statuses))
        if self.held_by:
            yield Obstacle.Reason.NOT_YET_HELD, Q(held_since__gt=self.held_by)
        if self.valid_on:
            yield Obstacle.Reason.EXPIRED, ~lasts_until(self.valid_on)
        if self.shorter_than:
            yield Obstacle.Reason.LASTS_ALREADY, lasts_until(self.shorter_than)

    def eligible(self, vouchers: VoucherQuerySet) -> VoucherQuerySet:
        """Those of the vouchers that the act may touch; asked without a join, for a guarded UPDATE."""
        for _, obstacle in self.obstacles():
            vouchers = vouchers.exclude(obstacle)
        return vouchers
