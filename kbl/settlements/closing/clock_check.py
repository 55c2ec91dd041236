"""Is the clock to be trusted? Asked before books are closed, because a closing cannot be taken back.

A process whose clock ran a year ahead closed six quarters, and by its own clock that was right. So whoever presses is
held against two other clocks: the database's, and the facts themselves, of which new ones come every day.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max

from intermediaries.models import Handout
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from kbl.settlements.closing.closing import ClosingRefused
from libraries.models import Enrolment, MembershipEnd, MembershipYear

logger = logging.getLogger(__name__)
Reason = ClosingRefused.Reason


def assert_trusted(quarter: Quarter, *, at: datetime, sure: bool = False) -> None:
    """`at` is this moment by the clock of this process. Raises ClosingRefused, and says so in the log.

    `sure`: somebody looked, and nothing was told for a long time indeed. The other two questions are asked as well.
    """
    if reason := _doubt(at, sure=sure):
        logger.error("Closing %s was refused, the clock cannot be trusted (%s): it says %s", quarter, reason, at)
        raise ClosingRefused(reason, quarter)


def newest_moment() -> datetime | None:
    """When the newest fact was recorded, or the last quarter closed; None in books without any."""
    moments = [
        model.objects.aggregate(last=Max("recorded_at"))["last"]
        for model in (Handout, Enrolment, MembershipYear, MembershipEnd)
    ]
    moments.append(ClosedQuarter.objects.aggregate(last=Max("closed_at"))["last"])
    return max(filter(None, moments), default=None)


def database_moment() -> datetime | None:
    """This moment by the database's clock; None where it has no clock but this machine's."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def _doubt(at: datetime, *, sure: bool) -> ClosingRefused.Reason | None:
    if not settings.CLOCK_MAY_DIFFER_MINUTES:
        return None
    slack, newest = timedelta(minutes=settings.CLOCK_MAY_DIFFER_MINUTES), newest_moment()
    database = database_moment()
    if database and abs(database - at) > slack:
        return Reason.CLOCK_DIFFERS
    if newest and at < newest - slack:
        return Reason.CLOCK_BEHIND
    quiet = timedelta(days=settings.CLOCK_QUIET_DAYS)
    if newest and not sure and at - newest > quiet:
        return Reason.CLOCK_AHEAD
    return None
