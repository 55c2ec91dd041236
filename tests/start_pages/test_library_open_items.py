"""What is open for a library: each item one sentence and a next step, and of its neighbours nothing."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kbl.accounts.models import User
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Line
from kbl.settlements.statements import steps
from libraries import enrolment
from libraries.enrolment import VoucherRefused
from tests import by_two
from tests.conftest import at, branch_of
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

PAGE = "/bibliotheek/open-punten/"
DAY, LATER = date(2025, 10, 2), date(2026, 1, 20)


@pytest.fixture(autouse=True)
def january() -> Iterator[None]:
    """Noon on 20 January 2026: the fourth quarter is closed."""
    with time_machine.travel(at(LATER), tick=False):
        yield


@pytest.fixture
def browser(db) -> Callable[[User], Client]:
    """Somebody's browser."""

    def visit(user: User) -> Client:
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return visit


@pytest.fixture
def offered_at_two(voucher, venlo, landgraaf, clerk, other_clerk):
    """Venlo made a member; two weeks later the number came to Landgraaf, twice."""
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    for hour in (10, 11):
        with pytest.raises(VoucherRefused):
            enrolment.check(
                voucher.number,
                branch=branch_of(landgraaf),
                on=date(2025, 10, 16),
                by=other_clerk,
                at=at(date(2025, 10, 16), hour),
            )
    return voucher


@pytest.fixture
def invoice(voucher, venlo, clerk, coordinator):
    """Venlo's invoice over the fourth quarter, with one membership."""
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    for number in (1, 2, 3, 4):
        closed = closing.close(Quarter(2025, number), by=coordinator, at=at(date(2026, 1, 12)))
    return closed.statements.get(kind="invoice", organisation=venlo)


def test_nothing_open_says_so(browser, clerk):
    assert "Alles klopt" in browser(clerk).get(PAGE).content.decode()


def test_the_second_library_hears_it_once_and_nothing_of_the_first(browser, other_clerk, clerk, offered_at_two):
    page = browser(other_clerk).get(PAGE).content.decode()
    assert page.count("0000001") == 1 and "Bij u aangeboden" in page and "Bel Cubiss" in page
    assert "Venlo" not in page and "2\xa0okt" not in page and "16\xa0okt\xa02025" in page
    assert "Alles klopt" in browser(clerk).get(PAGE).content.decode()


def test_when_the_first_takes_it_back_there_is_nothing_left(browser, other_clerk, clerk, offered_at_two):
    enrolment.revoke(offered_at_two.enrolments.get(), reason="twice", by=clerk, at=at(LATER))
    assert "Alles klopt" in browser(other_clerk).get(PAGE).content.decode()


def test_after_two_quarters_it_is_left_to_cubiss(browser, other_clerk, offered_at_two):
    with time_machine.travel(at(date(2026, 4, 1)), tick=False):
        assert "Alles klopt" in browser(other_clerk).get(PAGE).content.decode()


def test_what_cubiss_put_right_is_told_to_its_own_library(browser, clerk, other_clerk, coordinator, invoice):
    by_two.correct(Line.objects.get(statement=invoice), reason="twice", by=coordinator, at=at(LATER, 9))
    page = browser(clerk).get(PAGE).content.decode()
    assert "De inschrijving is teruggenomen door Cubiss: dubbel." in page and "0000001" in page
    assert "Alles klopt" in browser(other_clerk).get(PAGE).content.decode()


def test_an_open_question_is_for_the_manager(browser, clerk, manager, invoice):
    steps.dispute(invoice, reason="wrong", numbers=[SerialRange(1, 1)], by=manager, at=at(LATER, 9))
    page = browser(manager).get(PAGE).content.decode()
    assert "U had een vraag: er staan nummers op die niet kloppen. Het gaat om 0000001." in page
    assert f"/bibliotheek/afrekeningen/{invoice.pk}/" in page
    assert "Alles klopt" in browser(clerk).get(PAGE).content.decode()


def test_ten_items_cost_what_one_costs(browser, other_clerk, venlo, landgraaf, clerk, stock_of_food_bank):
    def offer(serial: int) -> None:
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
        with pytest.raises(VoucherRefused):
            enrolment.check(number, branch=branch_of(landgraaf), on=LATER, by=other_clerk, at=at(LATER, 9))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            visitor.get(PAGE)
        return len(captured)

    visitor = browser(other_clerk)
    offer(1)
    visitor.get(PAGE)
    few = queries()
    for serial in range(2, 11):
        offer(serial)
    assert queries() == few
