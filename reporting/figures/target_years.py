"""Target A of each year of the programme beside what was reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from kbl.organisations.models import YearTarget


@dataclass(frozen=True)
class YearOfTarget:
    """Target A of one year beside what was reached by first day; `reached` is None for a year that has not begun.

    `held` when some of a year is not shown yet, because it is too small.
    """

    year: int
    target: int
    reached: int | None
    held: bool = False

    @property
    def share(self) -> float | None:
        return self.reached / self.target if self.reached is not None and self.target else None


def target_years(reached: Mapping[int, tuple[int, bool]]) -> list[YearOfTarget]:
    """Target A per year. `reached` says of every year that has begun how many are shown, and whether some are not."""
    return [
        YearOfTarget(row.year, row.new_memberships, *(reached.get(row.year) or (None, False)))
        for row in YearTarget.objects.order_by("year")
    ]
