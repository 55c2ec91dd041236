"""Euros: exact, rounded in one place, divided without losing a cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbl.money import euro, half_up, percentage, percentages, split

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


@given(amounts, st.integers(0, 3))
def test_a_number_is_rounded_to_the_nearest_and_a_half_away_from_zero(value, decimals):
    rounded, unit = half_up(value, decimals), Decimal(1).scaleb(-decimals)
    assert abs(rounded - value) <= unit / 2
    if abs(rounded - value) == unit / 2:
        assert abs(rounded) > abs(value)


@given(st.lists(amounts, min_size=1, max_size=6), st.decimals("0.01", "1000000", places=2), st.integers(0, 2))
def test_percentages_that_are_shown_together_add_up(parts, whole, decimals):
    shown = percentages(parts, whole, decimals)
    assert sum(shown) == half_up(sum(parts) * 100 / whole, decimals)
    unit = Decimal(1).scaleb(-decimals)
    assert all(abs(each - part * 100 / whole) < 2 * unit for each, part in zip(shown, parts, strict=True))


def test_spent_and_committed_are_what_is_used():
    # 1.45 % and 0.95 % would each be rounded up, beside a sum of 2.4 %.
    assert percentages([Decimal("1.45"), Decimal("0.95")], 100, 1) == [Decimal("1.5"), Decimal("0.9")]
