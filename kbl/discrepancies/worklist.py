"""Which rows of a class to show: by organisation, place, track, age, period, open or answered, and in which order."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from intermediaries.models import Accreditation
from kbl.discrepancies.reconciliation import Discrepancy
from kbl.organisations.models import Organisation

OPEN, ANSWERED = "open", "beantwoord"
OLDEST, NEWEST, BY_ORGANISATION, BY_SERIAL = "oudste", "nieuwste", "organisatie", "voucher"


@dataclass(frozen=True)
class Filter:
    """What to show of a class; empty shows every open row, the oldest first."""

    organisation: int | None = None
    municipality: int | None = None
    track: int | None = None
    older_than: int | None = None
    since: date | None = None
    until: date | None = None
    state: str = OPEN
    order: str = OLDEST


def rows(discrepancy: Discrepancy, only: Filter, on: date) -> QuerySet[Any]:
    """The facts of a class that a filter lets through, in its order; one query."""
    party = discrepancy.party
    found = discrepancy.answered(on) if only.state == ANSWERED else discrepancy.find(on)
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
    orders = {
        OLDEST: ("on", discrepancy.serial, "pk"),
        NEWEST: ("-on", discrepancy.serial, "pk"),
        BY_ORGANISATION: (f"{party}__name", "on", discrepancy.serial, "pk"),
        BY_SERIAL: (discrepancy.serial, "on", "pk"),
    }
    return found.order_by(*orders.get(only.order, orders[OLDEST]))


def parties(discrepancy: Discrepancy, on: date) -> QuerySet[Organisation]:
    """Whose rows there are in a class, answered ones too, by name."""
    whose = discrepancy.facts(on).order_by().values(discrepancy.party)
    return Organisation.objects.filter(pk__in=whose).order_by("name")
