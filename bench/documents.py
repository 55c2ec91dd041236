"""The documents of a closing of 2,150 parties, by one worker and by two: `make bench ARGS=documents`.

A fifth of them by default, with as many lines each as in a national quarter of 91,000 vouchers, and counted on from
there; `BENCH_PAPERS=2150` makes all. A worker is a process of its own that makes chunk after chunk, as the tasks do.
The limit is eight minutes on two cores.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from time import perf_counter

from django.db import connection

from bench.closing import CLOSED_AT, QUARTER, close_what_came_before, fill, make_parties
from bench.scratch import coordinator
from bench.table import Measurement
from kbl.settlements.closing import closing
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Document, EInvoice

WHOLE, LIMIT = 2_150, 480.0  # papers, seconds
PAPERS = int(os.environ.get("BENCH_PAPERS", "430"))
LIBRARIES = max(1, PAPERS * 150 // WHOLE)
INTERMEDIARIES = PAPERS - LIBRARIES
VOUCHERS = 91_000 * PAPERS // WHOLE


@dataclass(frozen=True)
class WorkerDone:
    """What one worker made: papers, its seconds of processor, and the most memory it had, in MB."""

    papers: int
    processor: float
    memory: float


def measure(rounds: int) -> list[Measurement]:
    """All papers by one worker, and all by two; once, however many rounds there are."""
    by = coordinator()
    make_parties(INTERMEDIARIES, LIBRARIES)
    close_what_came_before(by)
    fill(VOUCHERS, by, INTERMEDIARIES, LIBRARIES)
    closed = closing.close(QUARTER, by=by, at=CLOSED_AT)
    alone, one = _make(closed, workers=1)
    together, two = _make(closed, workers=2)
    processor = sum(each.processor for each in two)
    note = (
        f"{processor / PAPERS:.3f} s of processor a paper, at most {max(each.memory for each in two):.0f} MB a worker;"
        f" alone {alone * WHOLE / PAPERS:.0f} s"
    )
    path = f"{WHOLE:,} papers by two workers, beside the limit" + ("" if PAPERS == WHOLE else f" (from {PAPERS})")
    assert sum(each.papers for each in one) == sum(each.papers for each in two) == PAPERS
    return [
        Measurement(path, [together * WHOLE / PAPERS], [LIMIT], "s", 1.0, more_is_better=False, note=note),
        Measurement(
            f"{PAPERS:,} papers, two workers beside one",
            [PAPERS / together],
            [PAPERS / alone],
            "/s",
            1.8,
            more_is_better=True,
        ),
    ]


def _make(closed: Closing, *, workers: int) -> tuple[float, list[WorkerDone]]:
    """Seconds until every paper is there, and what each worker says of itself. What was there is thrown away."""
    with connection.cursor() as cursor:
        cursor.execute(f'TRUNCATE "{Document._meta.db_table}", "{EInvoice._meta.db_table}"')
    found = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.paper_worker", str(closed.pk)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    for each in found:
        assert each.stdout and each.stdout.readline() == "ready\n"
    started = perf_counter()
    for each in found:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate()[0].split() for each in found]
    seconds = perf_counter() - started
    assert issuing.all_made(closed)
    return seconds, [WorkerDone(int(papers), float(busy), float(memory)) for papers, busy, memory in told]
