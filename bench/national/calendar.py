"""The days on which the national programme plays."""

from datetime import UTC, date, datetime, timedelta

from kbl.periods import Quarter, quarters

START = date(2025, 1, 1)
TODAY = date(2027, 11, 30)
CLOSED: list[Quarter] = list(quarters(START, date(2027, 9, 30)))


def noon(day: date) -> datetime:
    """Around noon in Amsterdam."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def closes(quarter: Quarter) -> datetime:
    """When a quarter is closed."""
    return noon(quarter.last_day + timedelta(days=12))
