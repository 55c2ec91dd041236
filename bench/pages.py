"""Every page of every role on a national database of three sizes: `python -m bench pages`.

Each GET that the access matrix opens to a role is asked as that role: once to warm up, then measured. What is printed
is the worst ten by time at the largest size, with their questions, bytes, and how they grew; and what misses the bar.
"""

import logging
import os
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client

from bench import national
from bench.examples import examples, people
from bench.national.calendar import noon
from bench.table import Measurement
from kbl.accounts.models import User
from kbl.start_pages import keeping
from reporting.dashboard import outlook
from tests.access.addresses import ROLES, address, routes

SIZES = tuple(int(each) for each in os.environ.get("BENCH_SIZES", "12500,100000,1000000").split(","))
MATRIX = Path(__file__).resolve().parents[1] / "tests" / "access" / "matrix.toml"
BAR_SECONDS, BAR_BYTES = 0.2, 300_000
PATIENCE = "60s"  # of one question; a worker is stopped then
COLD = 20  # seconds; what takes longer the first time is not asked again
WORST = 10


@dataclass(frozen=True)
class PageVisit:
    """One page of one role: seconds of the server, of which in the database, questions, bytes; `error` when none."""

    route: str
    role: str
    seconds: float
    asking: float
    questions: int
    size: int
    is_page: bool
    error: str = ""

    @property
    def holds(self) -> bool:
        return not self.is_page or (not self.error and self.seconds < BAR_SECONDS and self.size < BAR_BYTES)


class Counter:
    """Counts the questions to the database, and their time."""

    def __init__(self) -> None:
        self.number, self.seconds = 0, 0.0
        self.longest, self.slow = 0.0, ""

    def __call__(self, execute, sql, params, many, context):
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            took = perf_counter() - started
            self.number, self.seconds = self.number + 1, self.seconds + took
            if took > self.longest:
                self.longest, self.slow = took, sql


def measure(rounds: int) -> list[Measurement]:
    """Walk at each size and print; it has no bare engine beside it, so it gives no rows for the table."""
    settings.SECOND_FACTOR_REQUIRED = False
    settings.CLOCK_MAY_DIFFER_MINUTES = 0
    settings.ALLOWED_HOSTS = ["*"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a door that is shut is no news here
    found: dict[int, dict[tuple[str, str], PageVisit]] = {}
    for size in SIZES:
        with time_machine.travel(noon(national.TODAY)), national.database(size):
            _keep_counts()
            found[size] = {(each.route, each.role): each for each in walk()}
    print(report(found))
    return []


def _keep_counts() -> None:
    """As the beat's task does in production: what is dear to count is kept before anybody asks."""
    started = perf_counter()
    outlook.refresh(noon(national.TODAY))
    keeping.refresh(noon(national.TODAY))
    print(f"  kept counts: {perf_counter() - started:.1f} s", file=sys.stderr, flush=True)


def walk(only: str = "") -> Iterator[PageVisit]:
    """Every page that a role may open and that there is an example of. `only`: routes that begin so."""
    matrix: dict[str, Any] = tomllib.loads(MATRIX.read_text(encoding="utf-8"))["routes"]
    who = people()
    assert who["worker"] and who["manager"]
    things = examples(who["worker"], who["manager"])
    clients = {role: _client(user) for role, user in who.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{PATIENCE}'")
    for route in routes():
        row = matrix[route]
        if not route.startswith(only) or set(row.get("args", {}).values()) - things.keys():
            continue
        url = address(route, row.get("args", {}), things)
        for role, client in clients.items():
            if row["get"].replace(" ", "")[ROLES.index(role)] == "o":
                yield _visit(client, route, role, url)


def _client(user: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _visit(client: Client, route: str, role: str, url: str) -> PageVisit:
    """Ask it once to warm up and once to measure; what takes seconds is asked once."""
    for _ in range(2):
        counter, started = Counter(), perf_counter()
        with connection.execute_wrapper(counter):
            answer = client.get(url)
            content = answer.getvalue() if answer.streaming else answer.content
        seconds = perf_counter() - started
        if seconds > COLD:
            break
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    error = "" if answer.status_code < 400 else str(answer.status_code)
    if os.environ.get("BENCH_SHOW"):
        print(
            f"{seconds:7.3f} s {counter.seconds:7.3f} {counter.number:5} {len(content):9} {error:4}{route} {role}"
            + (f"\n        {counter.longest:.3f} {counter.slow[:1500]}" if seconds > BAR_SECONDS else ""),
            file=sys.stderr,
            flush=True,
        )
    return PageVisit(route, role, seconds, counter.seconds, counter.number, len(content), is_page or bool(error), error)


def report(found: dict[int, dict[tuple[str, str], PageVisit]]) -> str:
    """The worst ten pages at the largest size, the heaviest, and how many hold."""
    largest, smallest = max(found), min(found)
    pages = [each for each in found[largest].values() if each.is_page]
    once: dict[str, PageVisit] = {}
    for each in sorted(pages, key=lambda each: -each.seconds):
        once.setdefault(each.route, each)
    lines = ["| page | role | seconds | of which asking | questions | kB | growth |", "|---|---|---|---|---|---|---|"]
    for each in list(once.values())[:WORST]:
        small = found[smallest].get((each.route, each.role))
        growth = f"{each.seconds / small.seconds:.1f}" if small and small.seconds else "-"
        lines.append(
            f"| `{each.route}`{' **' + each.error + '**' if each.error else ''} | {each.role} | {each.seconds:.3f}"
            f" | {each.asking:.3f} | {each.questions} | {each.size / 1000:.0f} | {growth} |"
        )
    by_role: dict[str, list[PageVisit]] = defaultdict(list)
    for each in pages:
        by_role[each.role].append(each)
    lines += ["", f"at {largest:,} vouchers:"]
    for role, visits in by_role.items():
        times = sorted(each.seconds for each in visits)
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        held = sum(each.holds for each in visits)
        lines.append(f"{role}: {len(visits)} pages, p95 {p95 * 1000:.0f} ms, {held} within 200 ms and 300 kB")
    heavy = sorted(once.values(), key=lambda each: -each.size)[:5]
    lines.append("heaviest: " + ", ".join(f"`{each.route}` {each.size / 1000:.0f} kB" for each in heavy))
    return "\n".join(lines)
