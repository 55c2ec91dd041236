"""Hand-outs per municipality: by what their intermediary served on the day, as that was known at the moment.

A database cannot group by that, and a line per hand-out would be a million. So it groups by intermediary and by the
stretch of days between two changes of any service area; within one every hand-out of an intermediary counts alike.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, QuerySet, Value, When
from django.db.models.fields import IntegerField

from intermediaries.service_areas.areas import ServiceAreas
from reporting.figures.as_of import AsOf

PLACE = "municipality"
SEVERAL = "Meer gemeenten"  # a hand-out whose municipality cannot be told: its key is None
ALSO_SHARED = "ook in meer gemeenten"  # of a municipality whose own number may be too low for it


def shared_places(at: datetime) -> set[int]:
    """The municipalities whose hand-outs may count for several, as it was known at a moment."""
    return ServiceAreas.known(at).shared


def told(number: int, *, shared: bool) -> int | str:
    """A number of hand-outs; where nothing can be told apart it is no zero."""
    return number or (SEVERAL.lower() if shared else 0)


class Stretches:
    """The stretches of days between the changes of service areas."""

    def __init__(self, areas: Sequence[ServiceAreas]) -> None:
        self.days = sorted({day for each in areas for day in each.first_days})

    def column(self, day: str = "on") -> Case | Value:
        """Which stretch a fact's day lies in, for grouping; `day` is where its day is."""
        later = [When(**{f"{day}__gte": first}, then=Value(i + 1)) for i, first in reversed(list(enumerate(self.days)))]
        return Case(*later, default=Value(0), output_field=IntegerField()) if later else Value(0)

    def day(self, stretch: int) -> date:
        """A day of a stretch."""
        return self.days[stretch - 1] if stretch else date.min

    def of(self, day: date) -> int:
        """The stretch of a day."""
        return bisect_right(self.days, day)


def count_by_place(
    rows: QuerySet, moments: Sequence[AsOf], counts: Mapping[str, Count], columns: Sequence[str], at: int
) -> dict[tuple, list[int]]:
    """Hand-outs per key at each of several moments; the key's value number `at` is the municipality, or None."""
    areas = [ServiceAreas.known(each.at) for each in moments]
    stretches = Stretches(areas)
    others = [column for i, column in enumerate(columns) if i != at]
    of = ("organisation_id", "organisation__municipality_id")
    found: dict[tuple, list[int]] = {}
    grouped = rows.values(*of, *others, stretch=stretches.column()).annotate(**counts)
    for row in grouped:
        day = stretches.day(row["stretch"])
        for i, (name, known) in enumerate(zip(counts, areas, strict=True)):
            place = known.place(row[of[0]], row[of[1]], day)
            key: list[Any] = [place if j == at else row[column] for j, column in enumerate(columns)]
            found.setdefault(tuple(key), [0] * len(moments))[i] += row[name]
    return found
