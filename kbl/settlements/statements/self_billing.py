"""The agreement that Cubiss draws up a library's invoices (uitreiken door afnemer): made, ended, and what holds now.

`Participation.self_billing_since` follows from it and is written here alone; a closing freezes it on the statement.
"""

from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kbl.facts import refuse_future
from kbl.organisations.models import Organisation
from kbl.settlements.models import SelfBilling
from kbl.settlements.statements import own_numbers
from libraries.models import Participation


class AgreementRefused(Exception):
    """This cannot be agreed or ended: `reason` is one of the constants, `day` the day that stands in its way."""

    class Reason(StrEnum):
        STANDS = "stands"
        NONE = "none"
        TOO_EARLY = "too_early"

    def __init__(self, reason: Reason, day: date | None = None) -> None:
        super().__init__(f"{reason} {day or ''}")
        self.reason, self.day = reason, day


def standing(library: Organisation) -> SelfBilling | None:
    """The agreement that holds, if there is one."""
    return SelfBilling.objects.filter(library=library, ended_on__isnull=True).select_related("by").first()


def story(library: Organisation) -> QuerySet[SelfBilling]:
    """Every agreement that was ever made with a library, the newest first."""
    return SelfBilling.objects.filter(library=library).select_related("by", "ended_by").order_by("-pk")


@transaction.atomic
def agree(library: Organisation, *, since: date, by, at: datetime) -> SelfBilling:
    """From this day on Cubiss draws up the library's invoices. Raises AgreementRefused, FutureDate.

    What was closed without it and waits becomes an invoice too, now: the library says so by agreeing.
    """
    refuse_future(since, at)
    last = SelfBilling.objects.filter(library=library).order_by("pk").last()
    if last is not None and last.ended_on is None:
        raise AgreementRefused(AgreementRefused.Reason.STANDS, last.since)
    if last is not None and last.ended_on is not None and since < last.ended_on:
        raise AgreementRefused(AgreementRefused.Reason.TOO_EARLY, last.ended_on)
    try:
        with transaction.atomic():
            agreed = SelfBilling.objects.create(library=library, since=since, at=at, by=by)
    except IntegrityError:  # somebody else agreed at the same moment
        raise AgreementRefused(AgreementRefused.Reason.STANDS, since) from None
    Participation.objects.filter(library=library).update(self_billing_since=since)
    own_numbers.agreed(library, by=by, at=at)
    return agreed


@transaction.atomic
def end(library: Organisation, *, on: date, by, at: datetime) -> SelfBilling:
    """From this day on Cubiss draws up no more invoices for the library. Raises AgreementRefused, FutureDate."""
    refuse_future(on, at)
    agreed = standing(library)
    if agreed is None:
        raise AgreementRefused(AgreementRefused.Reason.NONE)
    if on < agreed.since:
        raise AgreementRefused(AgreementRefused.Reason.TOO_EARLY, agreed.since)
    mine = SelfBilling.objects.filter(pk=agreed.pk, ended_on__isnull=True)
    if not mine.update(ended_on=on, ended_at=at, ended_by=by):
        raise AgreementRefused(AgreementRefused.Reason.NONE)
    Participation.objects.filter(library=library).update(self_billing_since=None)
    agreed.refresh_from_db()
    return agreed


@transaction.atomic
def from_file(library: Organisation, since: date | None, *, at: datetime) -> bool:
    """The programme file names an agreement. What was agreed or ended in KBL since goes before it; True when added."""
    if since is None or SelfBilling.objects.filter(library=library).exists():
        return False
    SelfBilling.objects.create(library=library, since=since, at=at)
    Participation.objects.filter(library=library).update(self_billing_since=since)
    return True
