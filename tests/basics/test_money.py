"""Euros: exact, rounded in one place, divided without losing a cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbl.money import euro, percentage, split

amounts = st.decimals("-1000000", "1000000", places=2)


def test_a_half_cent_goes_up():
    assert euro(Decimal("0.005")) == Decimal("0.01")
    assert euro(Decimal("2.675")) == Decimal("2.68")


def test_a_float_is_never_money():
    with pytest.raises(TypeError):
        euro(0.1)  # type: ignore[arg-type]


def test_vat_is_a_percentage_of_the_net_total():
    assert percentage(Decimal("45.00"), Decimal(21)) == Decimal("9.45")
    assert percentage(Decimal("-45.00"), Decimal(21)) == Decimal("-9.45")


@given(amounts, st.lists(st.integers(0, 50), min_size=1).filter(any))
def test_parts_add_up_to_the_whole(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) < Decimal("0.01") for part, share in zip(parts, exact, strict=True))
