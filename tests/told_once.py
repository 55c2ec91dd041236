"""A story that many tests of a file begin with, told once: the fixtures of it and of all that they lean on.

    globals().update(told_once("two_quarters", of=__package__))

on top of a file puts fixtures of the same names in it. They are made by the very same functions, once for the file, and
each test gets a copy of its own of what they gave; what it changes in the database is taken back (`database.shared`).
So every test of that file that has a database asks for one of them (`tests/neighbours.py` says who does not).
"""

import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

import pytest

from tests import database


def _making(name: str, rooms: tuple[ModuleType, ...]) -> Callable:
    """The function of a fixture: that of the first of these files that has it."""
    return next(inspect.unwrap(vars(each)[name]) for each in rooms if name in vars(each))


def _needs(name: str, rooms: tuple[ModuleType, ...]) -> list[str]:
    return [each for each in inspect.signature(_making(name, rooms)).parameters if each != "db"]


def _tell(name: str, rooms: tuple[ModuleType, ...], cast: dict[str, Any]) -> Any:
    """What a fixture gives, after everything that it leans on."""
    if name not in cast:
        given = {each: _tell(each, rooms, cast) for each in _needs(name, rooms)}
        making = _making(name, rooms)
        assert not inspect.isgeneratorfunction(making), f"{name} takes something back: it cannot be told once"
        if "db" in inspect.signature(making).parameters:
            given["db"] = None
        cast[name] = making(**given)
    return cast[name]


def _all_of(names: tuple[str, ...], rooms: tuple[ModuleType, ...]) -> list[str]:
    found: list[str] = []
    waiting = [*names]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.append(name)
            waiting += _needs(name, rooms)
    return found


def told_once(*names: str, of: str, **otherwise: Any) -> dict[str, Any]:
    """Fixtures of these names, of a room's conftest.py, and all that they lean on, that are made once for a file.

    `otherwise` names what is so in this file and not elsewhere: a fixture that it leans on, and what that gives here.
    """
    rooms = (import_module(f"{of}.conftest"), import_module("tests.conftest"))

    @pytest.fixture(scope="module")
    def told_history(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
        cast = dict(otherwise)
        with database.shared(django_db_blocker, lambda: [_tell(name, rooms, cast) for name in names]):
            yield cast

    @pytest.fixture
    def told_copy(told_history, db) -> dict[str, Any]:
        return deepcopy({name: value for name, value in told_history.items() if not isinstance(value, FunctionType)})

    def of_the_cast(name: str) -> Any:
        def given(request, told_copy):
            """As it was told; what is a function is made for each test, of what that test was given."""
            if name in told_copy:
                return told_copy[name]
            making = _making(name, rooms)
            return making(**{each: request.getfixturevalue(each) for each in inspect.signature(making).parameters})

        return pytest.fixture(name=name)(given)

    return {"told_history": told_history, "told_copy": told_copy} | {
        name: of_the_cast(name) for name in _all_of(names, rooms)
    }
