"""Where a voucher can be taken: the branches of libraries that take part, in a municipality or near it."""

from dataclasses import dataclass
from datetime import date
from math import cos, hypot, inf, radians

from kbl.organisations.models import Branch, Municipality

NEARBY = 6


@dataclass(frozen=True)
class BranchPlace:
    """A branch, and the day its library begins."""

    branch: Branch
    starts_on: date
    open: bool


@dataclass(frozen=True)
class BranchesNear:
    """What is in the municipality itself, and, when nothing there takes part yet, what is nearest to it."""

    here: list[BranchPlace]
    near: list[BranchPlace]

    @property
    def open_here(self) -> bool:
        """Whether one can go to a library in the municipality itself."""
        return any(place.open for place in self.here)


def places_for(municipality: Municipality, *, on: date) -> BranchesNear:
    """The branches where somebody from this municipality can go on that day; those that still start come last.

    A municipality where nothing takes part yet gets the nearest others that do. Any library takes any voucher.
    """
    known = Branch.objects.filter(organisation__participation__isnull=False)
    branches = known.select_related("organisation__participation", "municipality")
    places = [_place(branch, on) for branch in branches]
    here = [place for place in places if place.branch.municipality_id == municipality.pk]
    here.sort(key=lambda place: (not place.open, place.starts_on, place.branch.name))
    if any(place.open for place in here):
        return BranchesNear(here, [])
    near = [place for place in places if place.open and place.branch.municipality_id != municipality.pk]
    near.sort(key=lambda place: (_distance(municipality, place.branch.municipality), str(place.branch)))
    return BranchesNear(here, near[:NEARBY])


def _place(branch: Branch, on: date) -> BranchPlace:
    starts_on = branch.organisation.participation.starts_on
    return BranchPlace(branch, starts_on, starts_on <= on)


def _distance(one: Municipality, other: Municipality) -> tuple[float, str]:
    """How far apart, as the crow flies, in degrees of latitude; what is not known comes last, by name."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return inf, other.name
    # A degree of longitude is shorter than one of latitude, the more so the further north.
    north = float(one.latitude - other.latitude)
    east = float(one.longitude - other.longitude) * cos(radians(one.latitude))
    return hypot(north, east), other.name
