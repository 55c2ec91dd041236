"""Which files of the product write what two people have to agree on, read from their text."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

# What leads to money or power, and under which names its rows hang on others.
GUARDED = {
    "Assignment": "assignments",
    "Tariff": "tariffs",
    "PartyVat": "vat_treatments",
    "Organisation": "offices",
    "AccountChange": "account_changes",
    "Correction": "correction",
    "FundEntry": "entries",
    "Cost": "costs",
    "Refund": "refunds",
}
WRITES = {
    "acreate",
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
# Functions that write without asking; whoever calls them has a second person already.
MAKERS = {
    "corrections": {"correct"},
    "ledger": {"book", "receive", "spend", "reverse"},
    "costs": {"book", "take_back"},
    "refunds": {"match_refund", "undo_refund"},
}
ROOTS = ("kbl", "vouchers", "intermediaries", "libraries", "reporting")


def writers(house: Path) -> dict[str, set[str]]:
    """By file: which of the guarded models it writes, and which makers it calls."""
    found: dict[str, set[str]] = defaultdict(set)
    for root in ROOTS:
        for path in sorted((house / root).rglob("*.py")):
            name = str(path.relative_to(house))
            if "migrations" not in path.parts:
                for what in written(ast.parse(path.read_text())):
                    found[name].add(what)
    return dict(found)


def written(tree: ast.AST) -> Iterator[str]:
    """What a file writes: a call on a guarded model, or on rows that hang on another; and the makers it calls."""
    by_relation = {relation: model for model, relation in GUARDED.items()}
    called = _called_after(tree)
    for call in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in GUARDED:
            yield call.func.id
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr.startswith("_put"):  # the programme file's own way of writing
            yield from (each.id for each in call.args if isinstance(each, ast.Name) and each.id in GUARDED)
        chain = list(_names(call.func.value))
        if call.func.attr in WRITES:
            yield from (each for each in chain if each in GUARDED)
            yield from (by_relation[each] for each in chain if each in by_relation)
            yield from (called[each] for each in chain[-1:] if each in called)
        if chain and call.func.attr in MAKERS.get(chain[-1], ()):
            yield f"{chain[-1]}.{call.func.attr}"


def _called_after(tree: ast.AST) -> dict[str, str]:
    """The names that a file gives to rows of a guarded model: `seen = Organisation.objects.filter(...)`."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            for each in _names(node.value):
                if each in GUARDED:
                    found[node.targets[0].id] = each
    return found


def _names(node: ast.AST) -> Iterator[str]:
    """`each.assignments.filter(...)` is filter, assignments, each."""
    while True:
        match node:
            case ast.Attribute(value=value, attr=attr):
                yield attr
                node = value
            case ast.Call(func=func):
                node = func
            case ast.Name(id=name):
                yield name
                return
            case _:
                return
