"""What a worker's updates expect to find, and what waits for a commit: as the database hears it, written down twice."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.mail import EmailMessage

from kbl.jobs import running, work
from kbl.jobs.models import Job
from kbl.jobs.work import WORKS, Refused, Work
from kbl.mail import outbox, sending
from kbl.mail.models import Letter
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
