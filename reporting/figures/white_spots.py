"""Where the programme does not reach yet: per municipality and track no intermediary, no hand-out, or no member.

Beside each municipality stands its estimated target group, and how its members are going beside its share of all.
Everything as known now, nothing held back: stays inside Cubiss. A hand-out counts for a municipality by what its
intermediary served that day, a membership by its branch (counting.py). Where an intermediary serves several
municipalities it cannot be told which hand-outs were for this one, and then this says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from django.db.models import Count, FilteredRelation

from intermediaries.models import Accreditation, Handout, Track
from intermediaries.service_areas.areas import ServiceAreas
from kbl.clock import local_day
from kbl.jobs.kept import Keeper
from kbl.organisations.models import Municipality, Organisation
from kbl.organisations.target_groups import Estimate, estimates
from libraries.models import Enrolment
from reporting.figures.as_of import AsOf
from reporting.figures.measures import PLUS_KINDS
from reporting.figures.places import Stretches

START = 90  # days that a municipality takes part before its pace says something
EXPECTED = 10  # members that its share asks for before its pace says something
FAR_BEHIND = Fraction(1, 2)  # of its share


class Spot(StrEnum):
    """How a track stands in a municipality. SEVERAL: there may have been hand-outs, by who serves others as well."""

    NO_INTERMEDIARY = "no_intermediary"
    SEVERAL = "several"
    NO_HANDOUT = "no_handout"
    NO_MEMBER = "no_member"
    MEMBERS = "members"

    @property
    def is_white(self) -> bool:
        return self in (Spot.NO_INTERMEDIARY, Spot.NO_HANDOUT, Spot.NO_MEMBER)


class Pace(StrEnum):
    """How a municipality's members go beside its share of the programme's."""

    NOT_STARTED = "not_started"
    UNKNOWN = "unknown"
    TOO_EARLY = "too_early"
    FAR_BEHIND = "far_behind"
    FINE = "fine"


@dataclass(frozen=True)
class TrackSpot:
    """One track in one municipality."""

    track: Track
    spot: Spot
    members: int


@dataclass(frozen=True)
class PlaceSpots:
    """One municipality: its tracks, its target group, and its pace. `expected` is its share of all members."""

    municipality: Municipality
    tracks: tuple[TrackSpot, ...]
    handed_out: int
    shared: bool
    members: int
    estimate: Estimate | None
    expected: Fraction
    pace: Pace

    @property
    def reached(self) -> Decimal | None:
        """Members as a part of the target group."""
        return Decimal(self.members) / self.estimate.people if self.estimate else None


def white_spots(on: date, at: datetime) -> list[PlaceSpots]:
    """Every municipality on a day, by name, as known at a moment; with very many vouchers by what a task counted."""
    places, areas, groups = list(Municipality.objects.order_by("name")), ServiceAreas.known(at), estimates()
    serving, maybe = _serving(on, areas)
    kept = KEEPER.latest()
    counted = kept.content if kept else _counted(AsOf(on, at))
    handed_out, members = (
        {(place, track): n for place, track, n in counted[name]} for name in ("handed_out", "members")
    )
    sums = {each.pk: sum(n for (place, _), n in members.items() if place == each.pk) for each in places}
    shares = _shares(places, groups, on)
    told = sum(sums[key] for key in shares)
    found = []
    for place in places:
        tracks = tuple(
            _spot(place.pk, track, serving, maybe, handed_out, members.get((place.pk, track.value), 0))
            for track in Track
        )
        expected = told * shares.get(place.pk, Fraction(0))
        found.append(
            PlaceSpots(
                municipality=place,
                tracks=tracks,
                handed_out=sum(n for (key, _), n in handed_out.items() if key == place.pk),
                shared=place.pk in areas.shared,
                members=sums[place.pk],
                estimate=groups.get(place.pk),
                expected=expected,
                pace=_pace(place, sums[place.pk], expected, on, known=place.pk in shares),
            )
        )
    return found


@dataclass(frozen=True)
class Lagging:
    """A municipality that is far behind: its members, and its share of all."""

    municipality: Municipality
    members: int
    expected: Fraction


def far_behind(
    on: date, members: Mapping[int, int], municipalities: Sequence[Municipality] | None = None
) -> list[Lagging]:
    """The municipalities that have less than half of their share, when it is late enough to say so.

    `members`: new memberships and conversions per municipality since the start, as the dashboard counted them.
    """
    places = list(Municipality.objects.order_by("name") if municipalities is None else municipalities)
    groups = estimates()
    shares = _shares(places, groups, on)
    told = sum(members.get(key, 0) for key in shares)
    found = [Lagging(each, members.get(each.pk, 0), told * shares.get(each.pk, Fraction(0))) for each in places]
    return [
        each
        for each in found
        if _pace(each.municipality, each.members, each.expected, on, known=each.municipality.pk in shares)
        == Pace.FAR_BEHIND
    ]


Keys = set[tuple[int, int]]  # municipality, track


def _spot(
    place: int, track: Track, serving: Keys, maybe: Keys, handed_out: Mapping[tuple, int], members: int
) -> TrackSpot:
    """What is missing first of one track in one municipality: members from elsewhere do not make up for it."""
    key = (place, track.value)
    if key not in serving:
        spot = Spot.NO_INTERMEDIARY
    elif not handed_out.get(key):
        spot = Spot.SEVERAL if key in maybe and handed_out.get((None, track.value)) else Spot.NO_HANDOUT
    else:
        spot = Spot.MEMBERS if members else Spot.NO_MEMBER
    return TrackSpot(track, spot, members)


def _shares(places: Iterable[Municipality], groups: Mapping[int, Estimate], on: date) -> dict[int, Fraction]:
    """The share of each municipality that takes part: its target group times the days that it does."""
    weights = {
        each.pk: groups[each.pk].people * ((on - each.starts_on).days + 1)
        for each in places
        if each.pk in groups and each.starts_on and each.starts_on <= on
    }
    whole = sum(weights.values())
    return {key: Fraction(weight, whole) for key, weight in weights.items()}


def _pace(place: Municipality, members: int, expected: Fraction, on: date, *, known: bool) -> Pace:
    if not place.starts_on or place.starts_on > on:
        return Pace.NOT_STARTED
    if not known:
        return Pace.UNKNOWN
    if (on - place.starts_on).days < START or expected < EXPECTED:
        return Pace.TOO_EARLY
    return Pace.FAR_BEHIND if members < expected * FAR_BEHIND else Pace.FINE


def _serving(on: date, areas: ServiceAreas) -> tuple[Keys, Keys]:
    """Which tracks have an intermediary in which municipality; and those where it serves others as well."""
    serving, maybe = set(), set()
    seats = dict(Organisation.objects.values_list("pk", "municipality_id"))
    for organisation, track in Accreditation.objects.valid(on).values_list("organisation", "track"):
        served = areas.served(organisation, seats[organisation], on)
        serving |= {(place, track) for place in served}
        maybe |= {(place, track) for place in served if len(served) > 1}
    return serving, maybe


def _handed_out(as_of: AsOf, areas: ServiceAreas) -> dict[tuple[int | None, int | None], int]:
    """Hand-outs per municipality (None: several) and track."""
    stretches = Stretches([areas])
    rows = Handout.objects.filter(as_of.known()).order_by()
    grouped = rows.values(
        "organisation_id", "organisation__municipality_id", "accreditation__track", stretch=stretches.column()
    ).annotate(n=Count("pk"))
    found: dict[tuple[int | None, int | None], int] = {}
    for row in grouped:
        day = stretches.day(row["stretch"])
        place = areas.place(row["organisation_id"], row["organisation__municipality_id"], day)
        key = (place, row["accreditation__track"])
        found[key] = found.get(key, 0) + row["n"]
    return found


def _members(as_of: AsOf) -> dict[tuple[int, int | None], int]:
    """New memberships and conversions per municipality and track (None: not known yet)."""
    rows = Enrolment.objects.filter(as_of.known(), kind__in=PLUS_KINDS).order_by()
    told = rows.annotate(told=FilteredRelation("voucher__handouts", condition=as_of.recorded("voucher__handouts__")))
    grouped = told.values_list("branch__municipality", "told__accreditation__track").annotate(n=Count("pk"))
    return {(place, track): n for place, track, n in grouped}


def _counted(as_of: AsOf) -> dict[str, list]:
    """What reads all facts: hand-outs and members per municipality and track."""
    found: dict[str, Mapping[tuple, int]] = {
        "handed_out": _handed_out(as_of, ServiceAreas.known(as_of.at)),
        "members": _members(as_of),
    }
    return {name: [[*key, n] for key, n in counted.items()] for name, counted in found.items()}


KEEPER = Keeper("white_spots", lambda at: _counted(AsOf(local_day(at), at)))
