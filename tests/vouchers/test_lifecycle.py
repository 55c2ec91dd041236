"""A voucher's status changes only as the table says, one UPDATE at a time."""

import pytest

from vouchers import lifecycle
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

Status = Voucher.Status

ALLOWED = {
    ("in_stock", "allocated"),
    ("in_stock", "void"),
    ("allocated", "allocated"),
    ("allocated", "in_stock"),
    ("allocated", "handed_out"),
    ("allocated", "redeemed"),
    ("allocated", "void"),
    ("handed_out", "allocated"),
    ("handed_out", "redeemed"),
    ("handed_out", "void"),
    ("redeemed", "handed_out"),
    ("redeemed", "allocated"),
    ("void", "in_stock"),
    ("void", "allocated"),
    ("void", "handed_out"),
}


@pytest.mark.parametrize("seen", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_the_whole_table_of_changes(batch, seen, to):
    """Threat 4: stock that never left Cubiss cannot be redeemed; there is no such transition."""
    one = Voucher.objects.filter(pk=batch.first_serial)
    if (seen, to) in ALLOWED:
        assert lifecycle.move_those(one.filter(status="never"), seen=seen, to=to) == 0
    else:
        with pytest.raises(ValueError):
            lifecycle.move_those(one, seen=seen, to=to)


def test_a_change_trusts_the_row_count(batch, food_bank, stock_of_food_bank):
    three = Voucher.objects.within(SerialRange(stock_of_food_bank.first, stock_of_food_bank.first + 2))
    with pytest.raises(lifecycle.Overtaken) as overtaken:
        lifecycle.move(three, seen=Status.ALLOCATED, to=Status.HANDED_OUT, count=4)
    assert (overtaken.value.expected, overtaken.value.moved) == (4, 3)


def test_a_guarded_change_never_joins_another_table(batch):
    joined = Voucher.objects.filter(batch__medium="paper")
    with pytest.raises(ValueError):
        lifecycle.move_those(joined, seen=Status.IN_STOCK, to=Status.VOID)
