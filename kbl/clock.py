"""The one clock. Views, tasks and commands read it once; rules take `on=` and `at=` and never look here."""

from datetime import date, datetime, time, timedelta

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


def end_of(day: date) -> datetime:
    """The last instant of a day in Amsterdam."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return midnight - timedelta(microseconds=1)
