"""Is the clock to be trusted? Asked before books are closed, because a closing cannot be taken back.

A process whose clock ran a year ahead closed six quarters, and by its own clock that was right. So whoever presses is
held against two other clocks: the database's, and the facts themselves, of which new ones come every day.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from intermediaries.models import Handout
from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.clock import database_moment, local_day
from kbl.mail import outbox, sending
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
    if reason := doubt(at, sure=sure):
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


def trusted(*, at: datetime) -> bool:
    """May work that runs by itself take `at` for the day that it is? If not, the log says so, and Cubiss hears it.

    For what cannot be taken back: agreement by silence, and saying that a quarter can be closed.
    """
    if not (reason := doubt(at)):
        return True
    logger.error("The timetable's work waits, the clock cannot be trusted (%s): it says %s", reason, at)
    if to := list(User.objects.that_may(Right.COORDINATE).values_list("email", flat=True)):
        name = f"alarm-clock-{local_day(at):%Y%m%d}"
        letter = sending.letter(to, "KBL: de klok van de server klopt niet", "mail/clock.txt", {"at": at}, name=name)
        outbox.post(letter, outbox.Purpose.ALARM, at=at, once=name)
    return False


def doubt(at: datetime, *, sure: bool = False) -> ClosingRefused.Reason | None:
    """Why this clock cannot be trusted; None when it can. `sure`: a long time without a fact is no reason."""
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
