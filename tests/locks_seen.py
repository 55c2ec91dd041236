"""What a history asks of the database to keep two people apart, as the database heard it.

Three things: a row or a name that is held until the commit, an UPDATE that names what it expects to find, and work
that waits for the commit. Each is told with the function of ours that asked.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.conf import settings
from django.db import connection, transaction

HELD = re.compile(r"\bFOR (?:NO KEY UPDATE|UPDATE|SHARE)(?: OF \S+)?(?: SKIP LOCKED| NOWAIT)?")
OURS, NOT_OURS = f"{settings.BASE_DIR}/", (f"{settings.BASE_DIR}/tests/", f"{settings.BASE_DIR}/.venv/")


@contextmanager
def seen() -> Iterator[dict[str, set[str]]]:
    """While this lasts: per function what it held, what its updates expected to find, and what it put off."""
    found: dict[str, set[str]] = {}

    def tell(what: str) -> None:
        if who := _who():  # what the story itself puts in, nobody asked for
            found.setdefault(who, set()).add(what)

    def executed(execute, sql, params, many, context):
        if said := _said(sql):
            tell(said)
        return execute(sql, params, many, context)

    def put_off(*args, original=transaction.on_commit, **options):
        tell("waits for the commit")
        return original(*args, **options)

    with connection.execute_wrapper(executed), mock.patch.object(transaction, "on_commit", put_off):
        yield found


def _said(sql: str) -> str:
    """What a statement holds or expects; empty when it does neither."""
    if "pg_advisory_xact_lock" in sql:
        return "holds a name"
    if held := HELD.search(sql):
        table = re.search(r'FROM "(\w+)"', sql)
        return f"{table[1] if table else '?'}: {held[0]}".replace('"', "")
    if (update := re.match(r'UPDATE "(\w+)" SET ', sql)) and "CASE WHEN" not in sql:
        _, _, where = sql.rpartition(" WHERE ") if sql.count(" WHERE ") == 1 else sql.partition(" WHERE ")
        expected = sorted(set(re.findall(rf'"{update[1]}"\."(\w+)"', where)))
        if set(expected) - {"id", "serial"}:
            return f"{update[1]} by {', '.join(expected)}"
    # Written out, within one statement (vouchers/lifecycle.py).
    if update := re.search(r'\(UPDATE "(\w+)" SET .*? WHERE (.*?) RETURNING', sql):
        expected = sorted(re.findall(r"(\w+) = %", update[2]))
        return f"{update[1]} by {', '.join(expected)}"
    return ""


def _who() -> str:
    """The innermost function of ours that is under way; empty when there is none."""
    frame = sys._getframe(2)
    while frame:
        name = frame.f_code.co_filename
        if name.startswith(OURS) and not name.startswith(NOT_OURS):
            return f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"
        frame = frame.f_back
    return ""
