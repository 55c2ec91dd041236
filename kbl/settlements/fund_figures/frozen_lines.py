"""Sums over the lines of closed quarters, remembered by a process: a line is never changed and never goes.

A million lines of three years would be added up anew for every look at the fund. So each closing is added up once per
process; what a page asks is then looked up. The first look after a start takes a second at a million vouchers.
`check_books` forgets it all first, and adds the lines up itself. Within a transaction nothing is remembered: the
closing that is being made there may still be taken back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import ExtractYear

from kbl.money import ZERO, euro
from kbl.settlements.models import Closing, Line

REMEMBERED = 64  # sixteen years of quarters; 2,150 statements each are some hundred kilobytes

YearSums = Mapping[tuple[str, int], Decimal]


def by_year(statements: Iterable[tuple[int, int]]) -> dict[tuple[str, int], Decimal]:
    """The lines of statements added up per kind of statement and year of their day, in euros.

    `statements` are pairs of a closing's and a statement's key. Closings of which every statement is asked take one
    sum.
    """
    asked: defaultdict[int, set[int]] = defaultdict(set)
    for closing, statement in statements:
        asked[closing].add(statement)
    found: defaultdict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    closed = Closing.objects.filter(pk__in=asked).order_by("quarter").values_list("pk", "closed_at")
    for pk, closed_at in closed:
        for statement, sums in remembered(_years)(pk, closed_at).items():
            if statement in asked[pk]:
                for key, amount in sums.items():
                    found[key] += amount
    return {key: euro(amount) for key, amount in found.items()}


def forget() -> None:
    """Add everything up anew from now on."""
    _years.cache_clear()


def remembered(adding: Callable) -> Callable:
    """With its memory, or within a transaction without."""
    return adding.__wrapped__ if connection.in_atomic_block else adding  # type: ignore[attr-defined]


@lru_cache(maxsize=REMEMBERED)
def _years(closing: int, closed_at: datetime) -> Mapping[int, YearSums]:
    rows = Line.objects.filter(statement__closing=closing).order_by()
    found: defaultdict[int, dict[tuple[str, int], Decimal]] = defaultdict(dict)
    years = rows.values_list("statement", "statement__kind", ExtractYear("on")).annotate(total=Sum("net"))
    for statement, kind, year, total in years:
        found[statement][kind, year] = euro(total)
    return dict(found)
