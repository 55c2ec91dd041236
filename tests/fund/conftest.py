"""The budget of the plan, and a document to prove a cost with."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from kbl.fund import evidence
from kbl.fund.models import BudgetLine, Cost, Evidence, FundEntry, Instalment
from kbl.programme.programme_file import read
from kbl.settlements.models import Closing
from kbl.settlements.statements import steps
from tests import by_two
from tests.conftest import at
from tests.fund import papers
from tests.settlements.conftest import (  # noqa: F401
    busy_quarter,
    close,
    closed,
    cubiss,
    earlier_quarters_closed,
    enrol,
    frank,
    give,
    invoice,
    log_in,
    rik,
    take,
)

LIMBURG: Path = settings.BASE_DIR / "programmes" / "limburg-2025-2027.toml"


@pytest.fixture
def plan(programme) -> None:
    """The budget as the programme file has it."""
    BudgetLine.objects.bulk_create(read(LIMBURG).budget)


@pytest.fixture
def proof(finance) -> Evidence:
    """A supplier's invoice."""
    return evidence.keep(papers.pdf(), "factuur 17.pdf", by=finance, at=at(date(2025, 11, 3)))


@pytest.fixture
def pay(plan, proof, finance) -> Callable[..., Cost | FundEntry]:
    """A cost is booked under a post and year."""

    def book(year: int, post: str, amount: int | str, reference: str = "F17", on: date = date(2025, 11, 3)):
        return by_two.book(
            BudgetLine.objects.get(year=year, post=post),
            Decimal(amount),
            reference=reference,
            description="Drukwerk",
            supplier="Drukkerij De Maas",
            evidence=proof,
            on=on,
            by=finance,
            at=at(on),
        )

    return book


@pytest.fixture
def instalment(programme) -> Instalment:
    return Instalment.objects.create(description="2026, termijn 1", due_on=date(2026, 1, 15), amount=130_750)


@pytest.fixture
def approved(closed, manager, finance) -> Closing:  # noqa: F811
    """Venlo's invoice of 126 and the food bank's declaration of 20, approved on 14 January 2026."""
    when = at(date(2026, 1, 14))
    for statement in closed.statements.order_by("pk"):
        steps.confirm(statement, by=manager, at=when)
        steps.approve(statement, by=finance, at=when)
    return closed
