"""Quarters in an address (`/cubiss/kwartalen/2025-Q4/`), and the list of quarters with where each one stands."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import Quarter, quarters
from kbl.settlements.closing.closing import next_to_close
from kbl.settlements.models import Closing, ClosingWindow, Document, Statement

Status = Statement.Status
OPEN_STATUSES = (Status.DRAFT, Status.DISPUTED, Status.CONFIRMED)


class QuarterConverter:
    """A quarter of this century in an address."""

    regex = r"20\d\d-Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        return Quarter.parse(value)

    def to_url(self, value: Quarter) -> str:
        return str(value)


@dataclass(frozen=True)
class QuarterRow:
    """A quarter in the list; `state` is closed, running (being closed), open (may be closed), waiting or future."""

    quarter: Quarter
    state: str
    words: str
    opens_on: date
    closing: Closing | None = None
    net: Decimal = ZERO
    statements: int = 0
    documents: int = 0
    approved: int = 0
    disputed: int = 0


STATES = {
    "closed": "gesloten",
    "running": "wordt gesloten",
    "open": "klaar om te sluiten",
    "waiting": "wacht op een eerder kwartaal",
    "future": "loopt nog",
}


def state_of(quarter: Quarter, *, closed: bool, window: ClosingWindow | None, first: Quarter, today: date) -> str:
    """Where a quarter stands, as a key of STATES."""
    if closed:
        return "closed"
    if window and window.requested_at and not window.refused:
        return "running"
    if not quarter.is_over(today):
        return "future"
    return "open" if quarter == first else "waiting"


def rows(today: date) -> list[QuarterRow]:
    """Every quarter of the programme that has begun, and every other one that was closed; newest first."""
    programme = Programme.current()
    first = next_to_close()
    closings = {
        each.quarter: each
        for each in Closing.objects.annotate(
            net=Sum("statements__net"),
            count=Count("statements"),
            approved=Count("statements", filter=~Q(statements__status__in=OPEN_STATUSES)),
            disputed=Count("statements", filter=Q(statements__status=Status.DISPUTED)),
        )
    }
    made = {
        row["closing"]: row["made"]
        for row in Document.objects.filter(kind=Document.Kind.STATEMENT)
        .order_by()
        .values("closing")
        .annotate(made=Count("pk"))
    }
    windows = {window.quarter: window for window in ClosingWindow.objects.all()}
    begun = set(quarters(programme.starts_on, min(today, programme.ends_on))) | set(closings)
    if first.is_over(today):  # after the programme there may be something left to settle
        begun.add(first)
    return [
        _row(quarter, closings.get(quarter), windows.get(quarter), made, first=first, today=today, programme=programme)
        for quarter in sorted(begun, reverse=True)
    ]


def _row(
    quarter: Quarter,
    closing: Any,
    window: ClosingWindow | None,
    made: dict[int, int],
    *,
    first: Quarter,
    today: date,
    programme: Programme,
) -> QuarterRow:
    state = state_of(quarter, closed=closing is not None, window=window, first=first, today=today)
    row = QuarterRow(quarter, state, STATES[state], opens_on(quarter, programme))
    if closing is None:
        return row
    return replace(
        row,
        closing=closing,
        net=closing.net or ZERO,
        statements=closing.count,
        documents=made.get(closing.pk, 0),
        approved=closing.approved,
        disputed=closing.disputed,
    )


def opens_on(quarter: Quarter, programme: Programme) -> date:
    """The day on which the programme wants to close a quarter; from the day after the quarter it is possible."""
    return quarter.last_day + timedelta(days=programme.closing_opens_after)
