"""How long vouchers last, what is low, and how many are suggested."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from intermediaries.counting import differences
from intermediaries.stock_levels import levels
from intermediaries.stock_levels.levels import RefillLevel, Supply
from intermediaries.stock_levels.models import StockLevel
from intermediaries.stock_levels.sentences import about_supply
from libraries import enrolment
from tests.conftest import START, at, branch_of
from tests.intermediaries.orders.conftest import NOW, TODAY
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines


def paper(organisation, on: date = TODAY) -> Supply:
    return levels.supply(organisation, on)[0]


def supply(**given) -> Supply:
    return Supply(**{"medium": levels.Medium.PAPER, "on": date(2025, 12, 1), **given})


def test_what_is_left_and_what_went_out(stock_of_food_bank, food_bank, hand_out):
    first = stock_of_food_bank.first
    hand_out(SerialRange(first, first + 12), START)
    found = paper(food_bank, START + timedelta(days=90))
    assert (found.left, found.used, found.days) == (37, 13, 91)
    assert (found.weeks, found.empty_on) == (37, START + timedelta(days=90 + 259))
    assert found.suggested == 0 and not found.is_low


def test_after_thirteen_weeks_a_hand_out_counts_no_more(stock_of_food_bank, food_bank, hand_out):
    hand_out(SerialRange(stock_of_food_bank.first, stock_of_food_bank.first), START)
    assert paper(food_bank, START + timedelta(days=90)).used == 1
    assert paper(food_bank, START + timedelta(days=91)).used == 0


def test_use_is_counted_per_medium_and_only_what_can_be_handed_out_is_left(
    food_bank, make, coordinator, hand_out, venlo, clerk
):
    printed, digital, old = make(30), make(30, medium="digital"), make(10, valid_until=date(2025, 10, 1))
    for serials in (printed.range, digital.range, old.range):
        stock.allocate(serials, to=food_bank, on=START, by=coordinator, at=at(START))
    hand_out(SerialRange(1, 5), START)
    hand_out(SerialRange(31, 33), START)
    enrolment.redeem(Voucher.objects.get(pk=6).number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=NOW)
    stock.void(SerialRange(7, 8), reason="lost", on=TODAY, by=coordinator, at=NOW)
    on_paper, digitally = levels.supply(food_bank, TODAY)
    assert (on_paper.left, on_paper.used) == (22, 5), "redeemed, void and expired vouchers are not left"
    assert (digitally.left, digitally.used) == (27, 3)


def test_what_somebody_misses_is_not_left(stock_of_food_bank, food_bank, worker):
    differences.report(food_bank, missing=[SerialRange(1, 10)], extra=[], by=worker, at=NOW)
    assert paper(food_bank).left == 40


def test_who_started_lately_is_judged_by_its_own_weeks(stock_of_food_bank, food_bank, hand_out):
    hand_out(SerialRange(1, 20), TODAY - timedelta(days=27))
    found = paper(food_bank)
    assert (found.days, found.used, found.weeks) == (28, 20, 6)
    assert found.level == RefillLevel(20, 65, own=False), "four and thirteen weeks of five a week"
    assert found.suggested == 40


def test_the_first_days_say_little():
    assert supply(used=10, days=14, left=0).level.minimum == 20


@pytest.mark.parametrize(
    ("left", "used", "suggested"),
    [(0, 0, 20), (15, 0, 10), (20, 0, 0), (0, 15, 20), (7, 15, 10), (7, 20, 20), (0, 91, 100), (500, 91, 0)],
)
def test_the_suggestion_is_whole_tens_for_thirteen_weeks(left, used, suggested):
    assert supply(left=left, used=used).suggested == suggested


def test_a_level_that_somebody_set_goes_before_use():
    found = supply(left=39, used=91, set_level=RefillLevel(40, 200))
    assert found.is_low and found.suggested == 170


def test_the_largest_order_is_the_most_that_is_suggested():
    assert supply(left=0, used=9_000_000).suggested == 1_000_000


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"left": 0}, "U hebt er geen. De laatste 13 weken gingen er geen uit."),
        ({"left": 1, "used": 13}, "U hebt nog 1 voucher. De laatste 13 weken gingen er 13 uit. Dat is genoeg voor 1"),
        ({"left": 44, "used": 91}, "Dat is genoeg voor 6 weken: op rond 14 januari 2026."),
        ({"left": 2, "used": 91}, "Dat is deze week op."),
        ({"left": 5000, "used": 1}, "De laatste 13 weken ging er 1 uit. Daar kunt u meer dan twee jaar mee vooruit."),
    ],
)
def test_what_it_says(given, sentence):
    assert sentence in about_supply(supply(**given))


def test_the_latest_level_holds_and_saying_it_again_adds_nothing(food_bank, worker, coordinator):
    for by, minimum, full in ((worker, 5, 50), (coordinator, 10, 60), (coordinator, 10, 60)):
        levels.set_level(food_bank, medium="paper", minimum=minimum, fill_up_to=full, by=by, at=NOW)
    assert StockLevel.objects.count() == 2
    assert paper(food_bank).level == RefillLevel(10, 60)
    with pytest.raises(IntegrityError), transaction.atomic():
        levels.set_level(food_bank, medium="paper", minimum=60, fill_up_to=60, by=worker, at=NOW)


def test_many_intermediaries_cost_no_more_questions(food_bank, welfare, gennep, worker, django_assert_num_queries):
    differences.report(food_bank, missing=[], extra=[SerialRange(1, 2)], by=worker, at=NOW)
    for organisations in ([food_bank], [food_bank, welfare, gennep]):
        with django_assert_num_queries(4):
            levels.supplies(organisations, TODAY)
