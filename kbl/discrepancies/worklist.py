"""Which rows of a class to show: by organisation, place, track, age, period, open or answered, and in which order."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, assert_never

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from intermediaries.models import Accreditation
from kbl.discrepancies.discrepancy import Discrepancy
from kbl.organisations.models import Organisation


class RowState(models.TextChoices):
    """Which rows of a class."""

    OPEN = "open", "Open"
    ANSWERED = "beantwoord", "Beantwoord"


class RowOrder(models.TextChoices):
    """Which row comes first."""

    OLDEST = "oudste", "Oudste eerst"
    NEWEST = "nieuwste", "Nieuwste eerst"
    BY_ORGANISATION = "organisatie", "Per organisatie"
    BY_SERIAL = "voucher", "Op nummer"


@dataclass(frozen=True)
class WorklistFilter:
    """What to show of a class; empty shows every open row, the oldest first."""

    organisation: int | None = None
    municipality: int | None = None
    track: int | None = None
    older_than: int | None = None
    since: date | None = None
    until: date | None = None
    state: RowState = RowState.OPEN
    order: RowOrder = RowOrder.OLDEST


def rows(discrepancy: Discrepancy, only: WorklistFilter, on: date) -> QuerySet[Any]:
    """The facts of a class that a filter lets through, in its order; one query."""
    party = discrepancy.party
    found = discrepancy.answered(on) if only.state is RowState.ANSWERED else discrepancy.find(on)
    if only.organisation:
        found = found.filter(**{party: only.organisation})
    if only.municipality:
        found = found.filter(**{f"{party}__municipality": only.municipality})
    if only.track:
        of_track = Accreditation.objects.filter(organisation=OuterRef(party), track=only.track)
        found = found.filter(Exists(of_track))
    if only.older_than:
        found = found.filter(on__lte=on - timedelta(days=only.older_than))
    if only.since:
        found = found.filter(on__gte=only.since)
    if only.until:
        found = found.filter(on__lte=only.until)
    match only.order:
        case RowOrder.OLDEST:
            return found.order_by("on", discrepancy.serial, "pk")
        case RowOrder.NEWEST:
            return found.order_by("-on", discrepancy.serial, "pk")
        case RowOrder.BY_ORGANISATION:
            return found.order_by(f"{party}__name", "on", discrepancy.serial, "pk")
        case RowOrder.BY_SERIAL:
            return found.order_by(discrepancy.serial, "on", "pk")
        case _:
            assert_never(only.order)


def parties(discrepancy: Discrepancy, on: date) -> QuerySet[Organisation]:
    """Whose rows there are in a class, answered ones too, by name."""
    whose = discrepancy.facts(on).order_by().values(discrepancy.party)
    return Organisation.objects.filter(pk__in=whose).order_by("name")
