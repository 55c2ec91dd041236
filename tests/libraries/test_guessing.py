"""Who offers many unknown numbers waits; a resident's own voucher works again afterwards."""

from datetime import date, timedelta

import pytest

from libraries import desk_question, enrolment
from tests.conftest import at, branch_of
from vouchers.numbers import Number

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)
NOBODYS = Number(9_999_999, "123456")


def test_an_account_that_guesses_waits_ten_minutes_and_its_neighbour_goes_on(
    venlo, clerk, manager, landgraaf, other_clerk, voucher
):
    desk, began = branch_of(venlo), at(DAY)
    for second in range(desk_question.GUESSES_PER_ACCOUNT):
        with pytest.raises(enrolment.VoucherRefused):
            offered = began + timedelta(seconds=second)
            enrolment.redeem(NOBODYS, branch=desk, kind="new", on=DAY, by=clerk, at=offered)

    with pytest.raises(desk_question.TooManyGuesses) as slowed:
        enrolment.look_up(voucher.number, branch=desk, on=DAY, by=clerk, at=began + timedelta(minutes=1))
    assert slowed.value.again_at == began + timedelta(minutes=10)

    soon = began + timedelta(minutes=1)
    assert enrolment.look_up(voucher.number, branch=desk, on=DAY, by=manager, at=soon)
    assert enrolment.look_up(voucher.number, branch=branch_of(landgraaf), on=DAY, by=other_clerk, at=soon)
    later = began + timedelta(minutes=10, seconds=30)
    assert enrolment.redeem(voucher.number, branch=desk, kind="new", on=DAY, by=clerk, at=later)


def test_a_library_whose_accounts_guess_together_waits_as_a_whole(venlo, make_user, manager, voucher):
    desk, began = branch_of(venlo), at(DAY)
    accounts = [make_user(f"Balie{number}", "library_desk", venlo) for number in range(4)]
    for number in range(desk_question.GUESSES_PER_LIBRARY):
        with pytest.raises(enrolment.VoucherRefused):
            enrolment.redeem(NOBODYS, branch=desk, kind="new", on=DAY, by=accounts[number % 4], at=began)

    with pytest.raises(desk_question.TooManyGuesses):
        enrolment.look_up(voucher.number, branch=desk, on=DAY, by=manager, at=began + timedelta(minutes=9))
