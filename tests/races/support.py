"""Several people at once on a real database: threads that start at the same moment, each with its own connection."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager

import pytest
from django.db import connection

PATIENCE = 120  # seconds, so that a test that hangs ends; nothing is expected to take this long


def together(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same moment; gives each one's result, or the exception it ended with."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=PATIENCE)
            results[place] = action()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, action)) for place, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=2 * PATIENCE)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return results


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            pytest.fail("it never came to that")
        time.sleep(0.02)


def looked_by_all(look: Callable, people: int) -> Callable:
    """A look that is over for so many people before any of them acts: a race by construction, not by luck."""
    everybody = threading.Barrier(people, timeout=PATIENCE)

    def look_and_wait(*args, **kwargs):
        try:
            return look(*args, **kwargs)
        finally:  # also who finds nothing has looked
            everybody.wait()

    return look_and_wait


def somebody_waits() -> bool:
    """Whether a connection to this database waits for a lock that another one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@contextmanager
def without_unique(*names: str):
    """Take unique indexes away for a while: for the twin that shows that a race is real. Tables are emptied after."""
    with connection.cursor() as cursor:
        kept = []
        for name in names:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
            (definition,) = cursor.fetchone()
            cursor.execute("SELECT conrelid::regclass FROM pg_constraint WHERE conname = %s", [name])
            owner = cursor.fetchone()
            if owner:
                cursor.execute(f'ALTER TABLE {owner[0]} DROP CONSTRAINT "{name}"')
            else:
                cursor.execute(f'DROP INDEX "{name}"')
            kept.append((name, definition, owner))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, definition, owner in kept:
                table = definition.split(" ON ")[1].split(" ")[0]
                cursor.execute(f"TRUNCATE {table} CASCADE")
                cursor.execute(definition)
                if owner:
                    cursor.execute(f'ALTER TABLE {owner[0]} ADD CONSTRAINT "{name}" UNIQUE USING INDEX "{name}"')


def unique_index(table: str, column: str) -> str:
    """The name of the unique index over one column."""
    with connection.cursor() as cursor:
        for name, constraint in connection.introspection.get_constraints(cursor, table).items():
            if constraint["unique"] and constraint["columns"] == [column] and not constraint["primary_key"]:
                return name
    raise LookupError(f"{table}.{column}")


def kinds(results: Iterable[object]) -> list[str]:
    """The names of what everybody got, sorted, for comparing."""
    return sorted(type(result).__name__ for result in results)
