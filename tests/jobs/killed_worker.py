"""A worker to be killed: a process of its own that does one job on the test's database, and waits where it is told to.

`python -m tests.jobs.killed_worker`, then a line `JOB MOMENT` on its input. It says `ready`, and `here` when it has
come to that moment; then it stays there, in the middle of what it was doing, until somebody kills it.
"""

import os
import sys
import time
from datetime import datetime

import django
import time_machine

time_machine.travel(
    datetime.fromisoformat(os.environ["PLAYS_AT"]), tick=True
).start()  # as late as it is for who starts it
django.setup()

from intermediaries import accreditation  # noqa: E402
from kbl.jobs import running  # noqa: E402
from kbl.jobs.heartbeat import Progress  # noqa: E402
from tests.jobs import BATCH  # noqa: E402
from vouchers import batches  # noqa: E402

batches.AT_A_TIME = BATCH // 20  # as many portions as twenty times such a batch has, and more


def stay() -> None:
    """The parent kills this process now."""
    print("here", flush=True)
    time.sleep(600)


def stay_before(owner, name: str) -> None:
    """Come to a moment: just before a function of ours is called."""
    setattr(owner, name, lambda *args, **kwargs: stay())


def stay_after(owner, name: str) -> None:
    """The same, just after it."""
    original = getattr(owner, name)

    def call(*args, **kwargs):
        original(*args, **kwargs)
        stay()

    setattr(owner, name, call)


def stay_at(count: int) -> None:
    """When so many rows are written; the heartbeat goes on in its own thread, as it would."""
    original = Progress.__call__

    def hear(self, done: int) -> None:
        original(self, done)
        if done >= count:
            stay()

    Progress.__call__ = hear  # type: ignore[method-assign]


def stay_between() -> None:
    """The twin without the guard: the work commits on its own, and the job is noted as done a moment later."""
    running._do = lambda job, work, progress: (work.doing(job, progress), stay())  # type: ignore[assignment]


MOMENTS = {
    "claimed": lambda: stay_after(running, "_claim"),
    "half the rows": lambda: stay_at(BATCH // 2),
    "all the rows": lambda: stay_at(BATCH),
    "before it is allocated": lambda: stay_before(accreditation, "allocate"),
    "before it is done": lambda: stay_before(running, "_finish"),
    "done and not committed": lambda: stay_after(running, "_finish"),
    "committed": lambda: stay_after(running, "_do"),
    "whenever": lambda: None,
    "between two transactions": stay_between,
}

if __name__ == "__main__":
    print("ready", flush=True)
    job, moment = sys.stdin.readline().strip().split(" ", 1)
    MOMENTS[moment]()
    print("begun", flush=True)
    running.run(int(job))
    stay()
