"""A job is asked once, done once, all of it or nothing; what goes wrong is kept, told, and tried again."""

import os
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4

import pytest
from celery import current_app
from django.db import IntegrityError, transaction

from kbl.jobs import running, tasks
from kbl.jobs.models import TRIES, Job, JobFile
from kbl.jobs.work import WORKS, AlreadyAsked, Made, Refused, again, ask
from kbl.organisations.models import Municipality
from tests.jobs.conftest import NOON, TODAY

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("monday")]


def found(name: str = "Sevenum") -> int:
    """Something that work leaves in the database."""
    return Municipality.objects.filter(name=name).count()


def leave_something(job, progress) -> int:
    progress(7)
    return Municipality.objects.create(code="GM9999", name="Sevenum", starts_on=TODAY).pk


def fresh(job: Job) -> Job:
    job.refresh_from_db()
    return job


# --- asking -------------------------------------------------------------------------------------------------------


def test_what_is_asked_is_done_and_says_what_came_of_it(a_kind_of_work, asked, coordinator):
    a_kind_of_work(leave_something)
    job = asked(total=7)
    assert (job.state, job.asked_by, job.asked_at, job.attempt) == ("waiting", coordinator, NOON, 0)
    tasks.do(job.pk)
    fresh(job)
    assert (job.state, job.attempt, job.done, job.finished_at) == ("done", 1, 7, NOON)
    assert Municipality.objects.get(pk=job.result).name == "Sevenum"
    tasks.do(job.pk)
    tasks.sweep()
    assert (found(), fresh(job).attempt) == (1, 1), "and it is not done again"


def test_it_goes_to_the_workers_after_the_commit_and_once(
    a_kind_of_work, asked, sent, django_capture_on_commit_callbacks
):
    a_kind_of_work(leave_something)
    key = uuid4()
    with django_capture_on_commit_callbacks(execute=True):
        job = asked(key=key)
        assert sent == []
    with django_capture_on_commit_callbacks(execute=True):
        assert asked(key=key) == job
    assert sent == [job.pk]


def test_the_same_key_with_other_words_is_another_question(a_kind_of_work, asked, finance):
    a_kind_of_work(leave_something)
    a_kind_of_work(leave_something, kind="other")
    key = uuid4()
    job = asked(arguments={"count": 5}, key=key)
    for other in ({"arguments": {"count": 6}}, {"kind": "other", "arguments": {"count": 5}}):
        with pytest.raises(AlreadyAsked) as refused:
            asked(key=key, **other)
        assert refused.value.job == job
    with pytest.raises(AlreadyAsked):
        ask("sums", {"count": 5}, by=finance, at=NOON, key=key)
    assert Job.objects.get() == job


def test_a_kind_that_nobody_knows_is_not_asked_for(asked):
    with pytest.raises(KeyError):
        asked("unheard_of")
    assert not Job.objects.exists()


def test_the_database_itself_refuses_a_job_in_two_minds(a_kind_of_work, asked):
    a_kind_of_work(leave_something)
    job = asked()
    for impossible in (
        {"state": "done"},
        {"state": "running"},
        {"finished_at": NOON},
        {"refusal": "because"},
        {"state": "refused", "finished_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**impossible)


# --- when it does not go well -------------------------------------------------------------------------------------


def test_a_refusal_takes_everything_back_and_stays_until_somebody_asks_again(a_kind_of_work, asked, finance, sent):
    def refuse(job, progress):
        leave_something(job, progress)
        raise Refused("too_late")

    a_kind_of_work(refuse)
    job = asked()
    tasks.do(job.pk)
    assert (fresh(job).state, job.refusal, found()) == ("refused", "too_late", 0)
    running.sweep(at=NOON + timedelta(hours=1))
    assert fresh(job).attempt == 1, "by itself it stays refused"

    a_kind_of_work(leave_something)
    later = NOON + timedelta(days=1)
    assert again(job, at=later, by=finance)
    assert (job.state, job.refusal, job.asked_at, job.asked_by) == ("waiting", "", later, finance)
    assert not again(job, at=later), "what waits is not asked again"
    Job.objects.filter(pk=job.pk).update(state="running", seen_at=later)
    assert not again(job, at=later), "nor what is being done"
    Job.objects.filter(pk=job.pk).update(state="waiting", seen_at=None)
    tasks.do(job.pk)
    assert (fresh(job).state, job.attempt, found()) == ("done", 2, 1)
    assert not again(job, at=later), "nor what is done"


def test_a_failure_leaves_nothing_is_logged_without_its_data_and_tried_again_later(
    a_kind_of_work, asked, monday, caplog
):
    failures = iter([ValueError("0012345 482913 7"), None])

    def fail_once(job, progress):
        made = leave_something(job, progress)
        if failure := next(failures):
            raise failure
        return made

    a_kind_of_work(fail_once)
    job = asked()
    tasks.do(job.pk)
    assert (fresh(job).state, job.attempt, found()) == ("waiting", 1, 0)
    assert "attempt 1: ValueError" in caplog.text and "fail_once" in caplog.text
    assert "482913" not in caplog.text

    tasks.sweep()
    assert fresh(job).attempt == 1, "not at once"
    monday.shift(timedelta(minutes=2))
    tasks.sweep()
    assert (fresh(job).state, job.attempt, found()) == ("done", 2, 1)


def test_what_fails_every_time_is_given_up_and_can_be_asked_again(a_kind_of_work, asked, monday):
    def fail(job, progress):
        raise RuntimeError("planted")

    a_kind_of_work(fail)
    job = asked()
    for _ in range(6):
        tasks.sweep()
        monday.shift(timedelta(minutes=2))
    assert (fresh(job).state, job.attempt, job.tries_left) == ("failed", TRIES, 0)

    a_kind_of_work(leave_something)
    again(job, at=NOON)
    assert job.tries_left == TRIES
    tasks.do(job.pk)
    assert (fresh(job).state, job.attempt) == ("done", TRIES + 1)


def test_a_kind_of_an_earlier_version_fails_and_breaks_nothing(a_kind_of_work, asked, carla, monkeypatch):
    a_kind_of_work(leave_something)
    job = asked()
    Job.objects.filter(pk=job.pk).update(kind="gone")
    tasks.do(job.pk)
    assert fresh(job).state == "waiting"
    assert "eerdere versie" in carla.get(f"/cubiss/werk/{job.pk}/").content.decode()


# --- a worker that is gone ----------------------------------------------------------------------------------------


class Killed(BaseException):
    """A worker that is gone from one moment to the next."""


def killed(job, progress):
    leave_something(job, progress)
    raise Killed


def test_what_a_lost_worker_held_is_freed_after_a_minute_and_done(a_kind_of_work, asked):
    a_kind_of_work(killed)
    job = asked()
    with pytest.raises(Killed):
        tasks.do(job.pk)
    assert (fresh(job).state, found()) == ("running", 0)
    a_kind_of_work(leave_something)
    tasks.do(job.pk)
    running.sweep(at=NOON + timedelta(seconds=59))
    assert (fresh(job).state, job.attempt) == ("running", 1), "it may still be alive"
    running.sweep(at=NOON + timedelta(seconds=61))
    assert (fresh(job).state, job.attempt, found()) == ("done", 2, 1)


def test_a_worker_that_gave_a_sign_of_life_meanwhile_keeps_its_job(a_kind_of_work, asked, monkeypatch):
    """The sweeper saw an old sign of life; before it lets the job go, the worker gives a new one."""
    a_kind_of_work(killed)
    job = asked()
    with pytest.raises(Killed):
        tasks.do(job.pk)
    let_go, late = running._let_go, NOON + timedelta(minutes=5)

    def alive_after_all(found: Job, **named) -> None:
        Job.objects.filter(pk=found.pk).update(seen_at=late)
        let_go(found, **named)

    monkeypatch.setattr(running, "_let_go", alive_after_all)
    running.sweep(at=late)
    assert (fresh(job).state, job.attempt, job.seen_at, found()) == ("running", 1, late, 0)


def test_work_that_kills_every_worker_is_given_up(a_kind_of_work, asked, monday):
    a_kind_of_work(killed)
    job = asked()
    for _ in range(TRIES):
        with pytest.raises(Killed):
            tasks.sweep()
        monday.shift(timedelta(minutes=3))
    tasks.sweep()
    assert (fresh(job).state, job.attempt) == ("failed", TRIES)


def test_who_comes_back_from_the_dead_leaves_nothing(a_kind_of_work, asked, caplog):
    """The job was given to another, and done, while this worker only slept."""

    def sleep_long(job, progress):
        a_kind_of_work(leave_something)
        Job.objects.filter(pk=job.pk).update(attempt=2)  # what the sweeper and the other worker did meanwhile
        Municipality.objects.create(code="GM9998", name="Wakker", starts_on=TODAY)
        return 0

    a_kind_of_work(sleep_long, in_transaction=False)
    job = asked()
    tasks.do(job.pk)
    assert (fresh(job).state, job.result) == ("running", None)
    assert "attempt 1 leaves nothing" in caplog.text


# --- the broker ---------------------------------------------------------------------------------------------------


def test_without_a_broker_the_page_answers_and_the_sweeper_does_it(
    a_kind_of_work, broker_away, coordinator, caplog, django_capture_on_commit_callbacks
):
    a_kind_of_work(leave_something)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask("sums", {}, by=coordinator, at=NOON, key=uuid4())
    assert broker_away == ["knocked"] * 2, "once more, and no waiting: a page must answer"
    assert "The broker cannot be reached" in caplog.text
    assert fresh(job).state == "waiting"
    tasks.sweep()
    assert (fresh(job).state, found()) == ("done", 1)


def test_with_workers_it_is_done_at_once(a_kind_of_work, workers, coordinator, django_capture_on_commit_callbacks):
    a_kind_of_work(leave_something)
    with django_capture_on_commit_callbacks(execute=True):
        job = ask("sums", {}, by=coordinator, at=NOON, key=uuid4())
    assert fresh(job).state == "done"


def test_the_sweep_is_in_the_timetable():
    current_app.loader.import_default_modules()
    swept = [each for each in current_app.conf.beat_schedule.values() if each["task"] == "kbl.jobs.tasks.sweep"]
    assert len(swept) == 1 and "kbl.jobs.tasks.sweep" in current_app.tasks


# --- files --------------------------------------------------------------------------------------------------------


def make_a_file(job, progress) -> Made:
    return Made("vellen.pdf", "application/pdf", b"%PDF-1.7 vellen")


@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_file_is_kept_for_a_week_and_the_job_for_a_year(a_kind_of_work, asked, in_transaction):
    a_kind_of_work(make_a_file, in_transaction=in_transaction)
    job = asked()
    tasks.do(job.pk)
    assert bytes(fresh(job).file.content) == b"%PDF-1.7 vellen"
    running.sweep(at=NOON + timedelta(days=7))
    assert JobFile.objects.exists()
    running.sweep(at=NOON + timedelta(days=7, seconds=1))
    assert not JobFile.objects.exists()
    running.sweep(at=NOON + timedelta(days=365))
    assert fresh(job).state == "done"
    running.sweep(at=NOON + timedelta(days=365, seconds=1))
    assert not Job.objects.exists()


# --- every process knows every kind ----------------------------------------------------------------------------------


def test_a_worker_that_opens_no_page_knows_every_kind_of_work():
    ask_it = "import django; django.setup(); from kbl.jobs.work import WORKS; print(*sorted(WORKS))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "kbl.settings"}
    told = subprocess.run([sys.executable, "-c", ask_it], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == sorted(WORKS)
    assert "make_batch" in WORKS
