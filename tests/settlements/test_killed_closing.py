"""Threat 10, with real kills: a worker that closes a quarter is shot anywhere, and the sweeper makes the same of it.

Every shot begins with a copy of the same books, so that all of them, and the one that nobody disturbed, must end with
the same statements, numbers, documents and mail. `KILLS=50` fires fifty shots; the suite a few. Every third shot falls
while papers are made in earnest; at the others they are plain, which takes away the look of a paper and no step.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from select import select

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from kbl import clock, pdf
from kbl.periods import Quarter
from kbl.settlements.closing import after_closing
from kbl.settlements.closing.closing import close
from kbl.settlements.models import Closing, Document, EInvoice, Line, Notice, NumberSeries, Statement
from reporting import integrity
from tests.conftest import at
from tests.quick_paper import quick_render
from tests.settlements.conftest import PRESSED, Q4

pytestmark = [pytest.mark.with_report, pytest.mark.race, pytest.mark.django_db(transaction=True)]

HOUSE = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS", "6"))
AN_HOUR_LATER = PRESSED + timedelta(hours=1)


def outcome() -> dict:
    """Everything that the closing leaves behind, but for the hours at which it was made."""
    return {
        "closings": list(Closing.objects.order_by("quarter").values_list("quarter", "closed_at", "closed_by__email")),
        "statements": list(Statement.objects.order_by("pk").values_list("kind", "organisation__slug", "number", "net")),
        "lines": list(Line.objects.order_by("statement__number", "serial").values_list("serial", "net", "vat")),
        "series": list(NumberSeries.objects.order_by("name").values_list("name", "last_number")),
        "documents": list(Document.objects.order_by("filename").values_list("filename", "sha256")),
        "einvoices": list(EInvoice.objects.order_by("filename").values_list("filename", "sha256")),
        "mail": list(Notice.objects.order_by("statement").values_list("recipient", "state")),
    }


@pytest.fixture
def marksman() -> Iterator[subprocess.Popen]:
    """The process whose children are shot."""
    environment = {**os.environ, "PLAYS_AT": clock.now().isoformat()}
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.settlements.killed_closing"],
        cwd=HOUSE,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout and worker.stdout.readline().strip() == "ready"
    yield worker
    worker.kill()
    worker.wait()


def _alone_with(cursor, database: str) -> None:
    """A database is copied only while nobody uses it: what an earlier test left open (a server's thread) is closed."""
    for _ in range(50):
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
        if not cursor.fetchall():
            return
        time.sleep(0.1)


@contextmanager
def a_copy(name: str) -> Iterator[str]:
    """The test's books once more, as a database of its own."""
    books_of = str(connection.settings_dict["NAME"])
    connection.close()
    copy = f"{books_of}_{name}"
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        _alone_with(cursor, books_of)
        cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{books_of}"')
    connection.settings_dict["NAME"] = copy
    try:
        yield copy
    finally:
        connection.close()
        connection.settings_dict["NAME"] = books_of
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def work(
    marksman: subprocess.Popen, database: str, papers: str, *, shot_after: float | None = None
) -> tuple[str, float]:
    """Let a child work; shoot it after so many seconds. Gives how it ended, and after how long."""
    assert marksman.stdin and marksman.stdout
    print(database, papers, file=marksman.stdin, flush=True)
    child = int(marksman.stdout.readline())
    started = time.perf_counter()
    if shot_after is not None:
        done, _, _ = select([marksman.stdout], [], [], shot_after)
        if not done:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    return marksman.stdout.readline().strip(), time.perf_counter() - started


@pytest.fixture
def earlier_quarters_closed(cubiss, coordinator) -> None:
    """Closed before anything that comes after was told, as it would be: the check at the end counts all of it again."""
    for number in (1, 2, 3):
        close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 1)))


@pytest.fixture
def pressed(busy_quarter, coordinator, monkeypatch) -> Callable[[], None]:
    """Somebody pressed close, and no worker was there yet. What came before is finished, mail and (plain) papers."""
    current_app.loader.import_default_modules()
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render", quick_render)
        for closing in Closing.objects.all():
            after_closing.close_now(closing.quarter, by=closing.closed_by, at=closing.closed_at)
    after_closing.request_closing(Q4, by=coordinator, at=PRESSED)


def undisturbed(marksman: subprocess.Popen, papers: str) -> tuple[dict, float]:
    """What it comes to when nobody shoots, and how many seconds that takes."""
    with a_copy("undisturbed") as database:
        ended, seconds = work(marksman, database, papers)
        assert ended == "done"
        expected = outcome()
    assert len(expected["statements"]) > 3 and len(expected["documents"]) > len(expected["statements"])
    return expected, seconds


def test_wherever_a_closing_is_shot_the_sweeper_ends_with_the_same_books_and_papers(pressed, marksman, monkeypatch):
    assert settings.DELIVERY_BACKEND.endswith("locmem.EmailBackend")
    expected, seconds = {}, {}
    for papers in ("plain", "earnest"):
        expected[papers], seconds[papers] = undisturbed(marksman, papers)

    random.seed(2025)
    killed, halfway = 0, set()
    for shot in range(KILLS):
        papers = "earnest" if shot % 3 == 1 else "plain"
        with monkeypatch.context() as patch, a_copy(f"shot{shot}") as database:
            if papers == "plain":
                patch.setattr(pdf, "render", quick_render)
            moment = seconds[papers] * (shot + random.random()) / KILLS
            ended, after = work(marksman, database, papers, shot_after=moment)
            killed += ended == "killed"
            if ended == "done":  # quicker than the first: the next shots are as much earlier
                seconds[papers] = min(seconds[papers], after)
            left = outcome()
            halfway.add((len(left["closings"]), len(left["documents"]), len(left["mail"])))
            assert len(left["lines"]) in (0, len(expected[papers]["lines"])), "a closing is there wholly or not at all"
            after_closing.finish(at=AN_HOUR_LATER)
            after_closing.finish(at=AN_HOUR_LATER)
            assert outcome() == expected[papers], f"shot after {shot} of {KILLS}"
            wrong = {each.invariant.name: list(each.rows) for each in integrity.check() if not each.holds}
            assert wrong == {}
    assert killed >= KILLS // 2, "most shots hit"
    assert len(halfway) > 1, "they hit at different moments"
    print(f"{killed} of {KILLS} killed, at {len(halfway)} different standings, in {seconds} s of work")
