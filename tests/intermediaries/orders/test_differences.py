"""Counted differently: what can be told, and how Cubiss puts each number right."""

from datetime import date, timedelta

import pytest

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited
from intermediaries.counting import differences, settling
from intermediaries.counting.differences import CountPreview, CountRefused
from intermediaries.counting.models import Difference
from intermediaries.counting.settling import SettlementRefused
from intermediaries.handouts import handout
from intermediaries.orders import orders
from intermediaries.orders.orders import OrderRefused
from kbl.discrepancies import reconciliation
from libraries import enrolment
from tests.conftest import branch_of
from tests.intermediaries.orders.conftest import NOW, SOON, TODAY
from vouchers.custody import stock
from vouchers.entry import write
from vouchers.models import StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

LATER = SOON + timedelta(days=3)


def said(counted: CountPreview) -> dict[str, str]:
    """What a look says, as text: the good numbers under an empty reason."""
    refused = {(f"{each.reason} {each.status}").strip(): write(each.serials) for each in counted.refused}
    return ({"": write(counted.good)} if counted.good else {}) | refused


def settled(difference: Difference, serials: SerialRange, outcome: str, coordinator) -> list:
    return settling.settle(difference, [serials], outcome=outcome, by=coordinator, at=LATER)


@pytest.fixture
def ten_missing(shipped, food_bank, worker) -> Difference:
    """The food bank got thirty and misses the first ten."""
    first = orders.sent(shipped)[0].first
    missing = [SerialRange(first, first + 9)]
    (difference,) = differences.report(food_bank, missing=missing, extra=[], order=shipped, by=worker, at=LATER)
    return difference


def test_every_number_says_whether_it_can_be_missing(shipped, food_bank, worker, batch, venlo, clerk, coordinator):
    stock.allocate(SerialRange(41, 45), to=food_bank, on=TODAY, by=coordinator, at=SOON)
    handout.hand_out(food_bank, [SerialRange(5, 6)], on=TODAY, by=worker, at=SOON)
    enrolment.redeem(Voucher.objects.get(pk=7).number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=SOON)
    stock.void(SerialRange(8, 8), reason="lost", on=TODAY, by=coordinator, at=SOON)
    differences.report(food_bank, missing=[SerialRange(1, 2)], extra=[], by=worker, at=SOON)
    asked = [SerialRange(1, 9), SerialRange(41, 42), SerialRange(90, 99)]
    assert said(differences.preview_missing(food_bank, asked, order=shipped)) == {
        "": "0000003-0000004, 0000009",
        "not_listed": "0000041-0000042, 0000090-0000099",
        "used handed_out": "0000005-0000006",
        "used redeemed": "0000007",
        "void void": "0000008",
        "reported": "0000001-0000002",
    }
    assert said(differences.preview_missing(food_bank, asked[1:])) == {
        "": "0000041-0000042",
        "not_ours": "0000090-0000099",
    }


def test_extra_numbers_tell_nothing_about_others(shipped, food_bank, welfare, batch, coordinator):
    """Numbers in our stock, with a neighbour, or that do not exist: all the same to who asks."""
    stock.allocate(SerialRange(60, 62), to=welfare, on=TODAY, by=coordinator, at=SOON)
    asked = [SerialRange(29, 31), SerialRange(60, 60), SerialRange(5_000, 5_000)]
    assert said(differences.preview_extra(food_bank, asked)) == {
        "": "0000031, 0000060, 0005000",
        "ours": "0000029-0000030",
    }


def test_a_receipt_with_a_difference_is_kept_as_facts(ten_missing, shipped, food_bank):
    shipped.refresh_from_db()
    assert shipped.status == "different"
    assert (str(ten_missing.range), ten_missing.left, ten_missing.kind) == ("0000001-0000010", 10, "missing")
    assert stock.holdings(food_bank)["allocated"] == 30, "nothing moved: the paper may still turn up"


def test_a_missing_voucher_still_works_for_a_resident(ten_missing, venlo, clerk):
    number = Voucher.objects.get(pk=1).number
    assert enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=LATER)


def test_telling_twice_tells_once(ten_missing, shipped, food_bank, worker):
    with pytest.raises(CountRefused) as refused:
        differences.report(food_bank, missing=[ten_missing.range], extra=[], by=worker, at=LATER)
    assert said(refused.value.missing) == {"reported": "0000001-0000010"}
    with pytest.raises(OrderRefused):
        differences.report(food_bank, missing=[SerialRange(11, 11)], extra=[], order=shipped, by=worker, at=LATER)
    assert Difference.objects.count() == 1


def test_a_number_that_is_missed_here_may_be_told_as_extra_once_it_is_elsewhere(
    ten_missing, food_bank, worker, coordinator
):
    """Missed, sent back by our books, and found in the drawer after all: both are told, and each only once."""
    stock.take_back(SerialRange(3, 4), holder=food_bank, on=TODAY, by=coordinator, at=LATER)
    assert said(differences.preview_extra(food_bank, [SerialRange(3, 4)])) == {"": "0000003-0000004"}
    differences.report(food_bank, missing=[], extra=[SerialRange(3, 4)], by=worker, at=LATER)
    assert said(differences.preview_extra(food_bank, [SerialRange(3, 4)])) == {"reported": "0000003-0000004"}


def test_telling_nothing_is_no_receipt(shipped, food_bank, worker):
    with pytest.raises(CountRefused):
        differences.report(food_bank, missing=[], extra=[], order=shipped, by=worker, at=LATER)
    shipped.refresh_from_db()
    assert shipped.status == "shipped"


def test_it_is_a_discrepancy_with_an_owner_until_it_is_settled(ten_missing, food_bank, coordinator):
    on = TODAY + timedelta(days=5)

    def found():
        return next(each for each in reconciliation.overview(on) if each.discrepancy.kind == "counted")

    assert (found().count, found().oldest, found().discrepancy.owner) == (1, 2, "De coördinator")
    row = found().discrepancy.row(found().discrepancy.find(on)[0], on)
    assert (row.serial, row.organisation, row.age) == (1, food_bank, 2)
    assert row.words == "10 nummers missen, bij B-2025-0001"
    assert row.url == f"/cubiss/verschillen/tellingen/{ten_missing.pk}/"
    settled(ten_missing, SerialRange(1, 10), "arrived", coordinator)
    assert found().count == 0


def test_lost_numbers_become_void_and_the_rest_stays_open(ten_missing, food_bank, coordinator):
    (settlement,) = settled(ten_missing, SerialRange(1, 4), "lost", coordinator)
    assert (settlement.movement.kind, settlement.movement.reason) == ("void", "lost")
    assert (settlement.by, settlement.at) == (coordinator, LATER)
    assert stock.holdings(food_bank)["void"] == 4
    assert (ten_missing.left, ten_missing.open_ranges()) == (6, [SerialRange(5, 10)])


def test_numbers_that_were_never_sent_lie_with_cubiss_again(ten_missing, food_bank, coordinator):
    (settlement,) = settled(ten_missing, SerialRange(5, 10), "not_sent", coordinator)
    assert settlement.movement.kind == "return"
    assert stock.holdings(food_bank)["allocated"] == 24


def test_numbers_that_came_after_all_change_nothing(ten_missing, food_bank, coordinator):
    before = StockMovement.objects.count()
    settled(ten_missing, SerialRange(1, 10), "arrived", coordinator)
    assert StockMovement.objects.count() == before and not ten_missing.left


def test_what_turned_out_to_be_used_cannot_be_lost(ten_missing, venlo, clerk, coordinator):
    number = Voucher.objects.get(pk=3).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=LATER)
    with pytest.raises(SettlementRefused) as refused:
        settled(ten_missing, SerialRange(1, 10), "lost", coordinator)
    assert write(refused.value.preview.good) == "0000001-0000002, 0000004-0000010"
    fresh = Difference.objects.get()
    assert fresh.left == 10 and not fresh.settlements.exists()
    settled(fresh, SerialRange(3, 3), "arrived", coordinator)


@pytest.mark.parametrize("serials", [SerialRange(1, 11), SerialRange(50, 51), SerialRange(2, 3)])
def test_only_open_numbers_are_settled(ten_missing, coordinator, serials):
    settled(ten_missing, SerialRange(2, 2), "arrived", coordinator)
    with pytest.raises(SettlementRefused):
        settled(ten_missing, serials, "arrived", coordinator)
    assert Difference.objects.get().left == 9


def test_who_saw_an_older_state_is_told(ten_missing, coordinator):
    as_seen = Difference.objects.get()
    settled(ten_missing, SerialRange(1, 5), "arrived", coordinator)
    with pytest.raises(SettlementRefused, match="overtaken"):
        settled(as_seen, SerialRange(6, 10), "arrived", coordinator)


def test_extra_numbers_are_put_on_the_name_of_who_has_them(food_bank, welfare, worker, batch, coordinator):
    stock.allocate(SerialRange(60, 62), to=welfare, on=TODAY, by=coordinator, at=NOW)
    (extra,) = differences.report(food_bank, missing=[], extra=[SerialRange(58, 61)], by=worker, at=SOON)
    kinds = [each.movement.kind for each in settled(extra, SerialRange(58, 61), "given", coordinator)]
    assert kinds == ["allocate", "move"]
    assert stock.own_ranges(food_bank, "allocated") == [SerialRange(58, 61)]
    assert stock.own_ranges(welfare, "allocated") == [SerialRange(62, 62)]


def test_numbers_that_came_on_its_name_meanwhile_are_not_given_again(food_bank, worker, batch, coordinator):
    (extra,) = differences.report(food_bank, missing=[], extra=[SerialRange(58, 61)], by=worker, at=SOON)
    stock.allocate(SerialRange(60, 61), to=food_bank, on=TODAY, by=coordinator, at=SOON)
    with pytest.raises(SettlementRefused) as refused:
        settled(extra, SerialRange(58, 61), "given", coordinator)
    assert write(refused.value.preview.good) == "0000058-0000059"
    settled(extra, SerialRange(58, 59), "given", coordinator)
    settled(extra, SerialRange(60, 61), "mistake", coordinator)


def test_extra_numbers_stay_off_the_name_of_who_is_not_accredited(food_bank, worker, batch, coordinator):
    (extra,) = differences.report(food_bank, missing=[], extra=[SerialRange(58, 61)], by=worker, at=SOON)
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 10, 7))
    with pytest.raises(NotAccredited):
        settled(extra, SerialRange(58, 61), "given", coordinator)
    settled(extra, SerialRange(58, 60), "sent_back", coordinator)
    settled(extra, SerialRange(61, 61), "mistake", coordinator)
    assert not Difference.objects.get().left


def test_each_kind_has_its_own_endings(ten_missing, coordinator):
    for outcome in ("given", "sent_back", "mistake", "whatever"):
        with pytest.raises(ValueError, match="never ends"):
            settled(ten_missing, SerialRange(1, 1), outcome, coordinator)
