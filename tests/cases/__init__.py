"""What once came out wrong: cases.toml says per kind what is right, and which tests say so."""

import ast
import tomllib
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def cases() -> dict[str, dict]:
    """Each case by its name: `right` and `tests`."""
    return tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))


def places() -> dict[str, list[str]]:
    """Of every test its node, `file::name`, by its name."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for each in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                found.setdefault(each.name, []).append(f"{path.relative_to(TESTS.parent)}::{each.name}")
    return found


def nodes() -> list[str]:
    """The nodes of all cases, each once."""
    where = places()
    return list(dict.fromkeys(node for case in cases().values() for name in case["tests"] for node in where[name]))
