"""The one clock. Views, tasks and commands read it once; rules take `on=` and `at=` and never look here."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone


def now() -> datetime:
    """This moment, with its time zone."""
    return timezone.now()


def today() -> date:
    """Today in Europe/Amsterdam, whatever the server's own zone is."""
    return timezone.localdate()


def local_day(at: datetime) -> date:
    """The day in Europe/Amsterdam on which a moment falls: 31 December 23:30 UTC is New Year's Day."""
    return timezone.localdate(at)


def database_moment() -> datetime | None:
    """This moment by the database's clock; None where it has no clock but this machine's."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def differs_from_database(at: datetime) -> bool:
    """True when the clock that said `at` is not that of the database: then nothing is thrown away for its age.

    `CLOCK_MAY_DIFFER_MINUTES` is how far they may be apart; 0 asks nothing.
    """
    if not settings.CLOCK_MAY_DIFFER_MINUTES or (database := database_moment()) is None:
        return False
    return abs(database - at) > timedelta(minutes=settings.CLOCK_MAY_DIFFER_MINUTES)


def end_of(day: date) -> datetime:
    """The last instant of a day in Amsterdam."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return midnight - timedelta(microseconds=1)
