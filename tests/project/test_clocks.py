"""No test depends on how quick the machine is: nothing is asserted of a clock, and no property has a deadline.

A machine that is three times slower must give the same answer. Work is counted, or laid beside other work
(`tests/effort.py`); speed as a time is measured in `bench/`. Waiting *until* something is so may look at a clock: that
only ends a wait that would never end.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).resolve().parents[1]
CLOCKS = {"monotonic", "perf_counter", "time", "process_time", "thread_time"}
CLOCKS |= {f"{name}_ns" for name in CLOCKS}


def reads_a_clock(node: ast.AST, known: set[str]) -> bool:
    """Whether something comes from a clock: a call of one, or a name that holds what one said."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id in known:
            return True
        if isinstance(part, ast.Call):
            match part.func:
                case ast.Attribute(value=ast.Name(id="time"), attr=name) | ast.Name(id=name) if name in CLOCKS:
                    return True
    return False


def names_of_clocks(tree: ast.AST) -> set[str]:
    """Names that hold a moment or a number of seconds, and functions that give one."""
    known: set[str] = set()
    while True:
        found = set(known)
        for node in ast.walk(tree):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.NamedExpr(target=ast.Name(id=name), value=value)
                ) if reads_a_clock(value, known) and not isinstance(value, ast.Call | ast.Compare):
                    found.add(name)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as value) if reads_a_clock(value, set()):
                    found.add(name)
                case ast.FunctionDef(name=name):
                    gives = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
                    if any(isinstance(each, ast.BinOp | ast.Name) and reads_a_clock(each, known) for each in gives):
                        found.add(name)
        if found == known:
            return known
        known = found


def asserted(source: str) -> Iterator[int]:
    """The lines on which something is asserted of a clock."""
    if not any(f"{clock}(" in source for clock in CLOCKS):
        return
    tree = ast.parse(source)
    for scope in tree.body:
        known = names_of_clocks(scope) | {
            each.name for each in tree.body if isinstance(each, ast.FunctionDef) and each.name in names_of_clocks(each)
        }
        for node in ast.walk(scope):
            if isinstance(node, ast.Assert):
                compared = [part for part in ast.walk(node.test) if isinstance(part, ast.Compare)]
                if any(reads_a_clock(each, known) for each in compared):
                    yield node.lineno


PLANTED = {
    "at once": """
def test_it():
    started = time.monotonic()
    act()
    assert time.monotonic() - started < 5
""",
    "by way of a name": """
def test_it():
    began = perf_counter()
    act()
    took = perf_counter() - began
    assert done() and took < 2, took
""",
    "by way of a function": """
def took():
    began = time.perf_counter()
    act()
    return time.perf_counter() - began

def test_it():
    assert took() < 2
""",
    "the processor's clock": """
def test_it():
    before = time.process_time_ns()
    act()
    assert (time.process_time_ns() - before) / 1e9 < 2
""",
}


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED)
def test_seconds_that_are_asserted_are_found(source):
    assert list(asserted(source))


def test_a_wait_that_ends_and_work_beside_work_are_no_seconds():
    assert not list(
        asserted("""
def test_it():
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not done():
        time.sleep(0.1)
    assert done()
    work, answer = measured(act)
    assert answer == 3 and work < 2 * honest()
""")
    )


def test_nothing_is_asserted_of_a_clock():
    found = [f"{path.relative_to(TESTS)}:{line}" for path in TESTS.rglob("*.py") for line in asserted(path.read_text())]
    assert found == []


def test_no_property_has_a_deadline():
    assert settings.default.deadline is None
    named = [path.name for path in TESTS.rglob("*.py") if path != Path(__file__) and "deadline=" in path.read_text()]
    assert named == ["conftest.py"], "one profile for all"


def test_no_browser_waits_by_the_clock():
    """A page is waited for by what it shows; what must *not* come is waited for on the page's own clock."""
    by_the_clock = ("wait_for_timeout(", "mark.timeout(")
    found = [
        path.name
        for path in TESTS.rglob("*.py")
        if path != Path(__file__) and any(each in path.read_text() for each in by_the_clock)
    ]
    assert found == []
