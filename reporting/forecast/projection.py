"""From what is known and what is assumed to what will come, per quarter. Pure: no database, no clock.

A hand-out costs handling on its day. Of the vouchers of a quarter a part is redeemed in that quarter, a part in the
next, and so on. What the fund pays of that is a membership year; of the years that end a part is renewed, and that is
a year again. Numbers are not rounded: half a member is an expectation. Amounts in euros, excluding VAT.

Given the plan's own numbers this gives the plan's own budget (docs/figures.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kbl.periods import Quarter, quarters

NONE = Decimal(0)
YEAR = 4  # quarters


@dataclass(frozen=True)
class Cohort:
    """The vouchers that were handed out in one quarter, and how many of them were redeemed since."""

    handed_out: int
    redeemed: int


@dataclass(frozen=True)
class KnownSoFar:
    """What is known at the end of the day `on` and still has something to follow.

    `ending`: memberships by the quarter in which their running year ends, as far as nobody answered yet. `unreported`:
    vouchers that a library redeemed while their hand-out was not told: the handling is still to come.
    """

    on: date
    cohorts: Mapping[Quarter, Cohort] = field(default_factory=dict)
    ending: Mapping[Quarter, int] = field(default_factory=dict)
    unreported: int = 0


@dataclass(frozen=True)
class Assumptions:
    """What is taken to be so from now on.

    `handed_out`: vouchers that still come in a quarter (in the running one: in what is left of it). `redeemed`: which
    part of the vouchers of a quarter is redeemed in that quarter, the next, ...; `funded`: which part of that the fund
    pays; `renewal`: which part of the years that end is followed by another. `fee` and `handling`: euros on a day.
    """

    handed_out: Mapping[Quarter, Decimal]
    redeemed: Sequence[Decimal]
    funded: Decimal
    renewal: Decimal
    fee: Callable[[date], Decimal]
    handling: Callable[[date], Decimal]


@dataclass(frozen=True)
class ComingQuarter:
    """What one quarter still brings. `held`: the part of `new` that comes from vouchers that residents have today."""

    quarter: Quarter
    handed_out: Decimal
    held: Decimal
    new: Decimal
    renewed: Decimal
    fees: Decimal
    handling: Decimal

    @property
    def cost(self) -> Decimal:
        """What it costs the fund."""
        return self.fees + self.handling


def coming(standing: KnownSoFar, assumed: Assumptions, until: date) -> list[ComingQuarter]:
    """Every quarter from the day after `standing.on` to `until`, with what it still brings."""
    found: list[ComingQuarter] = []
    started: dict[Quarter, Decimal] = {}
    for quarter in quarters(standing.on + timedelta(days=1), until):
        handed_out = assumed.handed_out.get(quarter, NONE)
        held = _from_held(standing, assumed, quarter) * assumed.funded
        new = held + _from_coming(assumed, quarter) * assumed.funded
        ending = standing.ending.get(quarter, 0) + started.get(quarter.earlier(YEAR), NONE)
        renewed = ending * assumed.renewal
        started[quarter] = new + renewed
        first = max(quarter.first_day, standing.on + timedelta(days=1))
        told_late = standing.unreported if not found else 0
        found.append(
            ComingQuarter(
                quarter=quarter,
                handed_out=handed_out,
                held=held,
                new=new,
                renewed=renewed,
                fees=(new + renewed) * assumed.fee(first),
                handling=(handed_out + told_late) * assumed.handling(first),
            )
        )
    return found


def left_of(quarter: Quarter, on: date) -> Decimal:
    """Which part of a quarter still has to come after a day: 1 when it has not begun."""
    days = (quarter.last_day - quarter.first_day).days + 1
    return Decimal(min(days, max(0, (quarter.last_day - on).days))) / days


def _from_held(standing: KnownSoFar, assumed: Assumptions, quarter: Quarter) -> Decimal:
    """Redemptions in a quarter of vouchers that were handed out before: never more than are still out."""
    return sum((_of_cohort(standing, assumed, start, quarter) for start in standing.cohorts), NONE)


def _of_cohort(standing: KnownSoFar, assumed: Assumptions, start: Quarter, quarter: Quarter) -> Decimal:
    cohort = standing.cohorts[start]
    out = Decimal(cohort.handed_out - cohort.redeemed)
    first = Quarter.of(standing.on + timedelta(days=1))
    expected = NONE
    for lag in range(between(start, first), between(start, quarter) + 1):
        each = cohort.handed_out * _part(assumed, lag)
        if lag == between(start, first):
            each *= left_of(first, standing.on)
        expected = min(each, out)
        out -= expected
    return expected


def _from_coming(assumed: Assumptions, quarter: Quarter) -> Decimal:
    """Redemptions in a quarter of vouchers that are still to be handed out."""
    return sum(
        (
            count * _part(assumed, between(start, quarter))
            for start, count in assumed.handed_out.items()
            if start <= quarter
        ),
        NONE,
    )


def _part(assumed: Assumptions, lag: int) -> Decimal:
    return assumed.redeemed[lag] if 0 <= lag < len(assumed.redeemed) else NONE


def between(first: Quarter, last: Quarter) -> int:
    """How many quarters lie from one to the other."""
    return (last.year - first.year) * YEAR + last.number - first.number
