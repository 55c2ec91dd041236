"""Targets B and C as they stand at a moment: measured reach, the campaign, and agreements with partners.

    reach(as_of, library=None)          measurements of the programme, or of one library; `.newest` is the figure
    activities(as_of, library=None)     what was done to be known; contacts are no people and are never added up to them
    agreements(as_of)                   per library how many agreements there are, and how many have all five parts

`outside=True` gives what may leave Cubiss: of one to four people (or of all but so few) nothing is said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from kbl.organisations.models import Organisation, Programme
from libraries.models import Participation
from reporting.figures.as_of import AsOf
from reporting.figures.suppression import is_small
from reporting.monitor.models import Agreement, CampaignActivity, Goal, ReachMeasurement, TargetLetter


@dataclass(frozen=True)
class ReachPoint:
    """One measurement: how many of how many. `reached` is None when it may not be told outside Cubiss."""

    fact: ReachMeasurement
    reached: int | None
    of: int

    @property
    def part(self) -> Decimal | None:
        """As a part of one; never more than one, whatever the denominator became since."""
        return None if self.reached is None else min(Decimal(self.reached) / self.of, Decimal(1))

    @property
    def on(self) -> date:
        return self.fact.on


@dataclass(frozen=True)
class ReachStanding:
    """Target B of the programme or of one library: its measurements, the oldest first, and the norm in per cent."""

    points: Sequence[ReachPoint]
    norm: int | None
    denominator: int

    @property
    def newest(self) -> ReachPoint | None:
        return self.points[-1] if self.points else None

    @property
    def change(self) -> Decimal | None:
        """From the last but one measurement of the same kind to the last, as a part of one."""
        if self.newest is None or self.newest.part is None:
            return None
        before = [each for each in self.points[:-1] if each.fact.kind == self.newest.fact.kind]
        return None if not before or before[-1].part is None else self.newest.part - before[-1].part

    @property
    def is_reached(self) -> bool | None:
        """Whether the norm is met; None while nothing is measured, or nothing may be told."""
        if self.norm is None or self.newest is None or self.newest.part is None:
            return None
        return self.newest.part * 100 >= self.norm


def norm_of(letter: TargetLetter) -> int | None:
    """What the programme file promises of a target, in per cent."""
    return Goal.objects.filter(letter=letter).values_list("norm", flat=True).first()


Once = Callable[[Any, Callable[[], Any]], Any]  # a key, and how to read what is the same for every library


def _each_time(key: Any, read: Callable[[], Any]) -> Any:
    return read()


def reach(
    as_of: AsOf, library: Organisation | None = None, *, outside: bool = False, once: Once = _each_time
) -> ReachStanding:
    """Target B. A counted number of the whole programme is a part of the setting `target_group`.

    `once`: for who asks it of many libraries, so that the questions do not grow with them.
    """
    denominator = once("target group", lambda: Programme.current().target_group)
    facts = ReachMeasurement.objects.filter(as_of.known()).select_related("library").order_by("on", "pk")
    own = once("reach", lambda: _by_library(facts)).get(library.pk if library else None, ())
    points = [_point(each, denominator, outside) for each in own]
    return ReachStanding(points, once("norm of reach", lambda: norm_of(TargetLetter.REACH)), denominator)


def _by_library(facts: Iterable[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for each in facts:
        found.setdefault(each.library_id, []).append(each)
    return found


def newest_reach(as_of: AsOf, programme: Programme | None, library: Organisation | None = None) -> ReachPoint | None:
    """The last measurement alone, for who shows no trend; one question. None before anything was measured."""
    facts = ReachMeasurement.objects.filter(as_of.known(), library=library)
    newest = facts.order_by("-on", "-pk").first()
    return _point(newest, programme.target_group, False) if newest and programme else None


def _point(fact: ReachMeasurement, denominator: int, outside: bool) -> ReachPoint:
    of = denominator if fact.group is None else fact.group
    held = outside and (is_small(fact.reached) or is_small(of - fact.reached))
    return ReachPoint(fact, None if held else fact.reached, of)


@dataclass(frozen=True)
class Activity:
    """Something of the campaign; `contacts` is None when it may not be told outside Cubiss."""

    fact: CampaignActivity
    contacts: int | None


def activities(
    as_of: AsOf, library: Organisation | None = None, *, outside: bool = False, once: Once = _each_time
) -> list[Activity]:
    """What was done to be known, the newest first; with a library only its own, else all of them. `once`: as above."""
    every = CampaignActivity.objects.filter(as_of.known()).select_related("library").order_by("-on", "-pk")
    facts = once("activities", lambda: list(every))
    if library is not None:
        facts = once("activities by library", lambda: _by_library(facts)).get(library.pk, ())
    return [Activity(each, None if outside and is_small(each.contacts) else each.contacts) for each in facts]


@dataclass(frozen=True)
class LibraryAgreements:
    """The agreements of one library that stand."""

    library: Organisation
    agreements: Sequence[Agreement]

    @property
    def complete(self) -> int:
        return sum(each.is_complete for each in self.agreements)


@dataclass(frozen=True)
class AgreementStanding:
    """Target C: a row per library that takes part, also those without an agreement. About organisations, not people."""

    rows: Sequence[LibraryAgreements]

    @property
    def total(self) -> int:
        return sum(len(each.agreements) for each in self.rows)

    @property
    def complete(self) -> int:
        return sum(each.complete for each in self.rows)

    @property
    def libraries_with(self) -> int:
        """How many libraries have at least one agreement with all five parts."""
        return sum(bool(each.complete) for each in self.rows)

    def of(self, library: Organisation) -> LibraryAgreements:
        return next((each for each in self.rows if each.library == library), LibraryAgreements(library, ()))


def agreements(as_of: AsOf) -> AgreementStanding:
    """Target C, of every library that takes part by then."""
    found: dict[int, list[Agreement]] = {}
    for each in Agreement.objects.filter(as_of.known()).select_related("library").order_by("on", "pk"):
        found.setdefault(each.library_id, []).append(each)
    taking_part = Participation.objects.filter(starts_on__lte=as_of.until).select_related("library")
    libraries = {each.library_id: each.library for each in taking_part.order_by("library__name")}
    for library in Organisation.objects.filter(pk__in=found.keys() - libraries.keys()).order_by("name"):
        libraries[library.pk] = library
    return AgreementStanding([LibraryAgreements(each, found.get(each.pk, ())) for each in libraries.values()])
