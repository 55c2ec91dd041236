"""Who shares a history with whom: no test finds one in its database that it did not ask for.

A shared history (`tests.database.shared`) is there for as long as its file or class is at work. So every test there
that has a database asks for it, and works in a transaction. What makes a history of its own has a file of its own:
otherwise it meets the shared one when the workers happen to deal the tests out in that order.
"""

import inspect
from collections import defaultdict
from collections.abc import Iterable

import pytest

from tests import database

HOMES: dict[str, type[pytest.Collector]] = {"class": pytest.Class, "module": pytest.Module, "session": pytest.Session}
WITH_A_DATABASE = {"db", "transactional_db", "live_server"}
EMPTIED = {"transactional_db", "live_server"}


def _fixtures(item: pytest.Item) -> dict[str, pytest.FixtureDef]:
    info = getattr(item, "_fixtureinfo", None)
    return {name: found[-1] for name, found in info.name2fixturedefs.items() if found} if info else {}


def _shares(fixture: pytest.FixtureDef) -> bool:
    """Whether a fixture is made with `shared`."""
    making = inspect.unwrap(fixture.func)
    named = {making.__globals__.get(name) for name in making.__code__.co_names if name in ("database", "shared")}
    return database.shared.__name__ in making.__code__.co_names and bool(named & {database, database.shared})


def _asks(item: pytest.Item, fixtures: Iterable[str], of: set[str]) -> bool:
    marks = [mark.kwargs.get("transaction", False) for mark in item.iter_markers("django_db")]
    return bool(of & set(fixtures)) or (bool(marks) and (of == WITH_A_DATABASE or any(marks)))


def strangers(items: Iterable[pytest.Item]) -> list[str]:
    """The tests among these that would meet a history of others, or take one away from them, in words."""
    tests = [(item, _fixtures(item)) for item in items]
    at_home: dict[str, set[object]] = defaultdict(set)
    for item, fixtures in tests:
        for name, fixture in fixtures.items():
            if fixture.scope in HOMES and _shares(fixture):
                at_home[name].add(item.getparent(HOMES[fixture.scope]))
    found = []
    for item, fixtures in tests:
        parents = set(item.listchain())
        for name in at_home:
            if at_home[name] & parents and name not in fixtures and _asks(item, fixtures, WITH_A_DATABASE):
                found.append(f"{item.nodeid} has a database in which `{name}` may be, and does not ask for it")
            if name in fixtures and _asks(item, fixtures, EMPTIED):
                found.append(f"{item.nodeid} empties the database that holds `{name}`")
    return found
