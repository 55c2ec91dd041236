"""Colleagues at Cubiss at the same moment: one range goes one way, once; and each race is first shown to be real."""

import threading
from datetime import date

import pytest
from django.db import connection

from intermediaries import accreditation
from libraries import enrolment
from libraries.models import Enrolment
from reporting import integrity
from tests.conftest import at, branch_of
from tests.races.support import PATIENCE, kinds, together
from tests.races.test_races import check_then_act, seen_as
from vouchers import lifecycle
from vouchers.custody import revalidation, stock
from vouchers.models import RevalidationRequest, StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 2)


def wrong() -> set[str]:
    """The invariants of the books that do not hold."""
    return {outcome.invariant.name for outcome in integrity.check() if not outcome.holds}


def eight_allocate(coordinator, *targets) -> list[object]:
    """Overlapping ranges, to two intermediaries, all at once."""
    ranges = [SerialRange(1, 60), SerialRange(41, 100)] * 4

    def press(place: int):
        return accreditation.allocate(ranges[place], to=targets[place % 2], on=DAY, by=coordinator, at=at(DAY))

    return together(*[lambda place=place: press(place) for place in range(8)])


def test_overlapping_ranges_go_one_way_once(batch, food_bank, welfare, coordinator):
    results = eight_allocate(coordinator, food_bank, welfare)
    assert kinds(results) == ["StockMovement"] + ["StockRefused"] * 7
    assert StockMovement.objects.count() == 1
    assert wrong() == set()


def test_this_race_is_real_without_the_guard_two_intermediaries_get_the_same_numbers(
    batch, food_bank, welfare, coordinator, monkeypatch
):
    monkeypatch.setattr(lifecycle, "move_those", check_then_act(8))
    eight_allocate(coordinator, food_bank, welfare)
    assert StockMovement.objects.count() > 1
    assert "movements_follow_each_other" in wrong()


def redeem_against_return(serial: int, food_bank, venlo, clerk, coordinator) -> list[object]:
    number, one = Voucher.objects.get(pk=serial).number, SerialRange(serial, serial)
    return together(
        lambda: enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY)),
        lambda: stock.take_back(one, holder=food_bank, on=DAY, by=coordinator, at=at(DAY)),
    )


def test_a_voucher_that_comes_back_while_it_is_redeemed_is_one_or_the_other(
    stock_of_food_bank, food_bank, venlo, clerk, coordinator
):
    for serial in range(1, 13):
        redeemed, returned = redeem_against_return(serial, food_bank, venlo, clerk, coordinator)
        assert isinstance(redeemed, Enrolment) != isinstance(returned, StockMovement), (redeemed, returned)
    assert wrong() == set()


def test_this_race_is_real_without_the_guard_a_membership_has_a_voucher_in_stock(
    stock_of_food_bank, food_bank, venlo, clerk, coordinator, monkeypatch
):
    looked, redeemed, redeem = threading.Event(), threading.Event(), enrolment.redeem

    def writes_last(vouchers, *, seen, to, **changes):
        found = seen_as(vouchers, seen)
        looked.set()
        assert redeemed.wait(PATIENCE)
        return Voucher.objects.filter(pk__in=found).update(status=to, **changes)

    def redeem_and_tell(*args, **kwargs):
        assert looked.wait(PATIENCE)
        redeem(*args, **kwargs)
        redeemed.set()

    monkeypatch.setattr(lifecycle, "move_those", writes_last)
    monkeypatch.setattr(enrolment, "redeem", redeem_and_tell)
    assert redeem_against_return(1, food_bank, venlo, clerk, coordinator)[0] is None
    assert "status_follows_from_the_facts" in wrong()


def agree_and_decline(coordinator, finance) -> list[object]:
    """One says yes four times, and no four times, all at once."""
    lost = SerialRange(91, 100)
    stock.void(lost, reason="lost", on=DAY, by=coordinator, at=at(DAY))
    (asked,) = revalidation.ask([lost], reason="found", on=DAY, by=coordinator, at=at(DAY))

    def yes():
        return revalidation.agree(RevalidationRequest.objects.get(pk=asked.pk), on=DAY, by=finance, at=at(DAY))

    def no():
        return revalidation.decline(RevalidationRequest.objects.get(pk=asked.pk), by=finance, at=at(DAY))

    return together(*[yes, no] * 4)


def test_a_request_is_decided_once_however_many_press(batch, coordinator, finance):
    results = agree_and_decline(coordinator, finance)
    assert sum(isinstance(each, revalidation.Decided) for each in results) == 7
    agreed = RevalidationRequest.objects.get().agreed
    alive = Voucher.objects.within(SerialRange(91, 100)).exclude(status=Voucher.Status.VOID).count()
    assert alive == (10 if agreed else 0)
    assert wrong() == set()


def test_this_race_is_real_without_the_condition_yes_and_no_are_both_told(batch, coordinator, finance, monkeypatch):
    def decide_without_looking(request, *, agreed, by, at):
        RevalidationRequest.objects.filter(pk=request.pk).update(decided_at=at, decided_by=by, agreed=agreed)

    monkeypatch.setattr(revalidation, "_decide", decide_without_looking)
    with connection.cursor() as cursor:  # the database itself stamps once
        cursor.execute("ALTER TABLE vouchers_revivalrequest DISABLE TRIGGER USER")
    try:
        results = agree_and_decline(coordinator, finance)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE vouchers_revivalrequest ENABLE TRIGGER USER")
    told = [each for each in results if each is None or isinstance(each, list)]
    assert len(told) > 1
