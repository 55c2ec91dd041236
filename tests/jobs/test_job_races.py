"""Presses and workers at once, and workers killed in the middle: every job is done once, all of it or nothing.

Each guard has a twin without it, in which it does go wrong.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from intermediaries.orders import batch_job as batch_jobs
from intermediaries.orders import sources
from kbl.clock import now
from kbl.jobs import running, tasks
from kbl.jobs.models import Job
from reporting import integrity
from tests.conftest import at
from tests.jobs import BATCH
from tests.races import killing
from tests.races.killing import Child, kill, processes
from tests.races.support import PATIENCE, looked_by_all, together, unique_index, until, without_unique
from vouchers.models import Batch, SerialCounter, StockMovement, Voucher

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("programme", "sent")]

NOON = at(date(2025, 10, 6))
FORM = "/cubiss/vouchers/series/nieuw/"


def ask_for(count: int, by, to=None) -> Job:
    return batch_jobs.ask_for_batch(
        to, count=count, medium="paper", valid_until=date(2027, 12, 31), by=by, at=NOON, key=uuid4()
    )


def sizes() -> list[int]:
    return sorted(batch.size for batch in Batch.objects.all())


def numbers_follow_each_other() -> bool:
    """No serial was skipped and none is left over: what was taken back was given out again."""
    first = 1
    for batch in Batch.objects.order_by("first_serial"):
        if batch.first_serial != first or batch.vouchers.count() != batch.size:
            return False
        first = batch.last_serial + 1
    counter = SerialCounter.objects.filter(pk=1).first()
    return Voucher.objects.count() == first - 1 == (counter.next_serial if counter else 1) - 1


def wrong_books() -> list[str]:
    return [outcome.invariant.name for outcome in integrity.check() if not outcome.holds]


# --- pressed by eight at once -------------------------------------------------------------------------------------


def eight_presses(log_in, coordinator) -> list:
    form = {"key": str(uuid4()), "count": "250", "medium": "paper", "valid_until": "2099-12-31", "intermediary": ""}
    browsers = [log_in(coordinator) for _ in range(8)]
    return together(*[lambda browser=browser: browser.post(FORM, form) for browser in browsers])


def test_eight_presses_at_once_are_one_job_and_one_batch(log_in, coordinator):
    answers = eight_presses(log_in, coordinator)
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, f"/cubiss/werk/{Job.objects.get().pk}/")
    }
    together(*[lambda: tasks.do(Job.objects.get().pk)] * 4, *[tasks.sweep] * 4)
    assert sizes() == [250]


def test_this_race_is_real_without_the_key_eight_presses_are_more_than_one_job(coordinator, monkeypatch):
    key = uuid4()

    def press() -> Job:
        return batch_jobs.ask_for_batch(
            None, count=250, medium="paper", valid_until=date(2027, 12, 31), by=coordinator, at=NOON, key=key
        )

    get = QuerySet.get
    find = looked_by_all(get, 8)

    def found_by_nobody(rows, *args, **kwargs):
        return find(rows, *args, **kwargs) if rows.model is Job else get(rows, *args, **kwargs)

    monkeypatch.setattr(QuerySet, "get", found_by_nobody)
    with without_unique(unique_index(Job._meta.db_table, "key")):
        together(*[press] * 8)
        assert Job.objects.count() == 8


# --- two workers, one job -----------------------------------------------------------------------------------------


def test_eight_workers_do_a_job_once(coordinator):
    for _ in range(5):
        job = ask_for(500, coordinator)
        assert together(*[lambda pk=job.pk: running.run(pk)] * 8) == [None] * 8
        job.refresh_from_db()
        assert (job.state, job.attempt) == ("done", 1)
    assert sizes() == [500] * 5 and numbers_follow_each_other()


@pytest.fixture
def overtaken(coordinator, monkeypatch) -> Callable[[], Job]:
    """A worker falls asleep in the middle of a job, is taken for dead, and wakes up when another has done the job."""

    def play() -> Job:
        job, asleep, wake = ask_for(500, coordinator), threading.Event(), threading.Event()
        make = sources.make_batch_for

        def fall_asleep_first(*args, **kwargs):
            if not asleep.is_set():
                asleep.set()
                assert wake.wait(PATIENCE)
            return make(*args, **kwargs)

        monkeypatch.setattr(sources, "make_batch_for", fall_asleep_first)

        def sleeper() -> None:
            running.run(job.pk)

        def other() -> None:
            assert asleep.wait(PATIENCE)
            running.sweep(at=now() + timedelta(minutes=3))
            wake.set()

        together(sleeper, other)
        job.refresh_from_db()
        return job

    return play


def test_a_worker_that_was_taken_for_dead_makes_no_second_batch(overtaken):
    job = overtaken()
    assert (job.state, job.attempt, job.result) == ("done", 2, Batch.objects.get().pk)
    assert numbers_follow_each_other() and wrong_books() == []


def test_this_race_is_real_without_the_attempt_the_second_batch_is_made(overtaken, monkeypatch):
    monkeypatch.setattr(running, "_mine", lambda job: Job.objects.filter(pk=job.pk))
    overtaken()
    assert sizes() == [500, 500]


def test_two_batches_at_once_wait_for_each_other_and_share_no_number(coordinator):
    made = [ask_for(5_000, coordinator).pk for _ in range(4)]
    together(*[lambda pk=pk: running.run(pk) for pk in made])
    assert sizes() == [5_000] * 4 and numbers_follow_each_other()
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


# --- seen from outside --------------------------------------------------------------------------------------------


def test_how_far_it_is_can_be_seen_while_the_work_is_one_transaction(coordinator, monkeypatch):
    looked, job = threading.Event(), ask_for(500, coordinator)
    make = sources.make_batch_for

    def slowly(*args, progress, **kwargs):
        made = make(*args, progress=progress, **kwargs)
        progress(123)
        assert looked.wait(PATIENCE)
        return made

    monkeypatch.setattr(sources, "make_batch_for", slowly)

    def look() -> tuple:
        until(lambda: Job.objects.get(pk=job.pk).done == 123)
        seen = Job.objects.get(pk=job.pk)
        told = seen.state, seen.done, seen.seen_at > NOON, Batch.objects.count()
        looked.set()
        return told

    assert together(lambda: running.run(job.pk), look) == [None, ("running", 123, True, 0)]
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 500)


def test_the_heartbeat_keeps_a_long_job_from_being_taken_for_dead(coordinator, monkeypatch):
    """The sweeper passes after every beat, as late as a worker may be; the job is long, but its worker is alive."""
    job, looked = ask_for(500, coordinator), threading.Event()
    make = sources.make_batch_for
    monkeypatch.setattr(
        sources, "make_batch_for", lambda *args, **kwargs: (looked.wait(PATIENCE), make(*args, **kwargs))[1]
    )

    def sweeps() -> None:
        until(lambda: Job.objects.filter(pk=job.pk, state="running").exists())
        for _ in range(4):
            seen_at = Job.objects.get(pk=job.pk).seen_at
            running.sweep(at=seen_at + running.DEAD_AFTER)
            until(lambda seen_at=seen_at: Job.objects.get(pk=job.pk).seen_at > seen_at)
        looked.set()

    assert together(lambda: running.run(job.pk), sweeps) == [None, None]
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 1)


# --- kill -9 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def workers_to_kill() -> Iterator[Callable[[], Child]]:
    """Processes on this test's own database."""
    with processes("tests.jobs.killed_worker") as begin:
        yield begin


def bring_to(worker: Child, job: Job, moment: str) -> None:
    """Let it do the job up to a moment; "whenever" is any moment after it began."""
    killing.bring_to(worker, f"{job.pk} {moment}", somewhere=moment == "whenever")


MOMENTS = [
    ("claimed", 0.0, False),
    ("half the rows", 0.7, False),
    ("all the rows", 0.0, False),
    ("before it is allocated", 0.0, False),
    ("before it is done", 0.0, False),
    ("done and not committed", 0.0, False),
    ("committed", 0.0, True),
    ("whenever", 0.02, None),
    ("whenever", 0.08, None),
    ("whenever", 0.2, None),
]


@pytest.mark.parametrize(("moment", "seconds", "everything"), MOMENTS)
def test_a_killed_worker_leaves_all_or_nothing_and_the_sweeper_finishes_once(
    moment, seconds, everything, coordinator, food_bank, workers_to_kill
):
    """Threat 10: a batch, straight for an intermediary, cut off by kill -9 in the middle."""
    ask_for(10, coordinator)
    tasks.sweep()
    job = ask_for(BATCH, coordinator, food_bank)

    worker = workers_to_kill()
    bring_to(worker, job, moment)
    time.sleep(seconds)
    kill(worker)

    job.refresh_from_db()
    done = job.state == "done"
    assert done == everything if everything is not None else job.state in ("waiting", "running", "done")
    assert sizes() == ([10, BATCH] if done else [10])
    assert StockMovement.objects.count() == int(done)
    assert numbers_follow_each_other(), "a batch that went back leaves its numbers for the next one"

    tasks.do(job.pk)  # the broker hands it over again
    running.sweep(at=now() + timedelta(minutes=2))
    running.sweep(at=now() + timedelta(minutes=4))
    job.refresh_from_db()
    assert job.state == "done" and job.result == Batch.objects.get(last_serial=10 + BATCH).pk
    assert sizes() == [10, BATCH] and numbers_follow_each_other()
    assert Voucher.objects.held_by(food_bank).count() == BATCH
    assert wrong_books() == []


def test_this_danger_is_real_noted_in_a_second_transaction_the_batch_is_made_twice(coordinator, workers_to_kill):
    job, worker = ask_for(1_000, coordinator), workers_to_kill()
    bring_to(worker, job, "between two transactions")
    kill(worker)
    running.sweep(at=now() + timedelta(minutes=2))
    assert sizes() == [1_000, 1_000]
