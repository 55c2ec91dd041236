"""The small history of the reports, with money that went out and came back."""

from datetime import date, timedelta

import pytest

from kbl.payments.models import BankEntry, BankFile, Payment, PaymentFile, PaymentRun
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.models import Document, Statement
from kbl.settlements.statements import steps
from tests.conftest import at
from tests.reporting.conftest import History, budget, history, signed_in, two_quarters

__all__ = ["History", "budget", "history", "signed_in", "two_quarters"]


@pytest.fixture
def report(two_quarters) -> Document:
    """The province's report of the winter; what is on the paper does not matter here."""
    return issuing.issue(
        "report",
        closing=two_quarters[1],
        filename="voortgangsrapportage-2025-Q4.pdf",
        make=lambda: b"%PDF-1.7 a report",
        at=two_quarters[1].closed_at,
        books_digest=books_digest(two_quarters[1]),
    )


@pytest.fixture
def paid(two_quarters, venlo, coordinator, finance) -> Payment:
    """Venlo's invoice of the autumn, paid through the bank."""
    autumn, _ = two_quarters
    statement = autumn.statements.get(organisation=venlo, kind="invoice")
    when = autumn.closed_at + timedelta(days=5)
    run = PaymentRun.objects.create(
        number=1,
        execute_on=when.date(),
        debtor={"name": "Cubiss"},
        status="executed",
        prepared_at=when,
        prepared_by=finance,
        released_at=when,
        released_by=coordinator,
        executed_at=when,
        executed_by=finance,
    )
    PaymentFile.objects.create(run=run, filename="KBL-BET-0001.xml", content=b"<x/>", sha256="a" * 64, made_at=when)
    payment = Payment.objects.create(
        run=run,
        statement=statement,
        amount=statement.payable,
        payee=venlo.name,
        iban=venlo.iban,
        end_to_end_id=f"{statement.number}-1",
    )
    steps.start_payment(statement, by=finance, at=when)
    read = BankFile.objects.create(
        iban="NL91ABNA0417164300",
        statement_id="2025-10",
        first_day=date(2025, 10, 1),
        last_day=date(2025, 10, 31),
        opening=1000,
        closing=1000 - statement.payable,
        sha256="b" * 64,
        imported_at=at(date(2025, 11, 1)),
        imported_by=finance,
    )
    BankEntry.objects.create(
        file=read, position=1, on=when.date(), amount=-statement.payable, payment=payment, outcome="paid"
    )
    steps.mark_paid(statement, by=finance, at=when)
    assert Statement.objects.get(pk=statement.pk).status == "paid"
    return payment
