"""What something is worth, by the day it happened. A missing tariff stops the closing; nothing is guessed."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, F, Q, Value, When
from django.db.models.fields import BigIntegerField

from kbl.organisations.models import ClosedQuarter
from kbl.settlements.models import Tariff


class MissingTariff(Exception):
    """There is no tariff for this kind on that day (and track)."""

    def __init__(self, kind: str, on: date, track: int | None = None) -> None:
        super().__init__(f"{kind} {on} {track or ''}")
        self.kind, self.on, self.track = kind, on, track


class TariffTooEarly(Exception):
    """A new tariff or VAT treatment would change a day of closed books; `frozen_until` is the last of those days."""

    def __init__(self, frozen_until: date) -> None:
        super().__init__(str(frozen_until))
        self.frozen_until = frozen_until


def assert_addable(first_day: date) -> None:
    """What is new starts after the last closed quarter: a change never touches what is frozen. Raises TariffTooEarly.

    For tariffs and for how VAT applies to an organisation. What comes late is then still paid as its own quarter was.
    """
    last = ClosedQuarter.objects.order_by("quarter").last()
    if last is not None and first_day <= last.quarter.last_day:
        raise TariffTooEarly(last.quarter.last_day)


def is_frozen(first_day: date) -> bool:
    """What begins on this day may have decided what stands in closed books."""
    try:
        assert_addable(first_day)
    except TariffTooEarly:
        return True
    return False


def tariff_on(kind: str, on: date, track: int | None = None) -> Tariff:
    """The tariff of a day, in euros excluding VAT: that of the track if it has one, else the general one.

    Raises MissingTariff.
    """
    tariffs = Tariff.objects.filter(kind=kind, first_day__lte=on).filter(Q(track=track) | Q(track__isnull=True))
    found = tariffs.order_by(F("track").asc(nulls_last=True), "-first_day").first()
    if found is None:
        raise MissingTariff(kind, on, track)
    return found


def tariff_id(kind: str, *, day: str, track: str | None = None, tariffs: Iterable[Tariff] | None = None) -> Case:
    """The same rule as an expression in a query: the id of the tariff of a row's `day` and `track`, or NULL.

    `tariffs`: all of them, where somebody read them already.
    """
    every = Tariff.objects.filter(kind=kind) if tariffs is None else (each for each in tariffs if each.kind == kind)
    # One of a track goes before one of all, and the latest before the earlier ones.
    newest = sorted(every, key=lambda tariff: tariff.first_day, reverse=True)
    known = sorted(newest, key=lambda tariff: (tariff.track is None, tariff.track or 0))
    whens = []
    for tariff in known:
        condition: dict[str, date | int] = {f"{day}__gte": tariff.first_day}
        if tariff.track is not None and track is not None:
            condition[track] = tariff.track
        if tariff.track is None or track is not None:
            whens.append(When(**condition, then=Value(tariff.pk)))
    return Case(*whens, default=Value(None), output_field=BigIntegerField())
