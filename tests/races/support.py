"""Several people at once on a real database: threads that start at the same moment, each with its own connection."""

import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager

from django.db import connection


def together(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same moment; gives each one's result, or the exception it ended with."""
    barrier = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            results[place] = action()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, action)) for place, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody still waits"
    return results


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
