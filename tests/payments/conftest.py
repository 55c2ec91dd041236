"""Statements that are approved and wait to be paid: Venlo's invoice, the food bank's declaration, and any others."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from kbl.accounts.models import User
from kbl.organisations.models import Organisation
from kbl.payments.bank import importing
from kbl.payments.bank.camt_parser import read
from kbl.payments.models import BankFile, PaymentRun
from kbl.payments.runs import runs
from kbl.periods import Quarter
from kbl.programme.demo.bank_statement import PlayedBooking, statement
from kbl.settlements.models import Closing, Statement
from kbl.settlements.statements import steps
from tests.conftest import at
from tests.settlements.conftest import (  # noqa: F401
    Q4,
    busy_quarter,
    carla,
    closed,
    cubiss,
    earlier_quarters_closed,
    frank,
    give,
    log_in,
    rik,
    take,
)

PREPARED = at(date(2026, 1, 20))
RELEASED = at(date(2026, 1, 20), 15)
DAY = date(2026, 1, 22)
HEARD = at(date(2026, 1, 23))
START = Decimal("1000.00")
OURS = "NL91ABNA0417164300"


@pytest.fixture
def invoice(closed, clerk, coordinator) -> Statement:  # noqa: F811
    """Venlo's invoice of 126 euros, approved by the coordinator's colleague."""
    return _approve(closed.statements.get(kind="invoice", organisation__slug="bibliotheek-venlo"), clerk, coordinator)


@pytest.fixture
def declaration(closed, worker, coordinator) -> Statement:  # noqa: F811
    """The food bank's declaration of 20 euros, approved."""
    return _approve(
        closed.statements.get(kind="declaration", organisation__name="Voedselbank Venlo"), worker, coordinator
    )


@pytest.fixture
def run(invoice, declaration, finance) -> PaymentRun:
    """Frank prepared both on 20 January, for the 22nd."""
    return runs.prepare([invoice, declaration], execute_on=DAY, by=finance, at=PREPARED)


@pytest.fixture
def released(run, coordinator) -> PaymentRun:
    """And Carla released it."""
    runs.release(run, by=coordinator, at=RELEASED)
    return run


@pytest.fixture
def made(coordinator) -> Callable[..., Statement]:
    """A statement straight out of nowhere, approved: for tests of names and numbers, not of the books."""

    def make(organisation: Organisation, amount: str, number: str, quarter: Quarter = Q4) -> Statement:
        closing, _ = Closing.objects.get_or_create(
            quarter=quarter, defaults={"closed_at": PREPARED, "closed_by": coordinator}
        )
        return Statement.objects.create(
            closing=closing,
            organisation=organisation,
            kind="declaration",
            number=number,
            net=Decimal(amount),
            vat=Decimal("0.00"),
            particulars={"iban": organisation.iban, "name": organisation.name},
            status="approved",
        )

    return make


@pytest.fixture
def hear(finance) -> Callable[..., importing.Result]:
    """Frank reads a file in."""

    def listen(content: bytes, when=HEARD) -> importing.Result:
        return importing.read_in(read(content), sha256=str(hash(content)), by=finance, at=when)

    return listen


@pytest.fixture
def says(hear) -> Callable[..., importing.Result]:
    """The bank's statement of a day with these bookings, read in."""

    def tell(*bookings: PlayedBooking, day: date = DAY, name: str = "", when=HEARD) -> importing.Result:
        name = name or f"A{BankFile.objects.count() + 1}"
        return hear(statement(OURS, bookings, opening=START, day=day, name=name), when)

    return tell


def _approve(statement: Statement, party: User, office: User) -> Statement:
    steps.confirm(statement, by=party, at=at(date(2026, 1, 14)))
    steps.approve(statement, by=office, at=at(date(2026, 1, 15)))
    return statement
