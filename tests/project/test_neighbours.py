"""A file in which a test would meet the history of others is told at once, in whatever order tests are dealt out."""

import sys

import pytest

from tests import neighbours

FILE = """
import pytest
from tests import database

@pytest.fixture(scope="{scope}")
def played(django_db_setup, django_db_blocker):
    with database.shared(django_db_blocker, list):
        yield

class TestTogether:
    def test_with(self, played, db): ...
    {inside}

{outside}
"""
HAS_ONE = "test_own has a database in which `played` may be"
EMPTIES = "test_own empties the database that holds `played`"
MARK, EMPTYING = "@pytest.mark.django_db", "@pytest.mark.django_db(transaction=True)"


CASES = {
    "a database of its own": ("module", "", "def test_own(db): ...", HAS_ONE),
    "by way of a fixture": ("module", "", "def test_own(admin_user): ...", HAS_ONE),
    "by a mark": ("module", "", f"{MARK}\ndef test_own(): ...", HAS_ONE),
    "others may see it": ("module", "", "def test_own(played, transactional_db): ...", EMPTIES),
    "others may see it, by a mark": ("module", "", f"{EMPTYING}\ndef test_own(played): ...", EMPTIES),
    "in the class itself": ("class", "def test_own(self, db): ...", "", HAS_ONE),
    "it asks, or needs no database": ("module", "", "def test_own(played, db): ...\ndef test_pure(): ...", None),
    "outside the class": ("class", "", f"{EMPTYING}\ndef test_own(): ...", None),
}


@pytest.mark.parametrize(("scope", "inside", "outside", "told"), CASES.values(), ids=CASES)
def test_who_meets_a_history_of_others(request, monkeypatch, tmp_path, scope, inside, outside, told):
    file = tmp_path / f"test_{tmp_path.name}.py"
    file.write_text(FILE.format(scope=scope, inside=inside, outside=outside))
    monkeypatch.setattr(sys, "path", [*sys.path])
    items = list(request.session.genitems(pytest.Module.from_parent(request.session, path=file)))
    assert len(items) > 1
    found = neighbours.strangers(items)
    assert [each for each in found if not told or told not in each] == [] and bool(found) == bool(told)
