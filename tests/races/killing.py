"""Processes on this test's own database, to be killed with SIGKILL in the middle of what they do."""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection

from kbl import clock
from tests.races.support import until

HOUSE = Path(__file__).resolve().parents[2]
NAME = "to be killed"


class Child:
    """A process from the nursery; it has what a Popen has, as far as these tests need it."""

    def __init__(self, pid: int, hears: Path, says: Path) -> None:
        self.alive = os.pidfd_open(pid)
        self.stdin, self.stdout = hears.open("w"), says.open()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.alive, signal.SIGKILL)

    def wait(self) -> None:
        select.select([self.alive], [], [])


@cache
def nursery(module: str) -> subprocess.Popen:
    """One per programme, as long as the tests run: loading it takes longer than what is killed."""
    environment = os.environ | {
        "PLAYS_AT": clock.now().isoformat(),
        "DJANGO_SETTINGS_MODULE": "kbl.settings",
        "DEMO": "true",
        "CLOCK_MAY_DIFFER_MINUTES": "0",  # as in tests/conftest.py
    }
    command = [sys.executable, "-m", "tests.races.nursery", module]
    started = subprocess.Popen(
        command, cwd=HOUSE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(started.kill)
    return started


@contextmanager
def processes(module: str) -> Iterator[Callable[[], Child]]:
    """Begins as many as are asked for; each says `ready` first. Whatever still lives at the end is put away."""
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    environment = {"PLAYS_AT": clock.now().isoformat(), "DATABASE_URL": url, "PGAPPNAME": NAME}
    begun: list[Child] = []

    def begin() -> Child:
        pipes = [Path(folder, f"{name}{len(begun)}") for name in ("hears", "says")]
        for each in pipes:
            os.mkfifo(each)
        home = nursery(module)
        assert home.stdin and home.stdout
        order = {"environment": environment, "hears": str(pipes[0]), "says": str(pipes[1])}
        print(json.dumps(order), file=home.stdin, flush=True)
        child = Child(int(home.stdout.readline()), *pipes)
        begun.append(child)
        assert child.stdout.readline() == "ready\n"
        return child

    with TemporaryDirectory() as folder:
        try:
            yield begin
        finally:
            for child in begun:
                child.kill()
                child.wait()
                os.close(child.alive)
                for pipe in (child.stdin, child.stdout):
                    with suppress(BrokenPipeError):
                        pipe.close()


def bring_to(process: Child, order: str, *, somewhere: bool = False) -> None:
    """Give it its order, and wait until it has come to its moment; `somewhere` is any moment after it began."""
    process.stdin.write(order + "\n")
    process.stdin.flush()
    assert process.stdout.readline() == "begun\n"
    if not somewhere:
        assert process.stdout.readline() == "here\n"


def kill(process: Child) -> None:
    """From one moment to the next; gives back when the database has noticed too."""
    process.kill()  # SIGKILL
    process.wait()
    with connection.cursor() as cursor:

        def noticed() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
            return not cursor.fetchone()[0]

        until(noticed)
