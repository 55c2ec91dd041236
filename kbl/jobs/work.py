"""Work in the background: what kinds there are, asking for it, and asking again.

    @work("make_batch", title="Vouchers maken", result_url=lambda job: ...)
    def make_batch_job(job, progress): ...          # in <app>/jobs.py, which is found by itself

    job = ask("make_batch", {"count": 500}, by=somebody, at=now, key=form_key, total=500)
    return redirect("cubiss:job", job.pk)

A kind of work reads everything from `job.arguments` (and `asked_by`, `asked_at`), calls the same domain function as a
page would, and gives back the number of what it made, a `Made` file, or nothing. It runs inside one transaction, and
so does the note that it is done: a worker that is killed leaves nothing, and of two workers one commits.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from celery import signature
from django.db import transaction

from kbl.accounts.roles import Right
from kbl.broker import hand_over
from kbl.jobs.heartbeat import Progress
from kbl.jobs.models import TRIES, Job

__all__ = ["WORKS", "AlreadyAsked", "Made", "Progress", "Refused", "Work", "again", "ask", "work", "work_of"]

DO = "kbl.jobs.tasks.do"


class Refused(Exception):
    """Raised by work that the rules do not allow: `code` is kept on the job and becomes a sentence on its page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class AlreadyAsked(Exception):
    """This key was used for something else: somebody went back, changed the form and pressed again."""

    def __init__(self, job: Job) -> None:
        super().__init__(str(job))
        self.job = job


@dataclass(frozen=True)
class Made:
    """A file that work made; kept for a week, for downloading at the job's page."""

    filename: str
    content_type: str
    content: bytes


Doing = Callable[[Job, Progress], "int | Made | None"]
Told = Callable[[Job], str]


def _coordinates(job: Job) -> Right | None:
    return Right.COORDINATE


@dataclass(frozen=True)
class Work:
    """A kind of work. `title` and what its page says are Dutch; each may depend on the job."""

    kind: str
    doing: Doing
    title: str | Told
    done: Told | None = None
    refusal: Told | None = None
    result_url: Told | None = None
    result_label: str = "Bekijk het resultaat"
    form_url: Told | None = None
    file_right: Callable[[Job], Right | None] = _coordinates
    in_transaction: bool = True

    def title_of(self, job: Job) -> str:
        return self.title(job) if callable(self.title) else self.title


WORKS: dict[str, Work] = {}


def work(kind: str, *, title: str | Told, **words) -> Callable[[Doing], Doing]:
    """Register a function as a kind of work.

    `done` and `refusal`: the sentence of a finished and of a refused job (`job.refusal` is the code). `result_url`:
    where the page goes by itself when it is done, `result_label` the words of that link; `form_url`: where it can be
    asked with other words. `file_right`: who may fetch its file; the coordinator, because of whole numbers, unless it
    says otherwise (None: every role of Cubiss). `in_transaction=False`: the work only reads, for long, and only its
    answer is written.
    """

    def register(doing: Doing) -> Doing:
        assert kind not in WORKS, f"two kinds of work called {kind}"
        WORKS[kind] = Work(kind, doing, title, **words)
        return doing

    return register


def work_of(job: Job) -> Work:
    """The kind of a job; a stand-in for one that this version does not know any more."""
    return WORKS.get(job.kind) or Work(job.kind, _unknown, "Werk van een eerdere versie")


def _unknown(job: Job, progress: Progress) -> None:
    raise LookupError(job.kind)


def ask(kind: str, arguments: dict, *, by, at: datetime, key: UUID | str, total: int = 0) -> Job:
    """Ask for work; it starts when the transaction around it is committed. The same key gives the same job.

    `total`: how much there is to do, in the unit that the work reports its progress in; 0 when nobody knows.
    Raises KeyError for an unknown kind, AlreadyAsked when the key belongs to another question.
    """
    WORKS[kind]
    arguments = json.loads(json.dumps(arguments))
    with transaction.atomic():
        job, new = Job.objects.get_or_create(
            key=key,
            defaults={"kind": kind, "arguments": arguments, "total": total, "asked_by": by, "asked_at": at},
        )
        if new:
            send(job)
    if (job.kind, job.arguments, job.asked_by_id) != (kind, arguments, by.pk):
        raise AlreadyAsked(job)
    return job


def again(job: Job, *, at: datetime, by=None) -> bool:
    """Ask once more for what was refused or failed, as of now, in the name of who presses. False: it was not over."""
    over = Job.objects.filter(pk=job.pk, state__in=[Job.State.REFUSED, Job.State.FAILED])
    with transaction.atomic():
        asked = over.update(
            state=Job.State.WAITING,
            asked_at=at,
            asked_by=by or job.asked_by,
            tries_left=TRIES,
            seen_at=None,
            finished_at=None,
            refusal="",
            done=0,
        )
        if asked:
            send(job)
    job.refresh_from_db()
    return bool(asked)


def send(job: Job) -> None:
    """Hand a job to the workers, after commit. When the broker is away nothing is lost: the sweeper does the job."""
    transaction.on_commit(lambda: _send(job.pk))


def _send(pk: int) -> None:
    hand_over(signature(DO, args=[pk]), otherwise="the sweeper does the work")
