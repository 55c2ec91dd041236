"""A national programme, made set-based: 150 libraries, 2,000 intermediaries, three years, eleven closed quarters.

The facts are a few statements however many vouchers there are; the quarters are closed by the product itself, one after
another, so that statements, lines and kept reports are what they would be. It plays on 30 November 2027.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from django.db import connection

from bench.national import after_closings, closings, facts, parties
from bench.national.calendar import TODAY as TODAY
from kbl.settlements.models import Closing
from reporting.dashboard import summarising


@contextmanager
def database(vouchers: int) -> Iterator[None]:
    """Inside, every question goes to a national database of so many vouchers.

    With `BENCH_KEEP` it stays beside the real one, and the next run finds it there.
    """
    kept = bool(os.environ.get("BENCH_KEEP"))
    before = connection.settings_dict["NAME"]
    name = f"kbl_national_{vouchers}" + ("" if kept else f"_{os.getpid()}")
    connection.settings_dict.setdefault("TEST", {})["NAME"] = name
    there = kept and _is_made(name)
    connection.creation.create_test_db(verbosity=0, autoclobber=not there, serialize=False, keepdb=there)
    try:
        if not there:
            make(vouchers)
        yield
    finally:
        if kept:
            connection.close()
            connection.settings_dict["NAME"] = before
        else:
            connection.creation.destroy_test_db(before, verbosity=0)


def make(vouchers: int) -> None:
    """Fill the database, and say how long each part took."""
    with _no_guards():
        _timed("parties", parties.make)
        _timed("facts", lambda: facts.make(vouchers))
        _timed("paid in", after_closings.paid_in)
    _settle()
    _timed("closings and what followed", lambda: closings.make(then=_what_followed))
    _timed("reports", after_closings.release_reports)
    _timed("day summary", summarising.rebuild)
    _settle()
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON DATABASE \"{connection.settings_dict['NAME']}\" IS 'made'")


@contextmanager
def _no_guards() -> Iterator[None]:
    """Inside, no guard looks at what is made by the thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def _what_followed(closing: Closing) -> None:
    with _no_guards():
        after_closings.make(closing)


def _timed(name: str, part) -> None:
    started = perf_counter()
    part()
    print(f"  {name}: {perf_counter() - started:.1f} s", file=sys.stderr, flush=True)


def _settle() -> None:
    """Statistics and visibility as autovacuum would leave them."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _is_made(name: str) -> bool:
    """Whether this database is there, and was finished."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = 'made'", [name]
        )
        return cursor.fetchone() is not None
