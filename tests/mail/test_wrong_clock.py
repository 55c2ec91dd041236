"""A clock that ran a year ahead for a while: nothing that it left waits for that year, and nothing lasts so long."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.mail import EmailMessage

from kbl import clock
from kbl.accounts.reset_tokens import ResetTokens
from kbl.jobs import running
from kbl.jobs.models import Job
from kbl.mail import outbox
from kbl.mail.models import Letter
from kbl.upkeep.heartbeats import Name, sign, silences
from tests.conftest import at
from vouchers.viewing import trace
from vouchers.viewing.models import NumberView

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

NOW = at(date(2026, 10, 6))
YEAR = timedelta(days=365)


@pytest.fixture
def letter(programme) -> Letter:
    outbox.post(EmailMessage("Dag", "Tekst", to=["carla@voorbeeld.example"]), Letter.Purpose.SYSTEM, at=NOW)
    return Letter.objects.get()


@pytest.mark.parametrize(("state", "attempts"), [("failed", 1), ("sending", 1)])
def test_mail_that_it_tried_is_tried_again_now(letter, state, attempts, mailoutbox):
    Letter.objects.update(state=state, attempts=attempts, claimed_at=NOW + YEAR)
    outbox.send_all(at=NOW)
    assert len(mailoutbox) == 1


def test_work_that_it_held_is_done_now(coordinator, monkeypatch):
    done = []
    monkeypatch.setattr(running, "run", done.append)
    job = Job.objects.create(
        key=uuid4(), kind="make_batch", arguments={}, asked_at=NOW, asked_by=coordinator, state="running", attempt=1,
        seen_at=NOW + YEAR,
    )  # fmt: skip
    running.sweep(at=NOW)
    job.refresh_from_db()
    assert job.state == "waiting" and done == [job.pk]


def test_a_sign_that_is_still_to_come_is_no_sign_of_life(programme, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    sign(Name.WORKER, at=NOW)
    sign(Name.BEAT, at=NOW + YEAR)
    assert [each.name for each in silences(at=NOW)] == [Name.BEAT]


def test_a_link_that_it_made_opens_nothing_for_a_year(coordinator):
    tokens = ResetTokens()
    with time_machine.travel(NOW + YEAR, tick=False):
        ahead = tokens.make_token(coordinator)
    with time_machine.travel(NOW, tick=False):
        assert not tokens.check_token(coordinator, ahead)
        mine = tokens.make_token(coordinator)
        assert tokens.check_token(coordinator, mine) and not tokens.check_token(coordinator, "")
    with time_machine.travel(NOW + timedelta(days=3, minutes=1), tick=False):
        assert not tokens.check_token(coordinator, mine)


def test_the_link_in_the_mail_is_of_that_kind(client, coordinator, mailoutbox):
    with time_machine.travel(NOW + YEAR, tick=False):
        outbox.ask_reset(coordinator.email, at=clock.now())
        outbox.send_all(at=clock.now())
    link = re.search(r"https?://[^/]+(/\S+)", mailoutbox[0].body)[1]
    with time_machine.travel(NOW, tick=False):
        assert "werkt niet meer" in client.get(link, follow=True).content.decode()


def test_nothing_is_thrown_away_by_a_clock_that_the_database_contradicts(letter, coordinator, monkeypatch, settings):
    settings.CLOCK_MAY_DIFFER_MINUTES = 5
    NumberView.objects.create(serial=1, why="page", viewed_at=NOW, viewed_by=coordinator)
    Job.objects.create(
        key=uuid4(),
        kind="make_batch",
        arguments={},
        asked_at=NOW,
        asked_by=coordinator,
        state="done",
        attempt=1,
        seen_at=NOW,
        finished_at=NOW,
    )
    late = NOW + 2 * YEAR
    monkeypatch.setattr(clock, "database_moment", lambda: NOW)
    assert trace.forget(at=late) == 0
    outbox.send_all(at=late)
    running.sweep(at=late)
    assert NumberView.objects.exists() and Job.objects.exists() and Letter.objects.get().body == "Tekst"
    monkeypatch.setattr(clock, "database_moment", lambda: late)
    outbox.send_all(at=late)
    running.sweep(at=late)
    assert not Job.objects.exists() and not Letter.objects.exists()
