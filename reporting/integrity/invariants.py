"""What an invariant is: a question about the books that should have no answer.

    @invariant("Een voucher is hooguit één keer ingewisseld")
    def one_enrolment_per_voucher() -> Violations:
        return select("SELECT ... HAVING COUNT(*) > 1")

A row of the answer is what is wrong, as names and values. Nothing is changed, nothing is repaired.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any

from django.db import connection

Violation = Mapping[str, Any]
Violations = Iterable[Violation]


@dataclass(frozen=True)
class Invariant:
    """A named query; `title` says in Dutch what holds when it returns nothing."""

    name: str
    title: str
    find: Callable[[], Violations]


@dataclass(frozen=True)
class CheckOutcome:
    """What one invariant found, and how long the question took."""

    invariant: Invariant
    rows: list[Violation]
    seconds: float

    @property
    def holds(self) -> bool:
        return not self.rows


INVARIANTS: list[Invariant] = []


def invariant(title: str) -> Callable[[Callable[[], Violations]], Callable[[], Violations]]:
    """Add a query to the list, in the order in which the modules are read."""

    def add(find: Callable[[], Violations]) -> Callable[[], Violations]:
        INVARIANTS.append(Invariant(find.__name__, title, find))
        return find

    return add


def evaluate(each: Invariant) -> CheckOutcome:
    """The rows that break one invariant, and how long finding them took."""
    started = perf_counter()
    rows = list(each.find())
    return CheckOutcome(each, rows, perf_counter() - started)


def select(sql: str, params: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """The rows of a query, by the names of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, [_adapted(each) for each in params] or None)
        assert cursor.description
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _adapted(value: Any) -> Any:
    """A parameter as the engine keeps it: SQLite keeps days and moments as text."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def a_year_after(column: str) -> str:
    """The same day a year on; 29 February becomes 28 February (`kbl.periods.years_later`)."""
    if connection.vendor == "postgresql":
        return f"({column} + interval '1 year')::date"
    year_on = f"date({column}, '+1 year')"
    return f"CASE WHEN substr({column}, 6) = '02-29' THEN date({column}, '+1 year', '-1 day') ELSE {year_on} END"


def quarter_of(column: str) -> str:
    """The quarter of a day as the books write it, `2026-Q3`; later quarters are later texts."""
    if connection.vendor == "postgresql":
        return f"to_char({column}, 'YYYY-\"Q\"Q')"
    return f"(substr({column}, 1, 4) || '-Q' || ((substr({column}, 6, 2) + 2) / 3))"
