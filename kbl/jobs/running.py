"""Doing the work: claim a job, do it, and say so in the transaction of the work itself; and find what was left undone.

Every step is an UPDATE that names what it expects to find. A worker may be killed anywhere, run beside another, or come
back from the dead: the job is done once, because only the run with the job's own attempt can say that it is done.
"""

import logging
import traceback
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from kbl import clock
from kbl.jobs.heartbeat import DEAD_AFTER, beating
from kbl.jobs.models import Job, JobFile
from kbl.jobs.work import Made, Refused, Work, work_of

log = logging.getLogger(__name__)

State = Job.State

RETRY_AFTER = timedelta(minutes=1)
AHEAD = timedelta(hours=1)  # seen so much later than now: by a clock that ran ahead
FILES_LAST = timedelta(days=7)
JOBS_LAST = timedelta(days=365)


class JobTakenOver(Exception):
    """Another worker has the job now: what this one did goes back."""


def run(pk: int) -> None:
    """Do a job, if it is waiting and nobody else took it. How it went is on the job."""
    job = _claim(pk)
    if job is None:
        return
    try:
        with beating(job) as progress:
            _do(job, work_of(job), progress)
    except JobTakenOver:
        log.warning("Job %s was taken over; attempt %s leaves nothing.", job.pk, job.attempt)
    except Refused as refused:
        _mine(job).update(state=State.REFUSED, refusal=refused.code, finished_at=clock.now())
    except Exception as failure:
        # Where it went wrong and not with what: the database's own words may quote a row, and with it a number.
        where = "".join(traceback.format_tb(failure.__traceback__))
        log.error("Job %s failed, attempt %s: %s\n%s", job.pk, job.attempt, type(failure).__name__, where)
        _let_go(job, at=clock.now())


def sweep(*, at: datetime) -> None:
    """Free what a lost worker held, do what still waits, and throw away what is past its time."""
    gone = Q(seen_at__lt=at - DEAD_AFTER) | Q(seen_at__gt=at + AHEAD)
    for job in Job.objects.filter(gone, state=State.RUNNING):
        log.warning("Job %s, attempt %s: its worker is gone.", job.pk, job.attempt)
        _let_go(job, at=job.seen_at, still_seen_at=job.seen_at)
    rested = Q(seen_at=None) | Q(seen_at__lt=at - RETRY_AFTER) | Q(seen_at__gt=at + AHEAD)
    due = Job.objects.filter(rested, state=State.WAITING)
    for pk in list(due.order_by("asked_at", "pk").values_list("pk", flat=True)):
        run(pk)
    if clock.differs_from_database(at):
        return
    JobFile.objects.filter(job__finished_at__lt=at - FILES_LAST).delete()
    Job.objects.filter(finished_at__lt=at - JOBS_LAST).delete()


def _claim(pk: int) -> Job | None:
    """The job, for the one worker whose UPDATE still finds it as it was seen; None for everybody else."""
    job = Job.objects.filter(pk=pk, state=State.WAITING).select_related("asked_by").first()
    if job is None:
        return None
    seen = Job.objects.filter(pk=pk, state=State.WAITING, attempt=job.attempt)
    if not seen.update(
        state=State.RUNNING, attempt=F("attempt") + 1, tries_left=F("tries_left") - 1, seen_at=clock.now(), done=0
    ):
        return None
    job.refresh_from_db()
    return job


def _do(job: Job, work: Work, progress) -> None:
    if work.in_transaction:
        with _patiently():
            _finish(job, work.doing(job, progress))
        return
    made = work.doing(job, progress)
    with transaction.atomic():
        _finish(job, made)


def _finish(job: Job, made: int | Made | None) -> None:
    """The last thing of the work's own transaction: say that it is done, unless somebody else has the job by now."""
    at = clock.now()
    result = made if isinstance(made, int) else None
    if not _mine(job).update(state=State.DONE, finished_at=at, seen_at=at, done=F("total"), result=result):
        raise JobTakenOver
    if isinstance(made, Made):
        JobFile.objects.create(job=job, filename=made.filename, content_type=made.content_type, content=made.content)


def _mine(job: Job):
    """The job as this run has it; empty as soon as another run took over."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)


def _let_go(job: Job, *, at: datetime | None, still_seen_at: datetime | None = None) -> None:
    """After a failure: wait for another try, or, when there were enough, stay where Cubiss sees it."""
    held = _mine(job).filter(seen_at=still_seen_at) if still_seen_at else _mine(job)
    if not held.filter(tries_left__gt=0).update(state=State.WAITING, seen_at=at, done=0):
        held.update(state=State.FAILED, finished_at=at)


@contextmanager
def _patiently():
    """A transaction that may take its time: nobody stands at a desk waiting for it."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '2min'")
        yield
