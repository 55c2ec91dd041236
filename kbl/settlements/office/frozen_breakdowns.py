"""What the lines of a closed quarter are, remembered by a process as `fund_figures.frozen_lines` does, and why."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from django.db.models import Count

from kbl.settlements.fund_figures.frozen_lines import REMEMBERED, remembered
from kbl.settlements.models import Closing, Line
from kbl.settlements.statements import breakdown
from kbl.settlements.statements.breakdown import Breakdown, Key


def breakdowns(closing: Closing) -> Mapping[Key, Breakdown]:
    """What the lines of every statement of a closing are (`breakdown.of_closing`)."""
    return remembered(_breakdowns)(closing.pk, closing.closed_at)


def lines(closing: Closing) -> Mapping[int, int]:
    """How many lines every statement of a closing has, by its key."""
    return remembered(_lines)(closing.pk, closing.closed_at)


def forget() -> None:
    """Add everything up anew from now on."""
    for each in (_breakdowns, _lines):
        each.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def _breakdowns(closing: int, closed_at: datetime) -> Mapping[Key, Breakdown]:
    return breakdown.of_closing(Closing.objects.get(pk=closing))


@lru_cache(maxsize=REMEMBERED)
def _lines(closing: int, closed_at: datetime) -> Mapping[int, int]:
    rows = Line.objects.filter(statement__closing=closing).order_by()
    return dict(rows.values_list("statement").annotate(count=Count("pk")))
