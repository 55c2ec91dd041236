"""Where something counts: the municipality of a hand-out and of a membership. One place, so that all pages agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intermediaries.service_areas.areas import ServiceAreas
from kbl.organisations.models import Branch, Organisation


@dataclass(frozen=True)
class PlacesThen:
    """What every intermediary served when, and where it and every branch lie, as known now.

    `first_days`: the days on which a service area changes. Between two of them all hand-outs of one intermediary count
    alike: that is a stretch, numbered from 0.
    """

    areas: ServiceAreas
    seats: Mapping[int, int | None]
    of_branch: Mapping[int, int | None]
    first_days: tuple[date, ...]

    @classmethod
    def now(cls) -> "PlacesThen":
        """As known now."""
        areas = ServiceAreas.known()
        seats = dict(Organisation.objects.values_list("pk", "municipality_id"))
        return cls(areas, seats, dict(Branch.objects.values_list("pk", "municipality_id")), tuple(areas.first_days))

    def municipality(self, organisation: int, branch: int, stretch: int) -> int | None:
        """Of a hand-out (branch 0) what its intermediary served, None for several; of a membership its branch's."""
        if branch:
            return self.of_branch.get(branch)
        day = self.first_days[stretch - 1] if stretch else date.min
        return self.areas.place(organisation, self.seats.get(organisation), day)
