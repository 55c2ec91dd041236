"""The fixtures of the quarters serve here too: vouchers that were handed out, and memberships."""

from datetime import date, timedelta

import pytest

from libraries import enrolment
from tests.conftest import at, branch_of
from tests.settlements.conftest import (  # noqa: F401
    busy_quarter,
    carla,
    cubiss,
    earlier_quarters_closed,
    enrol,
    give,
    log_in,
    rik,
    take,
)
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

DAY = date(2025, 10, 2)


@pytest.fixture
def thirty(stock_of_food_bank, venlo, clerk) -> SerialRange:
    """Thirty vouchers that Venlo redeemed over three days, and nobody reported."""
    serials = SerialRange(stock_of_food_bank.first, stock_of_food_bank.first + 29)
    for place, serial in enumerate(serials):
        day = DAY + timedelta(days=place // 10)
        number = Voucher.objects.get(pk=serial).number
        moment = at(day, 9) + timedelta(minutes=20 * (place % 10))
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=moment)
    return serials
