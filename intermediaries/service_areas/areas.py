"""Where an intermediary's hand-outs count: in the one municipality that it served that day, or in no one of them.

A voucher does not say where its holder lives, and an intermediary may serve many municipalities. So a hand-out counts
for a municipality only when its intermediary served just that one on that day. Served it more, it cannot be told, and
the figures say so. Until somebody says what an intermediary serves it is the municipality of its seat.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Max, Q

from intermediaries.service_areas.models import ServiceArea
from kbl.organisations.models import Municipality, Organisation, Programme


class ServiceAreaRefused(Exception):
    """What an intermediary serves cannot be said like this; `first` and `last` are the days between which it can."""

    class Reason(StrEnum):
        NOWHERE = "nowhere"
        OUTSIDE_PROGRAMME = "outside_programme"

    def __init__(self, reason: Reason, first: date | None = None, last: date | None = None) -> None:
        super().__init__(str(reason))
        self.reason, self.first, self.last = reason, first, last


@dataclass(frozen=True)
class Served:
    """What an intermediary serves from a day until another starts; `until` is the first day that no longer counts."""

    first_day: date
    until: date | None
    municipalities: frozenset[int]


@dataclass(frozen=True)
class NamedArea:
    """What an intermediary serves from a day on, by name; `first_day` is None for what its seat says."""

    first_day: date | None
    names: tuple[str, ...]
    holds: bool


class ServiceAreas:
    """What all intermediaries served, as it was known at a moment; read once."""

    def __init__(self, rows: Iterable[tuple[int, date, datetime, int]]) -> None:
        said: dict[int, dict[date, tuple[datetime, set[int]]]] = defaultdict(dict)
        for organisation, first_day, recorded_at, municipality in rows:
            there = said[organisation].get(first_day)
            if there is None or there[0] < recorded_at:
                said[organisation][first_day] = (recorded_at, {municipality})
            elif there[0] == recorded_at:
                there[1].add(municipality)
        self._of = {organisation: _served(days) for organisation, days in said.items()}

    @classmethod
    def known(cls, at: datetime | None = None) -> "ServiceAreas":
        """As it was known at a moment; None is everything that was ever said."""
        rows = ServiceArea.objects.all() if at is None else ServiceArea.objects.filter(recorded_at__lte=at)
        columns = ("organisation_id", "first_day", "recorded_at", "municipality_id")
        return cls(rows.order_by("pk").values_list(*columns))

    def served(self, organisation: int, seat: int | None, day: date) -> frozenset[int]:
        """The municipalities that an organisation serves on a day; none when nobody said it and it has no seat."""
        for each in reversed(self._of.get(organisation, ())):
            if each.first_day <= day:
                return each.municipalities
        return frozenset() if seat is None else frozenset({seat})

    def place(self, organisation: int, seat: int | None, day: date) -> int | None:
        """The municipality for which a hand-out of that day counts; None when that cannot be told."""
        served = self.served(organisation, seat, day)
        return next(iter(served)) if len(served) == 1 else None

    def said_of(self, organisation: int) -> list[Served]:
        """What was said of one organisation, oldest first day first."""
        return list(self._of.get(organisation, ()))

    @property
    def first_days(self) -> list[date]:
        """The days on which something changes for somebody."""
        return sorted({each.first_day for served in self._of.values() for each in served})

    @property
    def shared(self) -> set[int]:
        """The municipalities that somebody serves together with others: a hand-out for them may count for none."""
        return {
            municipality
            for served in self._of.values()
            for each in served
            if len(each.municipalities) > 1
            for municipality in each.municipalities
        }

    def handouts_of(self, municipality: int | None) -> Q:
        """The condition that a hand-out counts for a municipality, or (None) for none that can be told."""
        found = Q()
        for (first_day, until), organisations in self._spans(municipality).items():
            days = Q(on__gte=first_day) & (Q(on__lt=until) if until else Q())
            found |= Q(organisation__in=organisations) & days
        first = {organisation: served[0].first_day for organisation, served in self._of.items()}
        by_seat = ~Q(organisation__in=first)
        for day in sorted(set(first.values())):
            by_seat |= Q(organisation__in=[key for key, value in first.items() if value == day], on__lt=day)
        seat = Q(organisation__municipality=municipality) if municipality else Q(organisation__municipality=None)
        return found | (seat & by_seat)

    def _spans(self, municipality: int | None) -> dict[tuple[date, date | None], list[int]]:
        """Who served just this municipality (None: several) between which days."""
        spans: dict[tuple[date, date | None], list[int]] = defaultdict(list)
        for organisation, served in self._of.items():
            for each in served:
                one = next(iter(each.municipalities)) if len(each.municipalities) == 1 else None
                if one == municipality:
                    spans[each.first_day, each.until].append(organisation)
        return spans


def _served(days: dict[date, tuple[datetime, set[int]]]) -> tuple[Served, ...]:
    ordered = sorted(days)
    return tuple(
        Served(day, until, frozenset(days[day][1])) for day, until in zip(ordered, [*ordered[1:], None], strict=True)
    )


def named(organisation: Organisation, on: date) -> list[NamedArea]:
    """What an intermediary serves, served, and will serve, the last first; `holds` is what counts on a day."""
    said = ServiceAreas.known().said_of(organisation.pk)
    names = dict(Municipality.objects.values_list("pk", "name"))
    found = [NamedArea(None, (names[seat],) if (seat := organisation.municipality_id) else (), holds=False)]
    found += [
        NamedArea(each.first_day, tuple(sorted(names[key] for key in each.municipalities)), False) for each in said
    ]
    holds = max(i for i, each in enumerate(found) if each.first_day is None or each.first_day <= on)
    found[holds] = replace(found[holds], holds=True)
    return found[::-1]


def refuse_outside_programme(first_day: date) -> None:
    """A service area begins within the programme. Raises ServiceAreaRefused."""
    programme = Programme.objects.filter(pk=1).first()
    if programme and not programme.starts_on <= first_day <= programme.ends_on:
        raise ServiceAreaRefused(ServiceAreaRefused.Reason.OUTSIDE_PROGRAMME, programme.starts_on, programme.ends_on)


@transaction.atomic
def serve(
    organisation: Organisation, municipalities: Iterable[Municipality], *, first_day: date, by, at: datetime
) -> bool:
    """Say what an intermediary serves from a day on. False when that was said already: then nothing is added.

    Raises ServiceAreaRefused.
    """
    wanted = frozenset(each.pk for each in municipalities)
    if not wanted:
        raise ServiceAreaRefused(ServiceAreaRefused.Reason.NOWHERE)
    refuse_outside_programme(first_day)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    # Also what its seat says already is worth saying: a seat may move.
    said = [each for each in ServiceAreas.known().said_of(organisation.pk) if each.first_day <= first_day]
    holds = said[-1].municipalities if said else None
    if holds == wanted:
        return False
    # What is said last holds: so of one day it is also told last, though two may be said at the same moment.
    told = ServiceArea.objects.filter(organisation=organisation, first_day=first_day).aggregate(last=Max("recorded_at"))
    if told["last"] and told["last"] >= at:
        at = told["last"] + timedelta(microseconds=1)
    ServiceArea.objects.bulk_create(
        ServiceArea(organisation=organisation, municipality_id=key, first_day=first_day, recorded_at=at, recorded_by=by)
        for key in sorted(wanted)
    )
    return True
