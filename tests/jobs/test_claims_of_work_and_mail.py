"""What a worker's updates expect to find, and what waits for a commit: as the database hears it, written down twice."""

from datetime import date, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection

from kbl import clock
from kbl.intake import tasks as intake_tasks
from kbl.jobs import running, work, worker
from kbl.jobs import tasks as jobs_tasks
from kbl.jobs.fields import KeyField
from kbl.jobs.models import Job
from kbl.jobs.work import WORKS, Refused, Work
from kbl.mail import outbox, sending
from kbl.mail import tasks as mail_tasks
from kbl.mail.backend import OutboxBackend
from kbl.mail.models import Letter
from kbl.payments import tasks as payments_tasks
from tests import locks_seen
from tests.conftest import at

NOW = at(date(2026, 1, 30))

pytestmark = pytest.mark.django_db


def refuse(job, progress):
    raise Refused("no")


def test_work_is_claimed_done_refused_and_freed_only_as_it_was_seen(coordinator, monkeypatch):
    with locks_seen.seen() as found:
        for number, doing in enumerate((lambda job, progress: 1, refuse)):
            monkeypatch.setitem(WORKS, "try", Work("try", doing, "Proef"))
            job = work.ask("try", {}, by=coordinator, at=NOW, key=UUID(int=number + 1))
            running.run(job.pk)
        work.again(job, at=NOW)
        Job.objects.filter(pk=job.pk).update(state="running", seen_at=NOW - timedelta(days=1))
        running.sweep(at=NOW)
    mine = "jobs_job by attempt, id, state"
    assert {who.removeprefix("kbl.jobs."): what for who, what in found.items()} == {
        "work.send": {"waits for the commit"},
        "work.again": {"jobs_job by id, state"},
        "running._claim": {mine},
        "running._finish": {mine},
        "running.run": {mine},
        "running._let_go": {"jobs_job by attempt, id, seen_at, state, tries_left"},
    }


def test_mail_is_claimed_sent_and_tried_again_only_as_it_was_seen(mailoutbox):
    with locks_seen.seen() as found:
        outbox.post(EmailMessage("S", "T", to=["a@b.example"]), Letter.Purpose.SYSTEM, at=NOW)
        outbox.post(EmailMessage("S", "T", to=["a@b.example"]), Letter.Purpose.SYSTEM, at=NOW, once="one")
        first, second = Letter.objects.order_by("pk")
        outbox.send_one(first.pk, at=NOW)
        Letter.objects.filter(pk=second.pk).update(state="failed", recipient="")
        sending.find_addresses(Letter.objects.all(), lambda each: "c@d.example")
        Letter.objects.filter(pk=second.pk).update(state="failed")
        sending.again(second, "e@f.example", task="x")
        Letter.objects.filter(pk=second.pk).update(state="sending", claimed_at=NOW - timedelta(days=1))
        sending.free_stale(Letter.objects.all(), at=NOW)
    assert {who.removeprefix("kbl.mail."): what for who, what in found.items()} == {
        "sending.start": {"waits for the commit"},
        "sending.claim": {"mail_letter by attempts, id, state"},
        "sending.send": {"mail_letter by attempts, id, state"},
        "sending.find_addresses": {"mail_letter by id, state"},
        "sending.again": {"mail_letter by id, state"},
        "sending.free_stale": {"mail_letter by claimed_at, state"},
    }


def test_who_asks_again_is_heard_by_a_worker(coordinator, monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr(work, "send", lambda job: sent.append(job.pk))
    monkeypatch.setitem(WORKS, "try", Work("try", refuse, "Proef"))
    job = work.ask("try", {}, by=coordinator, at=NOW, key=UUID(int=1))
    assert not work.again(job, at=NOW)
    running.run(job.pk)
    assert work.again(job, at=NOW) and sent == [job.pk, job.pk]


@pytest.mark.postgresql
def test_work_may_take_its_time_and_waits_for_a_lock_no_longer_than_it_must(coordinator, monkeypatch):
    told = []

    def look(job, progress):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            told.append(cursor.fetchone())

    monkeypatch.setitem(WORKS, "try", Work("try", look, "Proef"))
    running.run(work.ask("try", {}, by=coordinator, at=NOW, key=UUID(int=1)).pk)
    assert told == [("10min", "2min")]


def test_a_key_that_is_empty_or_garbled_is_replaced_and_another_is_kept():
    field = KeyField()
    assert not field.required and isinstance(field.initial(), UUID) and field.initial() != field.initial()
    for typed in ("", "x", None):
        assert isinstance(field.clean(typed), UUID)
    assert field.clean(str(UUID(int=5))) == UUID(int=5)


def test_a_letter_knows_its_programme_and_each_mail_of_several_is_kept(programme, monkeypatch):
    seen = {}
    monkeypatch.setattr(sending, "render_to_string", lambda template, context: seen.update(context) or template)
    made = sending.letter(["a@b.example"], "S", "mail/x.txt", {"a": 1}, name="naam 1")
    host = urlsplit(settings.SITE_URL).hostname
    assert (made.subject, made.body, made.to, seen) == (
        "S",
        "mail/x.txt",
        ["a@b.example"],
        {"programme": programme, "a": 1},
    )
    assert made.extra_headers == {"Message-ID": f"<naam-1@{host}>", "Auto-Submitted": "auto-generated"}
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert OutboxBackend().send_messages([EmailMessage("S", "T", to=[f"{n}@b.example"]) for n in (1, 2)]) == 2
    kept = [(each.recipient, each.purpose, each.written_at) for each in Letter.objects.order_by("pk")]
    assert kept == [(f"{n}@b.example", Letter.Purpose.SYSTEM, NOW) for n in (1, 2)]


# --- thin tasks -----------------------------------------------------------------------------------------------------

TASKS = [
    (mail_tasks.send_letter, (3,), {"kbl.mail.outbox.send_one": [(3,)]}),
    (mail_tasks.send_letters, (), {"kbl.mail.outbox.send_all": [()]}),
    (intake_tasks.send_invitations, (), {"kbl.intake.invitations.send_all": [()]}),
    (
        payments_tasks.send_account_mail,
        (),
        {"kbl.payments.accounts.account_mail.send_all": [()], "kbl.second_person.office_mail.send_all": [()]},
    ),
    (jobs_tasks.do, (3,), {"kbl.jobs.running.run": [(3,)]}),
    (jobs_tasks.sweep, (), {"kbl.jobs.running.sweep": [()]}),
]


@pytest.mark.parametrize(("task", "args", "calls"), TASKS, ids=lambda each: getattr(each, "name", ""))
def test_a_task_does_what_it_is_called_and_by_the_clock_of_now(task, args, calls, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    heard: dict[str, list[tuple]] = {}
    for name in calls:

        def listen(*args, name=name, **words):
            assert words in ({}, {"at": NOW})
            heard.setdefault(name, []).append(args)

        monkeypatch.setattr(name, listen)
    task(*args)
    assert heard == calls


def test_the_timetable_of_the_demonstration_lies_in_no_file(monkeypatch):
    """Its worker and its timetable are threads, begun once, and catch up at once; with a broker there are none."""
    started, asked = [], []
    app = SimpleNamespace(
        loader=SimpleNamespace(import_default_modules=lambda: started.append("tasks")),
        WorkController=lambda **words: started.append(words) or SimpleNamespace(start=lambda: started.append("worker")),
        send_task=asked.append,
    )
    timetable = SimpleNamespace(start=lambda: started.append("timetable"))
    monkeypatch.setattr(worker, "EmbeddedService", lambda app, **words: started.append(words) or timetable)
    monkeypatch.setattr(worker, "current_app", app)
    monkeypatch.setattr(worker.threading, "Thread", lambda target, name, daemon: SimpleNamespace(start=target))
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", "redis://elsewhere")
    worker.start_in_process()
    assert started == asked == []
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", "memory://")
    worker.start_in_process()
    quiet = {"without_heartbeat": True, "without_mingle": True, "without_gossip": True}
    assert started == [
        "tasks",
        {"hostname": "demonstration", "pool": "solo", "concurrency": 1, **quiet},
        "worker",
        {"thread": True, "scheduler_cls": "celery.beat:Scheduler"},
        "timetable",
    ]
    assert asked == list(worker.FIRST)
