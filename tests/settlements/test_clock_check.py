"""Books are closed by a clock that others agree with: the database's, and the facts that come in every day."""

import io
import logging
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from kbl.settlements.closing import clock_check
from kbl.settlements.closing.closing import ClosingRefused
from kbl.settlements.models import Closing, ClosingWindow
from tests.conftest import at
from tests.settlements.conftest import Q4

pytestmark = pytest.mark.both_engines
Reason = ClosingRefused.Reason


@pytest.fixture(autouse=True)
def asked(settings, monkeypatch):
    """Asked as in production; the database's clock is this process', until a test says otherwise."""
    settings.CLOCK_MAY_DIFFER_MINUTES = 5
    monkeypatch.setattr(clock_check, "database_moment", lambda: None)


def doubt(moment: datetime, **how) -> Reason | None:
    try:
        clock_check.assert_trusted(Q4, at=moment, **how)
    except ClosingRefused as refused:
        return refused.reason
    return None


def test_a_clock_that_agrees_with_the_last_fact_may_close(busy_quarter, settings):
    closed = clock_check.newest_moment()
    assert closed == at(date(2026, 1, 11)), "the quarters before were closed then, and nothing was told since"
    assert doubt(closed + timedelta(days=45)) is None, "the day itself"
    assert doubt(closed + timedelta(days=45, minutes=1)) == Reason.CLOCK_AHEAD
    assert doubt(closed - timedelta(minutes=5)) is None
    assert doubt(closed - timedelta(minutes=6)) == Reason.CLOCK_BEHIND


def test_books_without_any_fact_ask_nothing_of_the_facts(programme):
    assert doubt(at(date(2031, 1, 12))) is None


def test_somebody_who_looked_may_close_after_a_long_silence_and_not_against_another_clock(busy_quarter, monkeypatch):
    late = clock_check.newest_moment() + timedelta(days=100)
    assert doubt(late, sure=True) is None
    monkeypatch.setattr(clock_check, "database_moment", lambda: late - timedelta(minutes=6))
    assert doubt(late, sure=True) == Reason.CLOCK_DIFFERS
    monkeypatch.setattr(clock_check, "database_moment", lambda: late + timedelta(minutes=5))
    assert doubt(late, sure=True) is None


def test_a_clock_a_year_ahead_closes_nothing(busy_quarter, coordinator, log_in, caplog):
    """Neither by the button nor by the command, and the log says why."""
    with time_machine.travel(at(date(2027, 1, 12)), tick=False), caplog.at_level(logging.ERROR):
        page = log_in(coordinator).post(reverse("cubiss:close", args=[Q4]), follow=True)
        assert "vraag de beheerder naar de klok te kijken" in page.content.decode()
        with pytest.raises(CommandError, match="naar de klok te kijken"):
            call_command("close_quarter", str(Q4), stdout=io.StringIO())
    assert not Closing.objects.filter(quarter=Q4).exists() and not ClosingWindow.objects.exists()
    assert "the clock cannot be trusted (clock_ahead)" in caplog.text


def test_in_time_the_button_closes_as_always(busy_quarter, coordinator, log_in):
    with time_machine.travel(at(date(2026, 1, 12)), tick=False):
        page = log_in(coordinator).post(reverse("cubiss:close", args=[Q4]), follow=True)
    assert "naar de klok" not in page.content.decode()
    assert ClosingWindow.objects.get().quarter == Q4
