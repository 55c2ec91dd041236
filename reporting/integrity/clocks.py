"""The moments of the books: none is still to come by the database's clock, and closings follow each other in time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from kbl.organisations.models import ClosedQuarter
from reporting.integrity.facts import FACTS
from reporting.integrity.invariants import Violations, invariant


def _database_clock() -> datetime | None:
    """Only a server has a clock of its own; in an embedded database it would be this process' again."""
    if connection.vendor != "postgresql" or not settings.CLOCK_MAY_DIFFER_MINUTES:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0] + timedelta(minutes=settings.CLOCK_MAY_DIFFER_MINUTES)


@invariant("Geen melding en geen sluiting is van een moment dat nog moet komen")
def no_moment_is_still_to_come() -> Violations:
    """A clock that ran ahead leaves moments that the database has not seen yet."""
    now = _database_clock()
    if now is None:
        return
    for model in FACTS:
        for pk, at in model._default_manager.filter(recorded_at__gt=now).values_list("pk", "recorded_at"):
            yield {"fact": model._meta.model_name, "id": pk, "recorded": at}
    for quarter, at in ClosedQuarter.objects.filter(closed_at__gt=now).values_list("quarter", "closed_at"):
        yield {"quarter": quarter, "closed": at}


@invariant("Kwartalen zijn na hun laatste dag gesloten, en na het kwartaal ervoor")
def closings_follow_in_time() -> Violations:
    before = None
    for quarter, at in ClosedQuarter.objects.order_by("quarter").values_list("quarter", "closed_at"):
        if not quarter.is_over(localdate(at)) or (before is not None and at < before):
            yield {"quarter": quarter, "closed": at, "the_one_before": before}
        before = at
