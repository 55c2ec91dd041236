"""The members of the sets by which people are let in, agree and are paid, with their words: written down twice."""

import importlib
import tomllib
from enum import Enum
from pathlib import Path

import pytest

from kbl.accounts.adapter import AccountAdapter, MFAAdapter

TABLE = tomllib.loads(Path(__file__).with_name("words_of_sets.toml").read_text(encoding="utf-8"))
MODULES = (
    "kbl.accounts.roles",
    "kbl.second_person.models",
    "kbl.second_person.second_person",
    "kbl.payments.accounts.accounts",
)


def sets_of(module: object) -> dict[str, list[list[str]]]:
    """Each set that is made in a module, its members by name, value and word."""
    found: dict[str, list[list[str]]] = {}
    inside = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    for each in [*inside, *(value for outer in inside for value in vars(outer).values() if isinstance(value, type))]:
        if issubclass(each, Enum):
            found[each.__qualname__] = [
                [one.name, str(one.value), str(getattr(one, "label", ""))] for one in each
            ]  # fmt: skip
    return found


@pytest.mark.parametrize("name", MODULES)
def test_each_member_has_its_value_and_its_word(name):
    assert sets_of(importlib.import_module(name)) == TABLE[name]


@pytest.mark.parametrize("adapter", [AccountAdapter, MFAAdapter])
def test_what_logging_in_says_in_our_own_words(adapter):
    theirs = adapter.__mro__[1].error_messages
    ours = {key: str(said) for key, said in adapter.error_messages.items() if said != theirs.get(key)}
    assert ours == TABLE["says"][adapter.__name__] and set(theirs) <= set(adapter.error_messages)
