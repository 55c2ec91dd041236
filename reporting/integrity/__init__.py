"""The books, checked: every invariant that must hold, each a query that returns no rows (`manage.py check_books`).

Read in this order: the vouchers, who ordered them, the facts, what was billed, the statements and the fund, the
payments, the documents, the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from reporting.integrity import vouchers  # isort: skip
from reporting.integrity import series  # isort: skip
from reporting.integrity import orders  # isort: skip
from reporting.integrity import facts  # isort: skip
from reporting.integrity import clocks  # isort: skip
from reporting.integrity import day_summary  # isort: skip
from reporting.integrity import discrepancies  # isort: skip
from reporting.integrity import lines  # isort: skip
from reporting.integrity import statements  # isort: skip
from reporting.integrity import agreements  # isort: skip
from reporting.integrity import money  # isort: skip
from reporting.integrity import payments  # isort: skip
from reporting.integrity import accounts  # isort: skip
from reporting.integrity import documents  # isort: skip
from reporting.integrity import requests  # isort: skip
from reporting.integrity import seals  # isort: skip
from reporting.integrity import database  # isort: skip
from reporting.integrity import register  # isort: skip
from reporting.integrity.invariants import INVARIANTS, CheckOutcome, Invariant, Violation, evaluate

__all__ = ["INVARIANTS", "Invariant", "CheckOutcome", "Violation", "evaluate", "check", "snapshot"]
MODULES = (
    vouchers,
    series,
    orders,
    facts,
    clocks,
    day_summary,
    discrepancies,
    lines,
    statements,
    agreements,
    money,
    payments,
    accounts,
    documents,
    requests,
    seals,
    database,
    register,
)


def check() -> Iterator[CheckOutcome]:
    """Evaluate every invariant, one after another; call it inside `snapshot`."""
    return (evaluate(each) for each in INVARIANTS)


@contextmanager
def snapshot() -> Iterator[None]:
    """The books as they are at one moment: what is written meanwhile is not seen, and nothing can be written here.

    Desks are not kept waiting. Inside a transaction (a test) there is one already.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = 1")
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
                cursor.execute("PRAGMA query_only = 0")
