"""By which figures, signs and words files are read, work is claimed, people come in and books are sealed: twice.

A border that moves by one, an alphabet that falls out of a list, a lock with another number: nothing of it stops, and
no story is near enough to each of them. Who changes one on purpose changes `figures_and_signs.toml` too.
"""

import ast
import importlib
import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path

import pytest
from django.conf import settings

TABLE = tomllib.loads(Path(__file__).with_name("figures_and_signs.toml").read_text(encoding="utf-8"))
ROOMS = (
    "kbl/spreadsheets",
    "kbl/intake",
    "kbl/payments/bank",
    "kbl/payments/runs",
    "kbl/jobs",
    "kbl/mail",
    "kbl/apart",
    "reporting/seals",
    "reporting/integrity",
    "kbl/accounts",
    "kbl/second_person",
    "kbl/site",
    "kbl/payments/accounts",
    "kbl/settlements/documents/einvoice",
)
LONGEST = 100  # a text of more lines is a query: each of its conditions has a corruption of its own
# Registers that fill themselves, and what is written down elsewhere (the sentences of reasons.py).
ELSEWHERE = {"kbl.jobs.work.WORKS", "kbl.payments.bank.reasons.CODES"}
# Conditions that the database itself keeps: whole, a space for every white space.
CONDITIONS = {
    "kbl.second_person.needs_two.BEGINNING",
    "kbl.payments.accounts.account_guard.ACCEPTED",
    "kbl.payments.accounts.account_guard.FIRST",
}


def plain(value: object) -> object:
    """As a table of TOML can hold it; None for what is no figure, sign or word."""
    match value:
        case Enum():
            return str(value.value)
        case str() if "\n" in value and len(value) > LONGEST:
            return None
        case int() | float() | str():
            return value
        case bytes():
            return value.decode("latin-1")
        case re.Pattern():
            pattern = value.pattern.decode("latin-1") if isinstance(value.pattern, bytes) else value.pattern
            return f"{pattern}  flags {value.flags & ~re.UNICODE:d}"
        case timedelta() | Decimal() | date() | range():
            return str(value)
        case tuple() | list():
            return _whole([plain(each) for each in value])
        case set() | frozenset():
            return _whole(sorted((plain(each) for each in value), key=str))
        case dict():
            return _whole([_whole([plain(key), plain(each)]) for key, each in value.items()])
    return None


def _whole(found: list) -> list | None:
    return None if None in found or not found else found


def figures_of(path: Path) -> dict[str, object]:
    """The names that a file gives a value itself."""
    name = str(path.relative_to(settings.BASE_DIR)).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    module = importlib.import_module(name)
    targets = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        put = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        targets += [part for each in put for part in (each.elts if isinstance(each, ast.Tuple) else [each])]
    names = [each.id for each in targets if isinstance(each, ast.Name) and each.id.isupper()]
    said = {each: plain(getattr(module, each)) for each in names if f"{name}.{each}" not in ELSEWHERE}
    said |= {each: " ".join(getattr(module, each).split()) for each in names if f"{name}.{each}" in CONDITIONS}
    return {each: value for each, value in said.items() if value is not None}


def files(room: str) -> list[Path]:
    found = (settings.BASE_DIR / room).rglob("*.py")
    return sorted(each for each in found if "migrations" not in each.parts and each.name != "__main__.py")


@pytest.mark.parametrize("room", ROOMS)
def test_they_are_what_is_written_down(room):
    found = {str(each.relative_to(settings.BASE_DIR)): figures_of(each) for each in files(room)}
    assert {path: said for path, said in found.items() if said} == {
        path: said for path, said in TABLE.items() if path.startswith(f"{room}/")
    }
