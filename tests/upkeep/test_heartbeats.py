"""Whoever does the work in the background is missed when it is silent: on the start page and by mail, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command
from django.db import connection

from kbl.jobs.models import Job
from kbl.mail.models import Letter
from kbl.start_pages.attention import attention_points
from kbl.upkeep import heartbeats, watch
from kbl.upkeep.heartbeats import Name, sign, silences
from kbl.upkeep.models import Heartbeat
from tests.upkeep import NOW

MINUTE = timedelta(minutes=1)


def asked(coordinator, at: datetime) -> Job:
    return Job.objects.create(key=uuid4(), kind="make_batch", arguments={}, asked_at=at, asked_by=coordinator)


def names(at: datetime) -> list[str]:
    return [each.name for each in silences(at=at)]


@pytest.mark.django_db
@pytest.mark.both_engines
class TestWhoIsSilent:
    def test_nobody_who_was_seen_lately(self, production):
        assert names(NOW + 5 * MINUTE) == []
        assert names(NOW + 5 * MINUTE + timedelta(seconds=1)) == ["worker", "beat"]

    def test_each_by_itself(self, production):
        sign(Name.BEAT, at=NOW + 10 * MINUTE)
        assert names(NOW + 11 * MINUTE) == ["worker"]

    def test_so_many_minutes_as_the_setting_says(self, production, settings):
        settings.HEARTBEAT_SILENT_MINUTES = 30
        assert names(NOW + 30 * MINUTE) == []
        assert names(NOW + 31 * MINUTE) == ["worker", "beat"]

    def test_one_that_never_started_is_missed_too(self, production):
        assert Heartbeat.objects.count() == 2, "made with the table"
        Heartbeat.objects.filter(name=Name.WORKER).delete()
        assert names(NOW) == ["worker"] and silences(at=NOW)[0].since is None

    def test_one_process_asks_nothing(self, production, settings):
        settings.CELERY_BROKER_URL = "memory://localhost/"
        assert names(NOW + timedelta(days=9)) == []

    def test_work_that_nobody_begins_with(self, production, coordinator):
        asked(coordinator, NOW)
        assert heartbeats.waiting_too_long(at=NOW + 15 * MINUTE) is None
        waiting = heartbeats.waiting_too_long(at=NOW + 16 * MINUTE)
        assert (waiting.count, waiting.since) == (1, NOW)
        Job.objects.update(state="running", attempt=1, seen_at=NOW)
        assert heartbeats.waiting_too_long(at=NOW + 16 * MINUTE) is None


@pytest.mark.django_db
@pytest.mark.both_engines
class TestWhoHears:
    def test_cubiss_on_the_start_page(self, production, coordinator):
        asked(coordinator, NOW)
        told = [point.words for point in attention_points(NOW + 20 * MINUTE) if point.urgent]
        assert "De werker is stil" in told and "De klok van het rooster is stil" in told
        assert "1 stuk werk op de achtergrond wacht" in told
        assert not [point for point in attention_points(NOW + MINUTE) if "stil" in point.words]

    def test_cubiss_by_mail_once_for_each_silence(self, production, coordinator, mailoutbox):
        for minute in range(6, 20):
            sign(Name.BEAT, at=NOW + minute * MINUTE)
            assert watch.tell(at=NOW + minute * MINUTE) is True
        assert sorted(mail.to[0] for mail in mailoutbox) == ["carla@voorbeeld.example", "project@voorbeeld.example"]
        (letter,) = [mail for mail in mailoutbox if mail.to == [coordinator.email]]
        assert letter.subject == "KBL: de werker is stil"
        assert "6 okt 2026" in letter.body.replace("\N{NO-BREAK SPACE}", " ") and "Inwisselen" in letter.body
        assert "\n\n\n" not in letter.body
        sign(Name.WORKER, at=NOW + 20 * MINUTE)
        assert watch.tell(at=NOW + 20 * MINUTE) is False
        sign(Name.BEAT, at=NOW + 30 * MINUTE)
        watch.tell(at=NOW + 30 * MINUTE)
        assert len(mailoutbox) == 4, "another silence is told again"

    def test_of_work_that_waits_once_a_day(self, production, coordinator, mailoutbox):
        for minute in (0, 1, 2):
            asked(coordinator, NOW + minute * MINUTE)
        for minute in range(20, 24):
            for name in Name:
                sign(name, at=NOW + minute * MINUTE)
            watch.tell(at=NOW + minute * MINUTE)
        assert {mail.subject for mail in mailoutbox} == {"KBL: werk op de achtergrond blijft liggen"}
        assert len(mailoutbox) == 2
        assert "3 stukken werk" in mailoutbox[0].body

    def test_before_there_is_a_programme_nobody(self, settings, mailoutbox):
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
        Heartbeat.objects.update(at=NOW)
        assert watch.tell(at=NOW + 20 * MINUTE) is True
        assert not mailoutbox

    def test_whoever_watches_outlives_a_database_that_is_away(self, production, monkeypatch):
        monkeypatch.setattr(connection, "close", lambda: None)

        def away(*args, **kwargs):
            raise ConnectionError

        monkeypatch.setattr(heartbeats, "sign", away)
        watch.step(Name.WORKER)

    def test_the_command_for_a_container_and_for_cron(self, production, coordinator, mailoutbox, monkeypatch):
        told = StringIO()
        monkeypatch.setattr("kbl.clock.now", lambda: NOW)
        call_command("health", stdout=told)
        assert told.getvalue().count(": goed") == 3
        monkeypatch.setattr("kbl.clock.now", lambda: NOW + 20 * MINUTE)
        sign(Name.BEAT, at=NOW + 20 * MINUTE)
        call_command("health", "--only", "beat", stdout=told)
        with pytest.raises(CommandError):
            call_command("health", "--only", "worker", stdout=told)
        assert not mailoutbox
        with pytest.raises(CommandError):
            call_command("health", "--mail", stdout=told)
        assert len(mailoutbox) == 2


# --- real processes, really killed ---------------------------------------------------------------------------------


# As the compose file starts them, but that they sign oftener: what they do at a sign is what the test waits for.
OFTEN = """
import django
from celery.__main__ import main
django.setup()
from kbl.upkeep import heartbeats
heartbeats.EVERY = 0.25
main()
"""


@pytest.fixture
def celery(tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Celery on this test's own database and broker."""
    running: list[subprocess.Popen] = []
    books = connection.settings_dict
    address = f"postgres://{books['USER']}:{books['PASSWORD']}@{books['HOST']}:{books['PORT']}/{books['NAME']}"
    environment = {**os.environ, "DATABASE_URL": address, "EMAIL_URL": "dummymail://", "HOME": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "kbl.settings"

    def begin(*command: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", OFTEN, "--app", "kbl", *command],
            cwd=house.BASE_DIR,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(found: Callable[[], object]) -> object:
    """What is found, as soon as it is there; a look twenty times a second."""
    for _ in range(3600):
        if it := found():
            return it
        time.sleep(0.05)
    pytest.fail("it did not happen")


LONG_AGO = NOW - timedelta(days=365)
WORKER = ("worker", "--pool", "solo", "--without-mingle", "--without-gossip", "--queues", "nobody-sends-here")


def signs_after(name: Heartbeat.Name, moment: datetime) -> None:
    until(lambda: Heartbeat.objects.filter(name=name, at__gt=moment).exists())


def told_when_killed(dead: Heartbeat.Name, process: subprocess.Popen, alive: Heartbeat.Name) -> set[str]:
    """What the living one mails the coordinator. The silence is made to have lasted, instead of waiting for it."""
    kill(process)
    signs_after(alive, Heartbeat.objects.get(name=alive).at)  # whatever it was telling before is told
    Letter.objects.all().delete()
    Heartbeat.objects.filter(name=dead).update(at=LONG_AGO)
    told = until(lambda: list(Letter.objects.filter(purpose="alarm", recipient="carla@voorbeeld.example")))
    return {each.subject for each in told}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_one_that_lives_tells_of_the_one_that_was_killed(programme, coordinator, celery, tmp_path):
    """Both sign; one is shot and the other tells Cubiss; it comes back, and the other is shot."""
    timetable = ("beat", "--schedule", str(tmp_path / "schedule"), "--pidfile", "")
    for name in Name:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": LONG_AGO})
    worker, beat = celery(*WORKER), celery(*timetable)
    for name in Name:
        signs_after(name, LONG_AGO)
    assert told_when_killed(Name.BEAT, beat, Name.WORKER) == {f"KBL: {Name.BEAT.label} is stil"}
    celery(*timetable)
    signs_after(Name.BEAT, LONG_AGO)
    assert told_when_killed(Name.WORKER, worker, Name.BEAT) == {f"KBL: {Name.WORKER.label} is stil"}
