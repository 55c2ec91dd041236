"""Whose paper it is: of two workers at one closing, one makes a statement's document and the other leaves it alone.

The database would keep one of two anyway (issuing.py); this saves making it twice. A claim is a lock that PostgreSQL
keeps for a connection and no row of ours: a worker that is killed has let go of it. On SQLite there is one worker.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError, connection

KEY = 0x4B424C44 << 32  # "KBLD": the advisory locks from here on are those of statements, by their id


@contextmanager
def claimed(statements: Sequence[int]) -> Iterator[list[int]]:
    """Which of these statements (by id) are ours while this lasts; nobody waits for those of somebody else."""
    if connection.vendor != "postgresql":
        yield list(statements)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, pg_try_advisory_lock(%s + id) FROM unnest(%s::bigint[]) id", [KEY, list(statements)])
        ours = [pk for pk, got in cursor.fetchall() if got]
    try:
        yield ours
    finally:
        _let_go(ours)


def _let_go(statements: list[int]) -> None:
    """Give the claims back; where that cannot be said any more, the connection goes, and they with it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s + id) FROM unnest(%s::bigint[]) id", [KEY, statements])
    except DatabaseError:
        connection.close()
