"""The books checked from a page: the same questions as `manage.py check_books`, at one moment, and the answer kept.

Of what is wrong, the first rows are kept and the rest is counted, so that thoroughly wrong books need no more memory
than right ones.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from time import perf_counter

from reporting import integrity
from reporting.integrity import register
from reporting.models import BooksCheck

ROWS_KEPT = 50
LEFT_OUT = "(weggelaten)"
# A voucher's whole number, or its random digits on their own: neither belongs on a page.
WHOLE_NUMBER = re.compile(r"(?<!\d)\d{7}[ .-]?\d{6}[ .-]?\d(?!\d)")
SECRETS = {"secret", "check_digit", "content"}

PARTS = {
    "vouchers": "De vouchers",
    "orders": "Bestellingen",
    "facts": "Uitreikingen en lidmaatschappen",
    "lines": "Regels",
    "statements": "Afrekeningen",
    "agreements": "Afspraken over facturen",
    "discrepancies": "Verschillen",
    "money": "Het lidmaatschapsfonds",
    "payments": "Betalingen en de bank",
    "accounts": "Rekeningnummers",
    "documents": "Documenten",
    "database": "De database",
    "register": "Persoonsgegevens",
    "clocks": "De klok",
    "series": "Nummerreeksen",
    "seals": "Zegels van kwartalen",
    "requests": "Betaalverzoeken",
    "day_summary": "Dagtotalen",
}


@dataclass(frozen=True)
class InvariantResult:
    """What one invariant said: how many rows should not be there, and the first of them."""

    name: str
    module: str
    title: str
    found: int
    seconds: float
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class CheckedPart:
    """The results of one part of the books."""

    title: str
    results: list[InvariantResult]

    @property
    def wrong(self) -> int:
        return sum(bool(result.found) for result in self.results)


def results(progress: Callable[[int], None] = lambda done: None) -> Iterator[InvariantResult]:
    """Evaluate every invariant, one after another; call it inside `integrity.snapshot`."""
    for done, invariant in enumerate(integrity.INVARIANTS, start=1):
        started = perf_counter()
        kept: list[dict[str, str]] = []
        found = 0
        for row in invariant.find():
            found += 1
            if len(kept) < ROWS_KEPT:
                kept.append(harmless(row))
        module = invariant.find.__module__.rpartition(".")[2]
        yield InvariantResult(invariant.name, module, invariant.title, found, perf_counter() - started, kept)
        progress(done)


def check(*, by, at: datetime, progress: Callable[[int], None] = lambda done: None) -> BooksCheck:
    """Check the books as they are at one moment and keep what was found. Desks are not kept waiting."""
    started = perf_counter()
    with integrity.snapshot():
        found = list(results(progress))
    return BooksCheck.objects.create(
        at=at,
        by=by,
        seconds=perf_counter() - started,
        wrong=sum(bool(each.found) for each in found),
        outcomes=[asdict(each) for each in found],
    )


def by_part(outcomes: list[dict]) -> list[CheckedPart]:
    """Kept results per part of the books, in the order in which they were found."""
    kept = [InvariantResult(**each) for each in outcomes]
    parts = groupby(kept, key=_part)
    return [CheckedPart(title, list(group)) for title, group in parts]


def _part(result: InvariantResult) -> str:
    return PARTS.get(result.module, result.module.capitalize())


def harmless(row: integrity.Violation) -> dict[str, str]:
    """A row as text, without a voucher's whole number and without what looks like somebody's."""
    told = {}
    for name, value in row.items():
        text = str(value)
        hidden = name in SECRETS or WHOLE_NUMBER.search(text) or register.kinds(json.dumps(text))
        told[str(name)] = LEFT_OUT if hidden else text[:200]
    return told
