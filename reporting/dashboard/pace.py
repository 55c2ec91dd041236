"""Whether target A goes as fast as its year does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kbl.organisations.models import YearTarget
from libraries.models import Participation


def first_start() -> date | None:
    """The day on which the first library takes part."""
    return Participation.objects.order_by("starts_on").values_list("starts_on", flat=True).first()


def part_of_year(on: date) -> Decimal:
    """Which part of the days of this year on which a library takes part is over, this day included; without any, 0."""
    return part_over(on, first_start(), date(on.year, 1, 1), date(on.year, 12, 31))


def part_over(on: date, starts: date | None, first: date, last: date) -> Decimal:
    """Which part of the days between two is over, this one included, not counting those before `starts`."""
    if starts is None or starts > on:
        return Decimal(0)
    begin = max(first, starts)
    return min(Decimal((on - begin).days + 1) / max((last - begin).days + 1, 1), Decimal(1))


@dataclass(frozen=True)
class TargetPace:
    """Target A of a year: what was reached, and what by now its days ask for (`due`); all of it when it is over."""

    year: int
    target: int
    reached: int
    due: Decimal

    @property
    def pace(self) -> Decimal | None:
        """What was reached as a part of what was due; None before anything is due."""
        return self.reached / self.due if self.due else None


def paces(reached: Mapping[int, int], on: date, over: Decimal) -> list[TargetPace]:
    """Every year that has a target; `reached`: memberships of target A by the year of their first day.

    `over`: which part of this year is over.
    """

    def part(year: int) -> Decimal:
        return over if year == on.year else Decimal(year < on.year)

    return [
        TargetPace(row.year, row.new_memberships, reached.get(row.year, 0), row.new_memberships * part(row.year))
        for row in YearTarget.objects.order_by("year")
    ]
