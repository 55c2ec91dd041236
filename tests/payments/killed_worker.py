"""A finance officer's computer that stops in the middle: a process that does one step of a payment run (or reads
the bank's statement in), up to a moment.

`python -m tests.payments.killed_worker`, then a line of JSON on its input: the step, the moment and the keys that it
needs. It says `ready`, `begun`, and `here` when it has come to that moment; then it stays there until it is killed.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime

# Setting up Django comes first; that module does it.
from tests.jobs.killed_worker import stay, stay_after, stay_before

from django.db.models import QuerySet  # isort: skip

from kbl.accounts.models import User  # isort: skip
from kbl.payments.runs import pain, runs  # isort: skip
from kbl.payments.bank import importing, matching, camt_parser  # isort: skip
from kbl.payments.models import BankEntry, BankFile, PaymentFile, PaymentRun  # isort: skip
from kbl.settlements.statements import steps as road  # isort: skip
from kbl.settlements.models import Statement  # isort: skip


def stay_after_some(owner: object, name: str, count: int) -> None:
    """Just after a function was called so many times."""
    original, calls = getattr(owner, name), iter(range(1, 1_000_000))

    def call(*args, **kwargs):
        result = original(*args, **kwargs)
        if next(calls) == count:
            stay()
        return result

    setattr(owner, name, call)


def without_a_transaction() -> None:
    """The twin without the guard: every statement of SQL is kept at once, and the bank's file goes out in between."""
    runs.prepare = runs.prepare.__wrapped__  # type: ignore[attr-defined]
    QuerySet.select_for_update = lambda rows, **kwargs: rows  # type: ignore[method-assign]
    stay_after_some(road, "start_payment", 1)


MOMENTS: dict[str, Callable[[], None]] = {
    "the number is taken": lambda: stay_after(runs, "_take_number"),
    "statements are locked": lambda: stay_after(runs, "payable_statements"),
    "the run is there": lambda: stay_before(runs, "_payments"),
    "payments are there": lambda: stay_after(runs, "_payments"),
    "one is in payment": lambda: stay_after_some(road, "start_payment", 1),
    "half are in payment": lambda: stay_after_some(road, "start_payment", 3),
    "before the file": lambda: stay_before(pain, "make"),
    "after the file": lambda: stay_after(pain, "make"),
    "the file is kept": lambda: stay_after(PaymentFile.objects, "create"),
    "before accounts are compared": lambda: stay_before(runs, "changed_accounts"),
    "the step is made": lambda: stay_after(runs, "_move"),
    "one payment has ended": lambda: stay_after_some(runs, "end", 1),
    "half the payments have ended": lambda: stay_after_some(runs, "end", 3),
    "before the first payment ends": lambda: stay_before(runs, "end"),
    "the bank statement is there": lambda: stay_after(BankFile.objects, "create"),
    "its bookings are there": lambda: stay_after(BankEntry.objects, "bulk_create"),
    "the run is executed": lambda: stay_after(matching, "execute"),
    "one statement is settled": lambda: stay_after_some(matching, "settle", 1),
    "half the statements are settled": lambda: stay_after_some(matching, "settle", 3),
    "committed": lambda: None,
    "somewhere": lambda: None,
    "without a transaction": without_a_transaction,
}


def do(order: dict) -> None:
    """One step, as the views take it."""
    by, at = User.objects.get(pk=order["by"]), datetime.fromisoformat(order["at"])
    if order["step"] == "prepare":
        chosen = Statement.objects.filter(pk__in=order["statements"])
        runs.prepare(chosen, execute_on=date.fromisoformat(order["on"]), by=by, at=at)
    elif order["step"] == "read_in":
        importing.read_in(camt_parser.read(order["content"].encode()), sha256="x", by=by, at=at)
    else:
        getattr(runs, order["step"])(PaymentRun.objects.get(pk=order["run"]), by=by, at=at)


if __name__ == "__main__":
    print("ready", flush=True)
    order = json.loads(sys.stdin.readline())
    User.objects.first()  # the connection is there: what is killed is the step, not the way to it
    MOMENTS[order["moment"]]()
    print("begun", flush=True)
    do(order)
    stay()
