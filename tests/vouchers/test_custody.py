"""The chain of custody: what every number would do, longer validity, what comes back, and void that two people undo."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from intermediaries import accreditation
from intermediaries.handouts import handout
from kbl.facts import FutureDate
from libraries import enrolment
from reporting import integrity
from tests.conftest import START, at, branch_of
from vouchers.custody import returns, revalidation, stock
from vouchers.custody.eligibility import Obstacle
from vouchers.custody.preview import preview
from vouchers.models import ExpectedReturn, RevalidationRequest, StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 6)


def fates(seen) -> dict[str, list[str]]:
    """What a look says, by reason."""
    found = {f"{each.reason}{each.status and ' ' + each.status}": [*map(str, each.serials)] for each in seen.obstacles}
    return {"good": [*map(str, seen.good)], **found}


def broken() -> list[str]:
    """The invariants of the books that do not hold."""
    return [outcome.invariant.name for outcome in integrity.check() if not outcome.holds]


def status(serial: int) -> str:
    return Voucher.objects.get(pk=serial).status


# --- looking -----------------------------------------------------------------------------------------------------


def test_a_look_tells_the_fate_of_every_number(
    stock_of_food_bank, food_bank, welfare, worker, clerk, venlo, coordinator
):
    handout.hand_out(food_bank, [SerialRange(3, 4)], on=DAY, by=worker, at=at(DAY))
    number = Voucher.objects.get(pk=4).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    stock.void(SerialRange(6, 7), reason="lost", on=DAY, by=coordinator, at=at(DAY))
    accreditation.allocate(SerialRange(60, 69), to=welfare, on=DAY, by=coordinator, at=at(DAY))
    seen = preview([SerialRange(1, 70), SerialRange(99, 102)], stock.may_take_back(food_bank, DAY))
    assert fates(seen) == {
        "good": ["0000001-0000002", "0000005", "0000008-0000050"],
        "status handed_out": ["0000003"],
        "status redeemed": ["0000004"],
        "status void": ["0000006-0000007"],
        "not_held": ["0000051-0000070", "0000099-0000100"],
        "unknown": ["0000101-0000102"],
    }
    assert fates(seen.within(SerialRange(2, 4))) == {
        "good": ["0000002"],
        "status handed_out": ["0000003"],
        "status redeemed": ["0000004"],
    }


def test_its_holder_hears_nothing_of_neighbours_or_libraries(stock_of_food_bank, food_bank, worker, clerk, venlo):
    handout.hand_out(food_bank, [SerialRange(3, 4)], on=DAY, by=worker, at=at(DAY))
    number = Voucher.objects.get(pk=4).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    seen = preview([SerialRange(1, 4), SerialRange(51, 120)], stock.may_take_back(food_bank, DAY))
    assert fates(seen.as_its_holder_sees_it()) == {
        "good": ["0000001-0000002"],
        "status handed_out": ["0000003-0000004"],
        "not_held": ["0000051-0000120"],
    }


@pytest.mark.parametrize("serials", [SerialRange(1, 5), SerialRange(45, 55), SerialRange(90, 110)])
def test_what_a_look_calls_good_goes_and_what_it_does_not_is_refused(stock_of_food_bank, welfare, coordinator, serials):
    seen = preview([serials], stock.may_allocate(DAY))
    for good in seen.good:
        accreditation.allocate(good, to=welfare, on=DAY, by=coordinator, at=at(DAY))
    for obstacle in seen.obstacles:
        for bad in obstacle.serials:
            with pytest.raises(stock.StockRefused):
                accreditation.allocate(bad, to=welfare, on=DAY, by=coordinator, at=at(DAY))
    assert Voucher.objects.held_by(welfare).count() == seen.count


# --- longer valid --------------------------------------------------------------------------------------------------


def test_an_expired_voucher_that_lasts_longer_works_again(
    stock_of_food_bank, food_bank, worker, clerk, venlo, coordinator
):
    late, last = date(2028, 1, 10), date(2028, 3, 31)
    drawer = SerialRange(1, 10)
    with pytest.raises(handout.HandoutRefused) as refused:
        handout.hand_out(food_bank, [drawer], on=late, by=worker, at=at(late))
    assert [each.reason for each in refused.value.refused] == ["expired"]
    stock.extend(drawer, valid_until=last, on=late, by=coordinator, at=at(late))
    handout.hand_out(food_bank, [drawer], on=late, by=worker, at=at(late))
    voucher = Voucher.objects.get(pk=1)
    assert voucher.valid_until == last
    assert Voucher.objects.valid(last).count() == 10
    movement = StockMovement.objects.get(kind="extend")
    assert (movement.range, movement.valid_until) == (drawer, last)
    assert broken() == []


def test_validity_only_becomes_longer_and_never_for_what_was_used(stock_of_food_bank, coordinator):
    stock.extend(SerialRange(5, 6), valid_until=date(2028, 6, 30), on=DAY, by=coordinator, at=at(DAY))
    stock.void(SerialRange(8, 8), reason="stolen", on=DAY, by=coordinator, at=at(DAY))
    with pytest.raises(stock.StockRefused) as refused:
        stock.extend(SerialRange(4, 9), valid_until=date(2028, 5, 31), on=DAY, by=coordinator, at=at(DAY))
    assert {(each.reason, str(each.serials[0])) for each in refused.value.why} == {
        (Obstacle.Reason.LASTS_ALREADY, "0000005-0000006"),
        (Obstacle.Reason.WRONG_STATUS, "0000008"),
    }
    assert Voucher.objects.get(pk=4).extended_until is None, "all or nothing"


def test_a_last_day_that_is_over_is_refused(stock_of_food_bank, coordinator):
    with pytest.raises(stock.PastDay):
        stock.extend(SerialRange(1, 2), valid_until=DAY - timedelta(days=1), on=DAY, by=coordinator, at=at(DAY))


# --- coming back ----------------------------------------------------------------------------------------------------


def test_what_is_asked_back_keeps_working_until_it_is_here(stock_of_food_bank, food_bank, clerk, venlo, coordinator):
    returns.expect(
        [SerialRange(1, 10)], kind=ExpectedReturn.Kind.RECALL, holder=food_bank, on=DAY, by=coordinator, at=at(DAY)
    )
    number = Voucher.objects.get(pk=4).number
    enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    (waiting,) = returns.expected(food_bank)
    assert [*map(str, waiting.left)] == ["0000001-0000003", "0000005-0000010"]

    stock.take_back(SerialRange(1, 3), holder=food_bank, on=DAY, by=coordinator, at=at(DAY))
    (waiting,) = returns.expected()
    assert [*map(str, waiting.left)] == ["0000005-0000010"]
    stock.take_back(SerialRange(5, 10), holder=food_bank, on=DAY, by=coordinator, at=at(DAY))
    assert returns.expected() == []
    assert ExpectedReturn.objects.get().closed_by == coordinator


def test_vouchers_that_came_on_the_day_they_are_asked_back_stay_on_the_list(batch, food_bank, coordinator):
    """Given in the morning, asked back in the afternoon; what is given again a day later was not asked back."""
    accreditation.allocate(SerialRange(1, 4), to=food_bank, on=DAY, by=coordinator, at=at(DAY, 9))
    recall = {"kind": ExpectedReturn.Kind.RECALL, "holder": food_bank, "by": coordinator}
    returns.expect([SerialRange(1, 4)], on=DAY, at=at(DAY, 15), **recall)
    assert [*map(str, returns.expected(food_bank)[0].left)] == ["0000001-0000004"]
    stock.take_back(SerialRange(1, 2), holder=food_bank, on=DAY, by=coordinator, at=at(DAY, 16))
    tomorrow = DAY + timedelta(days=1)
    accreditation.allocate(SerialRange(1, 2), to=food_bank, on=tomorrow, by=coordinator, at=at(tomorrow))
    assert [*map(str, returns.expected(food_bank)[0].left)] == ["0000003-0000004"]


def test_what_is_no_longer_valid_comes_back_and_goes_nowhere_else(stock_of_food_bank, food_bank, welfare, coordinator):
    """On its last day a voucher still moves; the day after it only comes back."""
    last = date(2027, 12, 31)
    over = last + timedelta(days=1)
    moves = {"holder": food_bank, "to": welfare, "by": coordinator}
    with pytest.raises(stock.StockRefused) as refused:
        stock.hand_on(SerialRange(1, 5), on=over, at=at(over), **moves)
    assert [each.reason for each in refused.value.why] == [Obstacle.Reason.EXPIRED]
    stock.hand_on(SerialRange(1, 5), on=last, at=at(last), **moves)
    stock.take_back(SerialRange(6, 9), holder=food_bank, on=over, by=coordinator, at=at(over))
    with pytest.raises(stock.StockRefused) as refused:
        stock.allocate(SerialRange(6, 9), to=welfare, on=over, by=coordinator, at=at(over))
    assert [each.reason for each in refused.value.why] == [Obstacle.Reason.EXPIRED]
    stock.allocate(SerialRange(60, 61), to=welfare, on=last, by=coordinator, at=at(over))


def test_what_never_comes_is_closed_once_and_by_whom_it_was(stock_of_food_bank, food_bank, coordinator, finance):
    (asked,) = returns.expect(
        [SerialRange(1, 3)], kind=ExpectedReturn.Kind.RECALL, holder=food_bank, on=DAY, by=coordinator, at=at(DAY)
    )
    assert returns.close(asked, by=coordinator, at=at(DAY, 13)) is True
    assert returns.close(asked, by=finance, at=at(DAY, 14)) is False
    kept = ExpectedReturn.objects.get()
    assert (kept.closed_by, kept.closed_at) == (coordinator, at(DAY, 13))


def test_nothing_is_expected_twice(stock_of_food_bank, food_bank, worker, coordinator):
    recall = {"holder": food_bank, "on": DAY, "at": at(DAY)}
    returns.expect([SerialRange(1, 10)], kind=ExpectedReturn.Kind.RECALL, by=coordinator, **recall)
    returns.expect([SerialRange(5, 12)], kind=ExpectedReturn.Kind.RETURN, by=worker, **recall)
    assert [str(each.range) for each in ExpectedReturn.objects.all()] == ["0000001-0000010", "0000011-0000012"]


def test_vouchers_that_went_to_the_same_holder_again_are_not_expected_back(stock_of_food_bank, food_bank, coordinator):
    returns.expect(
        [SerialRange(1, 10)], kind=ExpectedReturn.Kind.RECALL, holder=food_bank, on=DAY, by=coordinator, at=at(DAY)
    )
    later = DAY + timedelta(days=7)
    stock.take_back(SerialRange(1, 4), holder=food_bank, on=DAY, by=coordinator, at=at(DAY))
    accreditation.allocate(SerialRange(1, 4), to=food_bank, on=later, by=coordinator, at=at(later))
    (waiting,) = returns.expected(food_bank)
    assert [*map(str, waiting.left)] == ["0000005-0000010"]
    assert returns.close(waiting.expected, by=coordinator, at=at(later))
    assert not returns.close(waiting.expected, by=coordinator, at=at(later))
    assert returns.expected() == []


# --- valid again ----------------------------------------------------------------------------------------------------


@pytest.fixture
def lost(stock_of_food_bank, food_bank, worker, coordinator) -> SerialRange:
    """Two handed out, two in the drawer and two of Cubiss', all made void."""
    handout.hand_out(food_bank, [SerialRange(47, 48)], on=DAY, by=worker, at=at(DAY))
    everything = SerialRange(47, 52)
    stock.void(everything, reason="lost", on=DAY, by=coordinator, at=at(DAY))
    return everything


def test_two_people_make_lost_vouchers_valid_again_as_they_were(lost, coordinator, finance, food_bank):
    (request,) = revalidation.ask([lost], reason="found", on=DAY, by=coordinator, at=at(DAY))
    assert {status(serial) for serial in lost} == {"void"}, "asking changes nothing"
    revalidation.agree(request, on=DAY, by=finance, at=at(DAY))
    assert [status(serial) for serial in lost] == [
        "handed_out",
        "handed_out",
        "allocated",
        "allocated",
        "in_stock",
        "in_stock",
    ]
    told = StockMovement.objects.filter(kind="revive").order_by("first_serial")
    assert [(str(each.range), each.from_holder, each.to_holder) for each in told] == [
        ("0000047-0000050", food_bank, food_bank),
        ("0000051-0000052", None, None),
    ]
    assert broken() == []


def test_nobody_agrees_with_himself_not_even_past_the_rules(lost, coordinator):
    (request,) = revalidation.ask([lost], reason="mistake", on=DAY, by=coordinator, at=at(DAY))
    for answer in (revalidation.agree, revalidation.decline):
        with pytest.raises(revalidation.NotYours):
            answer(request, by=coordinator, at=at(DAY), **({"on": DAY} if answer is revalidation.agree else {}))
    with pytest.raises(IntegrityError), transaction.atomic():
        RevalidationRequest.objects.filter(pk=request.pk).update(
            decided_by=coordinator, decided_at=at(DAY), agreed=True
        )


def test_a_request_is_decided_once(lost, coordinator, finance):
    (request,) = revalidation.ask([lost], reason="found", on=DAY, by=coordinator, at=at(DAY))
    revalidation.decline(request, by=finance, at=at(DAY))
    with pytest.raises(revalidation.Decided):
        revalidation.agree(request, on=DAY, by=finance, at=at(DAY))
    assert {status(serial) for serial in lost} == {"void"}


def test_of_two_requests_for_the_same_numbers_the_second_is_refused_whole(lost, coordinator, finance):
    first, second = (
        revalidation.ask([serials], reason="found", on=DAY, by=coordinator, at=at(DAY))[0]
        for serials in (SerialRange(47, 49), SerialRange(49, 50))
    )
    revalidation.agree(first, on=DAY, by=finance, at=at(DAY))
    with pytest.raises(stock.StockRefused):
        revalidation.agree(second, on=DAY, by=finance, at=at(DAY))
    assert status(50) == "void"
    second.refresh_from_db()
    assert second.decided_at is None, "a refused answer is no answer"


def test_what_is_not_void_needs_no_revalidation(stock_of_food_bank, lost, coordinator):
    with pytest.raises(stock.StockRefused):
        revalidation.ask([SerialRange(46, 48)], reason="found", on=DAY, by=coordinator, at=at(DAY))
    with pytest.raises(FutureDate):
        revalidation.ask([lost], reason="found", on=DAY + timedelta(days=1), by=coordinator, at=at(DAY))
    assert not RevalidationRequest.objects.exists()


def test_a_void_voucher_whose_hand_out_was_taken_back_returns_to_the_drawer(
    lost, food_bank, worker, coordinator, finance
):
    undone = food_bank.handouts.get(voucher=47)
    handout.undo(undone, reason="typing_error", by=worker, at=at(DAY))
    (request,) = revalidation.ask([SerialRange(47, 47)], reason="found", on=DAY, by=coordinator, at=at(DAY))
    revalidation.agree(request, on=DAY, by=finance, at=at(DAY))
    assert status(47) == "allocated"


# --- a loss, told by who has it ---------------------------------------------------------------------------------------


def test_an_intermediary_can_only_lose_what_is_in_its_own_drawer(stock_of_food_bank, food_bank, worker, coordinator):
    handout.hand_out(food_bank, [SerialRange(1, 1)], on=DAY, by=worker, at=at(DAY))
    loss = {"reason": "lost", "on": DAY, "by": worker, "at": at(DAY), "holder": food_bank}
    for others in (SerialRange(1, 2), SerialRange(50, 51)):
        with pytest.raises(stock.StockRefused):
            stock.void(others, **loss)
    stock.void(SerialRange(2, 11), **loss)
    assert stock.holdings(food_bank) == {"in_stock": 0, "allocated": 39, "handed_out": 1, "redeemed": 0, "void": 10}
    assert StockMovement.objects.get(kind="void").from_holder == food_bank


def test_a_loss_before_they_were_there_is_no_loss(stock_of_food_bank, food_bank, worker):
    early = START - timedelta(days=1)
    with pytest.raises(stock.StockRefused):
        stock.void(SerialRange(2, 3), reason="lost", on=early, by=worker, at=at(DAY), holder=food_bank)
