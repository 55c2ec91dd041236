"""Processes on this test's own database, to be killed with SIGKILL in the middle of what they do."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from kbl import clock
from tests.races.support import until

HOUSE = Path(__file__).resolve().parents[2]
NAME = "to be killed"


@contextmanager
def processes(module: str) -> Iterator[Callable[[], subprocess.Popen]]:
    """Begins as many as are asked for; each says `ready` first. Whatever still lives at the end is put away."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    environment = os.environ | {
        "PLAYS_AT": clock.now().isoformat(),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "kbl.settings",
        "DEMO": "true",
        "PGAPPNAME": NAME,
    }
    begun: list[subprocess.Popen] = []

    def begin() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=HOUSE,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        assert process.stdout and process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in begun:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe
            pipe.close()


def bring_to(process: subprocess.Popen, order: str, *, somewhere: bool = False) -> None:
    """Give it its order, and wait until it has come to its moment; `somewhere` is any moment after it began."""
    assert process.stdin and process.stdout
    process.stdin.write(order + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "begun\n"
    if not somewhere:
        assert process.stdout.readline() == "here\n"


def kill(process: subprocess.Popen) -> None:
    """From one moment to the next; gives back when the database has noticed too."""
    process.kill()  # SIGKILL
    process.wait()
    with connection.cursor() as cursor:

        def noticed() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
            return not cursor.fetchone()[0]

        until(noticed)
