"""How good the forecast would have been: at each closed quarter, what was expected then beside what came.

The forecast of then sees only what was known at that closing. What came is as known now, by the day it happened.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kbl.periods import Quarter
from reporting.figures.as_of import AsOf, closings
from reporting.figures.counting import count_by_quarter
from reporting.figures.measures import Measure
from reporting.forecast.forecast import Course, basis, forecast
from reporting.forecast.projection import between

AHEAD = 4  # quarters


@dataclass(frozen=True)
class Tried:
    """One quarter, as expected at the closing of an earlier one; `low` and `high` are the band."""

    told_at: Quarter
    quarter: Quarter
    what: Measure
    low: Decimal
    expected: Decimal
    high: Decimal
    came: int
    too_early: bool

    @property
    def error(self) -> Decimal | None:
        """How much the expectation was off, as a part of what came; None when nothing came."""
        return (self.expected - self.came) / self.came if self.came else None

    @property
    def within(self) -> bool:
        """What came lies within the band."""
        return self.low <= self.came <= self.high


def back_test(now: AsOf) -> Iterator[Tried]:
    """Every closed quarter's forecast of the quarters that are over by now, oldest first."""
    running = Quarter.of(now.until)
    for closing in closings():
        then = AsOf.at_closing(closing)
        built_on = basis(then)
        drawn = {course: forecast(built_on, course).quarters for course in Course}
        for what in (Measure.PLUS, Measure.RENEWED):
            came = count_by_quarter(what, now)
            for each in zip(*(drawn[course] for course in Course), strict=True):
                quarter = each[0].quarter
                if quarter < running and between(closing.quarter, quarter) <= AHEAD:
                    low, expected, high = (one.new if what is Measure.PLUS else one.renewed for one in each)
                    arrived = came.get(quarter, 0)
                    if expected or arrived:
                        early = built_on.is_too_early
                        yield Tried(closing.quarter, quarter, what, low, expected, high, arrived, early)
