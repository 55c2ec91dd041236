"""Is anybody there? The worker and the timetable (Celery's beat) sign every half minute; who is silent is told.

Without a broker there is nothing to ask: then all of it runs inside this one process (the demonstration).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from kbl.jobs.models import Job
from kbl.jobs.worker import IN_MEMORY
from kbl.mail.models import Letter
from kbl.organisations.models import ClosedQuarter
from kbl.settlements.models import ClosingWindow
from kbl.upkeep.models import Heartbeat

EVERY = 30  # seconds between two signs of life

Name = Heartbeat.Name


def sign(name: Heartbeat.Name, *, at: datetime) -> None:
    """I live."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


@dataclass(frozen=True)
class Silence:
    """Who says nothing, and since when; None when it was never seen."""

    name: Heartbeat.Name
    since: datetime | None


@dataclass(frozen=True)
class WaitingWork:
    """Work that waits longer than it should: how much of it, and since when the oldest."""

    count: int
    since: datetime


def silences(*, at: datetime) -> list[Silence]:
    """Who was not seen for longer than `HEARTBEAT_SILENT_MINUTES`."""
    if settings.CELERY_BROKER_URL.startswith(IN_MEMORY):
        return []
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    patience = timedelta(minutes=settings.HEARTBEAT_SILENT_MINUTES)
    # A sign that is still to come is of a clock that ran ahead: no proof that anybody lives.
    return [Silence(name, seen.get(name)) for name in Name if name not in seen or abs(at - seen[name]) > patience]


def waiting_too_long(*, at: datetime) -> WaitingWork | None:
    """Work that somebody asked for and nobody began, longer ago than `WORK_WAITS_MINUTES`; None when all goes well."""
    before = at - timedelta(minutes=settings.WORK_WAITS_MINUTES)
    jobs = Job.objects.filter(state=Job.State.WAITING, asked_at__lt=before)
    pressed = ClosingWindow.objects.filter(refused="", requested_at__lt=before)
    unclosed = pressed.exclude(quarter__in=ClosedQuarter.objects.values("quarter"))
    fresh = Letter.objects.filter(state=Letter.State.WAITING, attempts=0, expires_at__gt=at)
    letters = fresh.filter(written_at__lt=before)
    asked_at, requested_at, written_at = (
        rows.order_by().values_list(when, flat=True)
        for rows, when in ((jobs, "asked_at"), (unclosed, "requested_at"), (letters, "written_at"))
    )
    asked = list(asked_at.union(requested_at, written_at, all=True))
    return WaitingWork(len(asked), min(asked)) if asked else None
