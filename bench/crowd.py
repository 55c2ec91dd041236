"""Desks while the office exports: eight clients redeem, alone and beside ten exports: `python -m bench crowd`.

Three ways to stand: two workers for everybody, as production was; two for the desks and two for the office; and the
latter with the office's giving way, as docker-compose.yml has it (nice 10 has about the weight of its 128 shares).
Each with clients that press as fast as they are answered, which fills the machine, and with clients that rest between
two people as a desk does. PostgreSQL is shared by all, and serves the office as it serves the desks: that cost remains.
"""

import http.client
import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median
from time import sleep

from django.db import connection

from bench import desk, scratch
from bench.http import press, server
from bench.table import Measurement
from intermediaries.models import Accreditation, Handout
from kbl.accounts.models import Assignment, Role
from kbl.organisations.models import Branch
from vouchers.models import Voucher

FACTS = int(os.environ.get("BENCH_FACTS", "100000"))  # rows of each export
EXPORTS = 10
PACES = {"at once": (0, 60), "every half second": (0.5, 12)}  # seconds of rest, and redemptions of each client
BEHIND_EXPORTS = 3  # where a desk stands behind ten exports one answer takes many seconds, and three tell enough
EXPORT = "/cubiss/controle/feiten/bestand/csv/?wat=handed_out"
SETTINGS = "bench.production_settings"
STANDS = ("two workers for all", "two for desks, two for the office", "the same, the office gives way")


def measure(rounds: int) -> list[Measurement]:
    """Measure and print; there is no bare engine beside it, so it gives no rows for the table."""
    os.environ["SECOND_FACTOR_REQUIRED"] = "false"  # the office logs in without its telephone
    with scratch.database():
        _history()
        office = scratch.coordinator()
        Assignment.objects.create(user=office, role=Role.CUBISS_COORDINATOR)
        print("| workers | each client | exports | redemptions | p50 | p95 | p99 | files done | office's connections |")
        print("|---|---|---:|---:|---:|---:|---:|---:|---:|", flush=True)
        for stands in STANDS:
            for line in _compare(stands, rounds, desk.log_in(), desk.cookies(office)):
                print(line, flush=True)
    return []


def _history() -> None:
    """So many vouchers that were handed out: what the office exports."""
    serials = scratch.allocated(FACTS)
    one, by = Accreditation.objects.get(), scratch.coordinator().pk
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Handout._meta.db_table}" (voucher_id, organisation_id, accreditation_id, paid_before, "on",'
            " recorded_at, recorded_by_id, revoke_reason)"
            " SELECT serial, %s, %s, false, %s, %s, %s, '' FROM generate_series(%s, %s) serial",
            [one.organisation_id, one.pk, scratch.DAY, scratch.NOON, by, serials.first, serials.last],
        )
        cursor.execute(
            f"UPDATE \"{Voucher._meta.db_table}\" SET status = 'handed_out' WHERE serial BETWEEN %s AND %s",
            [serials.first, serials.last],
        )
        cursor.execute("VACUUM ANALYZE")


def _compare(stands: str, rounds: int, clerks: list[dict], office: dict) -> Iterator[str]:
    """Rounds without exports and with them, by turns, on servers that stand so; a row for each."""
    with ExitStack() as stack:
        desks = stack.enter_context(server(SETTINGS, name="kbl-desks"))
        offices = desks
        if stands != STANDS[0]:
            offices = stack.enter_context(server(SETTINGS, nice=10 * (stands == STANDS[2]), name="kbl-office"))
        for pace in PACES:
            results: dict[int, list[Result]] = defaultdict(list)
            for number in range(rounds + 1):
                for exports in (0, EXPORTS):
                    behind = exports > 0 and offices == desks
                    with _exporting(offices, exports, office) as crowd:
                        rate, times = _redeem(desks, clerks, pace, behind=behind)
                        connections = _connections()
                    if number:  # the first round only warms up
                        results[exports].append(Result(rate, times, crowd.done, connections))
            for exports, found in results.items():
                yield f"| {stands} | {pace} | {exports} | {_row(found)} |"


@dataclass(frozen=True)
class Result:
    """A round: redemptions per second, their times, exports that were done, connections of the office at its end."""

    rate: float
    times: list[float]
    done: int
    connections: int


def _row(rounds: list[Result]) -> str:
    half, nearly, almost = desk.percentiles([each.times for each in rounds])
    rate, done = (median(values) for values in zip(*((each.rate, each.done) for each in rounds), strict=True))
    most = max(each.connections for each in rounds)
    return f"{rate:.3g} /s | {half:.0f} ms | {nearly:.0f} ms | {almost:.0f} ms | {done:.0f} | {most}"


def _redeem(port: int, clerks: list[dict], pace: str, *, behind: bool) -> tuple[float, list[float]]:
    """Every clerk redeems at this pace; few times `behind` the exports."""
    pause, each = PACES[pace]
    forms = desk.our_forms(desk.fresh_vouchers(BEHIND_EXPORTS if behind else each), Branch.objects.get())
    return press(port, "/bibliotheek/inwisselen/", forms, clerks, desk.is_done, pause=pause)


class Crowd:
    """Those who export: each asks again as soon as it has its file, until told to stop."""

    def __init__(self, port: int, headers: dict) -> None:
        self.port, self.headers = port, headers
        self.stop, self.done, self.wrong = threading.Event(), 0, ""

    def export(self) -> None:
        """One of them."""
        while not self.stop.is_set():
            asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
            asking.request("GET", EXPORT, headers=self.headers)
            answer = asking.getresponse()
            lines = 0
            while (piece := answer.read(65536)) and not self.stop.is_set():
                lines += piece.count(b"\n")
            asking.close()
            if answer.status != 200 or (not self.stop.is_set() and lines <= FACTS):
                self.wrong = f"{answer.status}, {lines} lines, {answer.getheader('Location')}"
                return
            self.done += not self.stop.is_set()


@contextmanager
def _exporting(port: int, number: int, headers: dict) -> Iterator[Crowd]:
    """Inside, so many people export; they began a second ago. Raises RuntimeError when one got no file."""
    crowd = Crowd(port, headers)
    threads = [threading.Thread(target=crowd.export) for _ in range(number)]
    for each in threads:
        each.start()
    sleep(1 if number else 0)
    try:
        yield crowd
    finally:
        crowd.stop.set()
        for each in threads:
            each.join()
    if crowd.wrong:
        raise RuntimeError(f"an export was not as expected: {crowd.wrong}")


def _connections() -> int:
    """How many connections the office's workers have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity"
            " WHERE application_name = 'kbl-office' AND datname = current_database()"
        )
        return cursor.fetchone()[0]
