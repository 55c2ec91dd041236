"""By a wrong clock the timetable takes no silence for agreement, opens no quarter, and nothing goes to the bank."""

from datetime import date, timedelta

import pytest

from kbl import clock
from kbl.mail import outbox
from kbl.payments.runs import runs
from kbl.payments.runs.runs import DayRefused
from kbl.payments.sentences import sentence
from kbl.settlements import tasks
from kbl.settlements.closing import clock_check
from kbl.settlements.documents import issuing
from kbl.settlements.models import ClosingWindow, Statement
from kbl.settlements.statements import notices, silence
from tests.conftest import at
from tests.settlements.conftest import PRESSED
from tests.told_once import told_once

globals().update(told_once("closed", of=__package__))

pytestmark = pytest.mark.both_engines

YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def asked(settings, monkeypatch):
    """As in production, on a machine whose database has the same clock."""
    settings.CLOCK_MAY_DIFFER_MINUTES = 5
    monkeypatch.setattr(clock_check, "database_moment", lambda: None)


@pytest.fixture
def reminded(closed, quick):
    """Everybody was told and reminded; the day on which silence is agreement is three weeks later."""
    issuing.make_all(closed, at=PRESSED)
    notices.send_all(closed, at=PRESSED)
    silence.watch(at=PRESSED + timedelta(days=14))
    return closed


def agreed(closed) -> int:
    return closed.statements.filter(status=Statement.Status.CONFIRMED).count()


def morning(monkeypatch, moment) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)
    tasks.open_closing()
    tasks.watch_silence()


def test_a_year_ahead_nobody_agrees_by_silence_and_cubiss_hears_why(reminded, coordinator, monkeypatch, mailoutbox):
    windows = set(ClosingWindow.objects.values_list("quarter", flat=True))
    mailoutbox.clear()
    for _ in range(2):
        morning(monkeypatch, PRESSED + YEAR)
    assert agreed(reminded) == 0
    assert set(ClosingWindow.objects.values_list("quarter", flat=True)) == windows
    outbox.send_all(at=PRESSED + YEAR)
    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([coordinator.email], "KBL: de klok van de server klopt niet")
    morning(monkeypatch, PRESSED + timedelta(days=35))
    assert agreed(reminded) > 0, "once the clock is right it goes on by itself"


def test_a_clock_that_runs_back_does_nothing_either(reminded, coordinator, monkeypatch):
    morning(monkeypatch, PRESSED - timedelta(days=3))
    assert agreed(reminded) == 0


@pytest.mark.parametrize("off", [timedelta(days=365), timedelta(days=-30)])
def test_a_clock_that_the_database_contradicts_chooses_no_day_for_the_bank(closed, finance, monkeypatch, off):
    """What was chosen stays on the page, with why."""
    monkeypatch.setattr(clock_check, "database_moment", lambda: PRESSED)
    wrong = PRESSED + off
    with pytest.raises(DayRefused) as refused:
        runs.prepare(closed.statements.all(), execute_on=wrong.date(), by=finance, at=wrong)
    assert refused.value.reason == DayRefused.Reason.CLOCK
    assert "klok van de server klopt niet" in sentence(refused.value)


def test_after_a_long_time_without_a_fact_money_can_still_be_paid(closed, finance):
    late = at(date(2026, 5, 12))
    assert clock_check.doubt(late) and not clock_check.doubt(late, sure=True)
