"""Of which statements money back can be, found by the database among all that was ever paid."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.payments import payment_view
from kbl.payments.bank import refunds
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.payments.runs.payable import overpaid_statements
from kbl.periods import Quarter
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED

pytestmark = pytest.mark.both_engines


@pytest.fixture
def paid(made, food_bank, finance) -> list:
    """Five statements of the food bank, of what they ask and what went out for it, the oldest first."""
    run = PaymentRun.objects.create(
        number=1, execute_on=DAY, debtor={"name": "Cubiss"}, prepared_at=PREPARED, prepared_by=finance
    )
    days = {"first_day": DAY, "last_day": DAY, "imported_at": at(DAY), "imported_by": finance}
    file = BankFile.objects.create(iban="NL91ABNA0417164300", opening=100, closing=36, sha256="x", **days)
    found, quarter = [], Quarter(2025, 1)
    for place, (asked, out) in enumerate([("9", "9.99"), ("8", "11"), ("20", "12"), ("20", "20"), ("10", "10")]):
        statement = made(food_bank, asked, f"VOE-{place}", quarter)
        payment = Payment.objects.create(
            run=run,
            statement=statement,
            amount=Decimal(asked),
            payee="-",
            iban=food_bank.iban if place == 0 else "-",
            end_to_end_id=f"VOE-{place}-1",
        )
        outcome = "paid" if asked == out else "different"
        BankEntry.objects.create(
            file=file, position=place, on=DAY, amount=-Decimal(out), payment=payment, outcome=outcome
        )
        found, quarter = [*found, statement], quarter.next
    return found


def test_first_what_was_too_much_then_exactly_this_then_the_newest_and_never_one_of_less(paid):
    found = refunds.candidates(SimpleNamespace(amount=Decimal(10)))
    assert found == [
        (paid[1], Decimal(11)), (paid[4], Decimal(10)), (paid[3], Decimal(20)), (paid[2], Decimal(12)),
    ]  # fmt: skip
    assert refunds.candidates(SimpleNamespace(amount=Decimal("20.01"))) == []


def test_what_is_offered_is_as_long_as_a_list_may_be(paid, monkeypatch):
    monkeypatch.setattr(refunds, "MOST_CANDIDATES", 2)
    assert [each for each, _ in refunds.candidates(SimpleNamespace(amount=Decimal(10)))] == [paid[1], paid[4]]


def test_amounts_that_could_be_money_back_are_all_of_it_or_what_was_too_much(paid):
    asked = ["0.99", "3", "10", "11", "20", "12.01", "-8", "0"]
    assert refunds.likely_amounts(map(Decimal, asked)) == set(map(Decimal, ["0.99", "3", "10", "11", "20"]))
    assert refunds.likely_amounts([]) == set()


def test_of_which_too_much_went_out(paid):
    assert sorted((each.number, over) for each, over in overpaid_statements()) == [
        ("VOE-0", Decimal("0.99")), ("VOE-1", Decimal(3)),
    ]  # fmt: skip


def test_a_run_shows_first_what_is_paid_on_another_account(paid):
    run = PaymentRun.objects.get()
    shown = list(payment_view.payments_of(run))
    assert [each.statement for each in shown] == [*paid[1:], paid[0]]
    assert [each.has_new_account for each in shown] == [True] * 4 + [False]
    assert payment_view.new_accounts(run) == 4
    assert payment_view.totals(run) == [("Declaraties", 5, Decimal(67))]
