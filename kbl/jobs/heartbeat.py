"""How far a job is, seen from outside while its work is one transaction that nobody sees into yet."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from kbl import clock
from kbl.jobs.models import Job

log = logging.getLogger(__name__)

BEAT = 0.5  # seconds between two signs of life
DEAD_AFTER = timedelta(minutes=1)  # a worker that was not seen for so long is gone

# SQLite has one writer and that is the work itself: there the figure stays in this process, where the page is too.
_here: dict[int, int] = {}


class Progress:
    """Call it with how much is done; as cheap as an assignment, so call it as often as you like."""

    def __init__(self, done: int = 0) -> None:
        self.done = done

    def __call__(self, done: int) -> None:
        self.done = done


class _HereProgress(Progress):
    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job.pk

    def __call__(self, done: int) -> None:
        self.done = _here[self.job] = done


def done_so_far(job: Job) -> int:
    """How much of a job is done, as far as can be known from here."""
    return max(job.done, _here.get(job.pk, 0))


@contextmanager
def beating(job: Job) -> Iterator[Progress]:
    """While the work is under way: write its progress twice a second, over a connection of its own."""
    if connection.vendor == "sqlite":
        try:
            yield _HereProgress(job)
        finally:
            _here.pop(job.pk, None)
        return
    progress, stop = Progress(), threading.Event()
    thread = threading.Thread(target=_beat, args=(job, progress, stop), name=f"heartbeat of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, progress: Progress, stop: threading.Event) -> None:
    """Beat until told to stop. A beat that is missed is no harm: the next one comes soon."""
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempt=job.attempt)
    try:
        while not stop.wait(BEAT):
            try:
                mine.update(seen_at=clock.now(), done=progress.done)
            except DatabaseError as failure:
                log.warning("No sign of life of job %s: %s", job.pk, type(failure).__name__)
                connection.close()
    finally:
        connection.close()
