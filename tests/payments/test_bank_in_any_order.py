"""An honest bank, and files that come late, overlap, come twice or never: nobody is ever paid more than is due."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbl.payments.bank import importing
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank_days import next_bank_day
from kbl.payments.models import Payment, PaymentRun
from kbl.payments.runs import runs
from kbl.payments.runs.payable import payable_statements
from kbl.programme.demo.bank_statement import PlayedBooking, back, out, statement
from kbl.settlements.models import Statement
from tests.conftest import at
from tests.payments.conftest import DAY
from tests.payments.test_killed_import import books_of_payments
from tests.payments.test_matching import OURS, START

pytestmark = pytest.mark.both_engines
STEPS = ("pay", "pay", "execute", "execute", "execute", "return", "file", "file", "file", "tomorrow", "tomorrow")


class Bank:
    """It does what released runs ask, once; sometimes with another amount, sometimes the money comes back.

    `gone` is what really went out for each statement, whatever KBL was told.
    """

    def __init__(self, *, references: bool, finance, coordinator) -> None:
        self.references, self.finance, self.coordinator = references, finance, coordinator
        self.today, self.ledger, self.files = DAY, [], 0
        self.done: dict[int, Decimal] = {}
        self.gone: dict[int, Decimal] = {}

    def book(self, booking: PlayedBooking, payment: Payment) -> None:
        self.ledger.append(booking if self.references else PlayedBooking(**(vars(booking) | {"reference": ""})))
        self.gone[payment.statement_id] = self.gone.get(payment.statement_id, Decimal(0)) - booking.amount

    def pay(self, dice) -> None:
        """KBL makes a run of everything that is due, and Carla releases it (or Frank takes it back)."""
        chosen = [each.statement for each in payable_statements()]
        if not chosen:
            return
        run = runs.prepare(chosen, execute_on=self.today, by=self.finance, at=at(self.today))
        if dice.random() < 0.2:
            runs.cancel(run, by=self.finance, at=at(self.today))
        else:
            runs.release(run, by=self.coordinator, at=at(self.today))

    def execute(self, dice) -> None:
        """One payment of what it was given, for what was asked, or for less."""
        asked = Payment.objects.filter(run__released_at__isnull=False).exclude(pk__in=self.done).order_by("pk")
        if asked:
            payment = dice.choice(list(asked))
            amount = payment.amount - 1 if payment.amount > 1 and dice.random() < 0.2 else payment.amount
            self.done[payment.pk] = amount
            self.book(out(payment, self.today, amount), payment)

    def give_back(self, dice) -> None:
        """What went out comes back, whole."""
        kept = [pk for pk, amount in self.done.items() if amount]
        if kept:
            payment = Payment.objects.get(pk=dice.choice(kept))
            self.book(back(payment, self.today, "MS03", self.done[payment.pk]), payment)
            self.done[payment.pk] = Decimal(0)

    def file(self, dice) -> None:
        """The statement of some days, whole or as far as they went; perhaps once more."""
        days = sorted(dice.choice(self.days()) for _ in range(2))
        before = sum((each.amount for each in self.ledger if each.on < days[0]), START)
        bookings = [each for each in self.ledger if days[0] <= each.on <= days[1]]
        self.files += 1
        content = statement(OURS, bookings, opening=before, day=days[1], name=f"A{self.files}")
        importing.read_in(read(content), sha256=str(self.files), by=self.finance, at=at(self.today, 20))

    def tomorrow(self) -> None:
        self.today = next_bank_day(self.today + timedelta(days=1))

    def days(self) -> list[date]:
        return [DAY + timedelta(days=i) for i in range((self.today - DAY).days + 1)]

    def step(self, name: str, dice) -> None:
        actions: dict[str, Callable] = {
            "pay": self.pay,
            "execute": self.execute,
            "return": self.give_back,
            "file": self.file,
            "tomorrow": lambda dice: self.tomorrow(),
        }
        actions[name](dice)


def payable() -> dict[int, Decimal]:
    return {each.pk: each.payable for each in Statement.objects.filter(kind__in=["invoice", "declaration"])}


@given(
    steps=st.lists(st.sampled_from(STEPS), max_size=25),
    dice=st.randoms(use_true_random=False),
    references=st.booleans(),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nobody_is_paid_more_than_is_due(invoice, declaration, finance, coordinator, steps, dice, references):
    with transaction.atomic():
        bank = Bank(references=references, finance=finance, coordinator=coordinator)
        most = payable()
        for name in ("pay", *steps):
            bank.step(name, dice)
            assert all(gone <= most[pk] for pk, gone in bank.gone.items()), "never more than is due"
            assert [row for each in books_of_payments() for row in each()] == []
        # In the end everything is heard, and what KBL says is what the bank did.
        bank.days = lambda: [DAY, bank.today]  # type: ignore[method-assign]
        for _ in range(6):
            bank.file(dice)
        whole = statement(OURS, bank.ledger, opening=START, day=bank.today, name="ALL")
        importing.read_in(read(whole), sha256="all", by=finance, at=at(bank.today, 20))
        for each in Statement.objects.filter(pk__in=[invoice.pk, declaration.pk]):
            on_its_way = each.payments.filter(ended_at__isnull=True, bank_entries__isnull=True).exists()
            gone = bank.gone.get(each.pk, Decimal(0))
            expected = "in_payment" if on_its_way else "paid" if gone == each.payable else "approved"
            assert (each.status, runs.due(each)) == (expected, each.payable - gone)
        transaction.set_rollback(True)
    assert not PaymentRun.objects.exists()
