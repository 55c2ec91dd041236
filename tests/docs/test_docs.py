"""The pages about the project stay true: links lead somewhere, named tests exist, every setting stands in its table."""

import re
from functools import cache
from pathlib import Path

import pytest

from kbl.programme.programme_file import SECTIONS

HOUSE = Path(__file__).parents[2]
PAGES = sorted([*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md"), *(HOUSE / "tests").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SETTING = re.compile(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']""")
NAMED_PAGE = re.compile(r"\b(docs/[\w/.-]+\.(?:md|toml))")
SOURCES = ["kbl", "vouchers", "intermediaries", "libraries", "reporting", "tests", "bench", "scripts"]


@cache
def code() -> dict[Path, str]:
    """The text of every Python file of the house."""
    return {path: path.read_text() for room in SOURCES for path in (HOUSE / room).rglob("*.py")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            assert (page.parent / target.split("#")[0]).exists(), f"{target} on {page.relative_to(HOUSE)}"


def test_a_docstring_names_pages_that_are_there():
    wrong = [
        f"{path.relative_to(HOUSE)}: {named}"
        for path, text in code().items()
        for named in NAMED_PAGE.findall(text)
        if not (HOUSE / named).exists()
    ]
    assert not wrong


def test_no_docstring_sends_a_reader_outside_the_repository():
    outside = re.compile(r'(?<![\w"/-])(?:domain|figures|quality|threats|architecture|beauty)\.md')
    wrong = [str(path.relative_to(HOUSE)) for path, text in code().items() if outside.search(text)]
    assert not wrong


def test_every_test_that_the_threats_name_exists():
    named = set(re.findall(r"`(test_\w+)`", (HOUSE / "docs" / "threats.md").read_text()))
    there = {name for text in code().values() for name in re.findall(r"^\s*def (test_\w+)", text, re.MULTILINE)}
    assert named and not named - there


def test_every_threat_that_is_named_stands_in_the_table():
    numbers = set(re.findall(r"^\| (\d+) \|", (HOUSE / "docs" / "threats.md").read_text(), re.MULTILINE))
    for path, text in code().items():
        for named in re.findall(r"threats\.md, ([\d, to and]+)", text):
            assert set(re.findall(r"\d+", named)) <= numbers, path


def test_every_setting_of_the_environment_stands_in_its_table():
    read = set(SETTING.findall((HOUSE / "kbl" / "settings.py").read_text()))
    page = (HOUSE / "docs" / "settings.md").read_text()
    table = page[page.index("## Of the installation") : page.index("For `make test`")]
    assert read == set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


def test_every_part_of_a_programme_file_stands_in_its_table():
    page = (HOUSE / "docs" / "settings.md").read_text()
    named = set(re.findall(r"`([a-z_]+)`", page[page.index("## Of the programme") :]))
    assert set(SECTIONS) - {"programme"} <= named


def test_every_decision_is_listed():
    listed = (HOUSE / "docs" / "decisions" / "README.md").read_text()
    records = [path.name for path in (HOUSE / "docs" / "decisions").glob("0*.md")]
    assert len(records) >= 10 and all(name in listed for name in records)
