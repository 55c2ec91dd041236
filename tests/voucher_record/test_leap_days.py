"""Around the end of February, with and without a 29th, every page of a voucher opens on every day."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from intermediaries.handouts import handout
from kbl.organisations.models import Programme
from kbl.periods import years_later
from kbl.voucher_record.record import gather, waiting
from libraries import enrolment, renewal
from libraries.models import MembershipYear
from tests.conftest import AMSTERDAM, at, branch_of
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

BORDERS = [
    date(year, 2, 27) + timedelta(days=step)
    for year in (2027, 2028, 2029)
    for step in range((date(year, 3, 2) - date(year, 2, 27)).days + 1)
]
LEAP_DAY = date(2028, 2, 29)


def browse(user) -> Client:
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


@pytest.fixture
def fates(stock_of_food_bank, food_bank, venlo, worker, clerk, coordinator) -> list[Voucher]:
    """In the drawer, handed out, a membership that goes on, void; and a membership of 29 February."""
    Programme.objects.update(ends_on=date(2030, 12, 31))
    first = stock_of_food_bank.first
    stock.extend(
        SerialRange(first, first + 9), valid_until=date(2030, 12, 31), on=date(2025, 9, 2), by=coordinator,
        at=at(date(2025, 9, 2)),
    )  # fmt: skip
    vouchers = list(Voucher.objects.within(SerialRange(first, first + 4)))
    for voucher, day in ((vouchers[1], date(2026, 2, 27)), (vouchers[2], date(2026, 2, 28)), (vouchers[4], LEAP_DAY)):
        handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=day, by=worker, at=at(day))
        if voucher is not vouchers[1]:
            enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))
    one = SerialRange(vouchers[3].pk, vouchers[3].pk)
    stock.void(one, reason="lost", on=date(2026, 2, 28), by=coordinator, at=at(date(2026, 2, 28)))
    renewal.renew(MembershipYear.objects.get(enrolment__voucher=vouchers[2]), by=clerk, at=at(date(2027, 2, 28)))
    return vouchers


def test_the_days_are_these():
    assert LEAP_DAY in BORDERS and len(BORDERS) == 4 + 5 + 4


MOMENTS = [datetime.combine(day, time(12), AMSTERDAM) for day in BORDERS]
MOMENTS += [datetime.combine(LEAP_DAY, time(hour, 30), AMSTERDAM) for hour in (0, 23)]


def test_every_page_of_a_voucher_opens(fates, coordinator, manager):
    """The office's, the auditor's, the resident's, and the lists in which the library finds it."""
    for moment in MOMENTS:
        with time_machine.travel(moment, tick=False):
            office, library = browse(coordinator), browse(manager)
            for voucher in fates:
                for name in ("cubiss:voucher", "cubiss:audit_voucher"):
                    assert office.get(reverse(name, args=[voucher.pk])).status_code == 200, (moment, name, voucher)
                told = Client().post(reverse("public:voucher"), {"number": str(voucher.number)})
                assert told.status_code in (200, 422), (moment, voucher)  # a used one is told so
            for name in ("library:desk", "library:renewals"):
                assert library.get(reverse(name)).status_code == 200, (moment, name)


def test_what_waits_to_be_billed_is_the_same_whatever_day_it_is_looked_at(fates):
    record = gather(fates[4].pk)
    assert record is not None
    for day in BORDERS:
        seen = waiting(record, at=at(max(day, date(2028, 3, 1))))
        assert (seen.handling, seen.years, seen.corrections) == (True, (1,), 0)


def test_a_membership_of_29_february_goes_on_on_the_28th_and_stays_there(fates, clerk):
    year = MembershipYear.objects.get(enrolment__voucher=fates[4])
    second = renewal.renew(year, by=clerk, at=at(date(2029, 2, 28)))
    third = renewal.renew(second, by=clerk, at=at(date(2030, 2, 28)))
    assert [second.on, third.on] == [date(2029, 2, 28), date(2030, 2, 28)]


def test_adding_years_never_breaks_and_never_skips_a_month():
    for step in range(800):
        day = date(2027, 2, 28) + timedelta(days=step)
        for years in range(1, 6):
            later = years_later(day, years)
            assert later.year == day.year + years and later.month == day.month
            assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)
