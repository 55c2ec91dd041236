"""The closing lock: what is frozen, and how an undo and a closing keep out of each other's way.

Undo holds the lock with others, closing holds it alone. So a closing never bills a fact that is being revoked at that
moment, and a revocation never slips in behind a closing (docs/threats.md, 14). Recording a new fact does not ask for
it: a resident is never kept waiting for our books; what comes late rolls into the next closing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from django.db import OperationalError, connection

from kbl.organisations.models import ClosedQuarter, ClosingLock
from kbl.periods import Quarter

LOCK_NOT_AVAILABLE = "55P03"


class QuarterClosed(Exception):
    """The fact is in closed books; only a correction by Cubiss can undo it."""

    def __init__(self, quarter: Quarter) -> None:
        super().__init__(str(quarter))
        self.quarter = quarter


class BooksBusy(Exception):
    """A quarter is being closed at this moment; a minute later it can be done."""


class Recorded(Protocol):
    """Any fact: a row with the day it happened and the moment we heard."""

    pk: int
    on: date
    recorded_at: datetime


def hold_open() -> None:
    """Keep the books open until this transaction ends; many may hold at once. Raises BooksBusy."""
    if connection.vendor != "postgresql":
        return
    try:
        if not _share():
            ClosingLock.objects.get_or_create(pk=1)  # before the very first closing there is no lock to hold yet
            _share()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise BooksBusy from error
        raise


def _share() -> bool:
    """Hold the lock's row with others; False when there is no such row."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT 1 FROM "{ClosingLock._meta.db_table}" WHERE id = 1 FOR SHARE')
        return cursor.fetchone() is not None


def hold_alone() -> None:
    """Wait until nobody holds the books open, and keep them until this transaction ends.

    SQLite needs no row lock: there a writing transaction is alone already.
    """
    ClosingLock.objects.get_or_create(pk=1)
    ClosingLock.objects.select_for_update().get(pk=1)


def closing_that_froze(on: date, recorded_at: datetime) -> Quarter | None:
    """The closed quarter whose books hold a fact of day `on` that was recorded at `recorded_at`, if any.

    It is the first closing after the fact was recorded, of its own quarter or (when it came late) a later one.
    """
    closed = (
        ClosedQuarter.objects.filter(quarter__gte=Quarter.of(on), closed_at__gte=recorded_at)
        .order_by("quarter")
        .values_list("quarter", flat=True)
        .first()
    )
    return closed


def assert_open(on: date, recorded_at: datetime) -> None:
    """Hold the books open and make sure that a fact is not frozen yet. Raises QuarterClosed."""
    hold_open()
    if frozen := closing_that_froze(on, recorded_at):
        raise QuarterClosed(frozen)


def frozen(facts: Iterable[Recorded]) -> set[int]:
    """Which of these facts (by pk) are in closed books: for a list on a screen, in one question."""
    return set(frozen_in(facts))


def frozen_in(facts: Iterable[Recorded]) -> dict[int, Quarter]:
    """Of these facts (by pk) that are in closed books, the quarter that holds them: `closing_that_froze` for many."""
    closed = list(ClosedQuarter.objects.order_by("quarter").values_list("quarter", "closed_at"))
    found = {}
    for fact in facts:
        holds = (quarter for quarter, at in closed if quarter >= Quarter.of(fact.on) and at >= fact.recorded_at)
        if first := next(holds, None):
            found[fact.pk] = first
    return found
