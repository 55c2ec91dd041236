"""The days on which banks of the euro area book payments (the TARGET calendar of the European Central Bank)."""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

FURTHEST = timedelta(days=31)


def is_bank_day(on: date) -> bool:
    """No weekend, New Year's Day, Good Friday, Easter Monday, 1 May, 25 or 26 December."""
    return on.weekday() < 5 and on not in _closed(on.year)


def next_bank_day(on: date) -> date:
    """The first day on or after this one on which the bank books."""
    while not is_bank_day(on):
        on += timedelta(days=1)
    return on


def bank_days_after(on: date, count: int) -> date:
    """So many days of the bank later."""
    for _ in range(count):
        on = next_bank_day(on + timedelta(days=1))
    return on


@cache
def _closed(year: int) -> frozenset[date]:
    sunday = easter(year)
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (12, 25), (12, 26))}
    return frozenset(fixed | {sunday - timedelta(days=2), sunday + timedelta(days=1)})
