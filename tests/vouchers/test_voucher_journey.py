"""The whole path of one voucher through the rules, without a screen."""

from datetime import date
from decimal import Decimal

import pytest

from intermediaries.handouts import handout
from kbl.fund import ledger
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Statement
from kbl.settlements.statements import steps
from libraries import enrolment
from tests.conftest import at, branch_of
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines


def test_a_voucher_goes_from_batch_to_a_statement_ready_to_pay(
    stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator, finance
):
    first = stock_of_food_bank.first
    day = date(2025, 10, 2)
    handout.hand_out(food_bank, [SerialRange(first, first + 2)], on=day, by=worker, at=at(day))
    voucher = Voucher.objects.get(pk=first)
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))

    for quarter in [Quarter(2025, 1), Quarter(2025, 2), Quarter(2025, 3)]:
        closing.close(quarter, by=coordinator, at=at(date(2026, 1, 11)))
    closed = closing.close(Quarter(2025, 4), by=coordinator, at=at(date(2026, 1, 12)))

    declaration = closed.statements.get(kind="declaration", organisation=food_bank)
    invoice = closed.statements.get(kind="invoice", organisation=venlo)
    assert (declaration.net, declaration.lines.count()) == (Decimal("12.00"), 3)
    assert (invoice.net, invoice.number) == (Decimal("42.00"), "VEN-2025-0001")
    steps.confirm(invoice, by=clerk, at=at(date(2026, 1, 13)))
    steps.approve(invoice, by=finance, at=at(date(2026, 1, 14)))
    assert Statement.objects.get(pk=invoice.pk).status == "approved"
    assert ledger.spent() == Decimal("42.00")
    assert Voucher.objects.get(pk=first).status == "redeemed"
