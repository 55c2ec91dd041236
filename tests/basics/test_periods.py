"""Quarters: borders are local midnights, and every day has exactly one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbl.clock import local_day
from kbl.periods import Quarter, quarters, years_later

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(days)
def test_every_day_lies_in_its_own_quarter_and_no_other(day):
    quarter = Quarter.of(day)
    assert day in quarter
    assert day not in quarter.next and day not in quarter.previous
    assert quarter.next.previous == quarter
    assert quarter.last_day + timedelta(days=1) == quarter.next.first_day


@given(days, days)
def test_quarters_sort_as_their_text_does(one, other):
    a, b = Quarter.of(one), Quarter.of(other)
    assert (a < b) == (str(a) < str(b))


@pytest.mark.parametrize("typed", ["2025-Q4", "2025q4", " 2025-4 ", "2025K4"])
def test_a_quarter_is_read_forgivingly(typed):
    assert Quarter.parse(typed) == Quarter(2025, 4)


@pytest.mark.parametrize("typed", ["", "2025", "2025-Q5", "Q4", "2025-Q0", "25-Q1", "2025-Q12"])
def test_what_is_no_quarter_is_refused(typed):
    with pytest.raises(ValueError):
        Quarter.parse(typed)


def test_the_programme_has_twelve_quarters():
    assert len(list(quarters(date(2025, 1, 1), date(2027, 12, 31)))) == 12


def test_new_years_eve_in_utc_is_new_years_day_here():
    assert local_day(datetime(2025, 12, 31, 22, 59, tzinfo=UTC)) == date(2025, 12, 31)
    assert local_day(datetime(2025, 12, 31, 23, 0, tzinfo=UTC)) == date(2026, 1, 1)
    assert local_day(datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == date(2026, 7, 1)  # summer time


def test_a_leap_day_comes_back_on_the_28th():
    assert years_later(date(2028, 2, 29)) == date(2029, 2, 28)
    assert not Quarter(2025, 4).is_over(date(2025, 12, 31))
    assert Quarter(2025, 4).is_over(date(2026, 1, 1))
