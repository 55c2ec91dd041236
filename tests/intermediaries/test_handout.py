"""Handing out: which numbers go, which do not and why, and taking one back."""

from collections.abc import Sequence
from datetime import date

import pytest

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.handouts.handout import HandoutNotUndoable, HandoutPreview, HandoutRefused
from intermediaries.handouts.rule import HandoutReason, HandoutRefusal, HandoutUndoReason
from intermediaries.models import Handout
from kbl.organisations.closing_lock import closing_that_froze, frozen
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from libraries import enrolment
from tests.conftest import START, at, branch_of
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines
DAY = date(2025, 10, 2)


def preview(organisation, *ranges: SerialRange, on: date = DAY) -> HandoutPreview:
    return handout.preview(organisation, list(ranges), on=on, today=max(on, DAY))


def one(serial: int) -> SerialRange:
    return SerialRange(serial, serial)


@pytest.fixture
def give(food_bank, worker):
    """The food bank records hand-outs."""

    def record(*ranges: SerialRange, on: date = DAY, heard: date | None = None) -> int:
        return handout.hand_out(food_bank, list(ranges), on=on, by=worker, at=at(heard or on))

    return record


def reasons(refused: Sequence[HandoutRefusal]) -> dict[str, list[str]]:
    return {each.reason: [str(serials) for serials in each.serials] for each in refused}


def test_a_preview_says_of_every_number_what_will_happen(stock_of_food_bank, food_bank, welfare, give, coordinator):
    first = stock_of_food_bank.first
    give(one(first))
    seen = preview(food_bank, SerialRange(first, first + 3), one(first + 60))
    assert [str(serials) for serials in seen.good] == [str(SerialRange(first + 1, first + 3))]
    assert seen.count == 3
    assert reasons(seen.refused) == {
        HandoutReason.ALREADY: [str(one(first))],
        HandoutReason.UNKNOWN: [str(one(first + 60))],
    }


def test_a_neighbours_stock_is_simply_unknown(stock_of_food_bank, welfare):
    seen = preview(welfare, one(stock_of_food_bank.first))
    assert list(reasons(seen.refused)) == [HandoutReason.UNKNOWN]


def test_a_voucher_goes_out_on_a_day_that_it_was_there_and_valid(stock_of_food_bank, food_bank):
    first = one(stock_of_food_bank.first)
    assert list(reasons(preview(food_bank, first, on=date(2025, 8, 31)).refused)) == [HandoutReason.NOT_YET_HELD]
    assert list(reasons(preview(food_bank, first, on=date(2028, 1, 1)).refused)) == [HandoutReason.EXPIRED]


def test_a_voucher_goes_out_on_its_first_and_on_its_last_day(stock_of_food_bank, food_bank):
    """Through the preview as well: the day of receipt itself, and the last day of its validity."""
    first = one(stock_of_food_bank.first)
    for edge in (START, date(2027, 12, 31)):
        seen = handout.preview(food_bank, [first], on=edge, today=edge)
        assert (list(seen.good), seen.refused) == ([first], ())


def test_recording_asks_the_rule_again(stock_of_food_bank, give):
    """Whoever records without a preview meets the same day; the day of receipt itself is good."""
    first = one(stock_of_food_bank.first)
    with pytest.raises(HandoutRefused) as refused:
        give(first, on=date(2025, 8, 31), heard=DAY)
    [why] = refused.value.refused
    assert (why.reason, why.possible_day) == (HandoutReason.NOT_YET_HELD, START)
    assert not Handout.objects.exists()
    give(first, on=START, heard=DAY)


def test_numbers_with_another_possible_day_are_told_apart(stock_of_food_bank, food_bank, coordinator):
    later = date(2025, 9, 20)
    moved = SerialRange(stock_of_food_bank.last + 1, stock_of_food_bank.last + 2)
    accreditation.allocate(moved, to=food_bank, on=later, by=coordinator, at=at(later))
    seen = preview(food_bank, SerialRange(moved.first - 2, moved.last), on=date(2025, 8, 31))
    assert [(each.count, each.possible_day) for each in seen.refused] == [(2, START), (2, later)]


def test_all_numbers_are_recorded_or_none(stock_of_food_bank, give):
    first = stock_of_food_bank.first
    give(one(first + 2))
    with pytest.raises(HandoutRefused) as refused:
        give(SerialRange(first, first + 4))
    assert reasons(refused.value.refused) == {HandoutReason.ALREADY: [str(one(first + 2))]}
    assert Handout.objects.count() == 1
    assert Voucher.objects.get(pk=first).status == "allocated"


def test_nothing_goes_out_tomorrow(stock_of_food_bank, give):
    with pytest.raises(HandoutRefused) as refused:
        give(one(stock_of_food_bank.first), on=date(2025, 10, 3), heard=DAY)
    assert list(reasons(refused.value.refused)) == [HandoutReason.FUTURE]
    assert not Handout.objects.exists()


def test_the_library_may_report_before_the_intermediary(voucher, give, venlo, clerk):
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    give(one(voucher.pk), on=DAY, heard=date(2025, 10, 9))
    voucher.refresh_from_db()
    assert voucher.status == "redeemed"
    assert voucher.handouts.get().accreditation is not None


def test_after_the_accreditation_a_handout_is_kept_and_earns_nothing(voucher, food_bank, give):
    food_bank.accreditations.update(valid_until=date(2025, 10, 1))
    give(one(voucher.pk))
    assert voucher.handouts.get().accreditation is None


def test_a_handout_that_is_taken_back_lies_in_the_drawer_again(voucher, give, worker):
    give(one(voucher.pk))
    handout.undo(voucher.handouts.get(), reason="typing_error", by=worker, at=at(DAY, 13))
    voucher.refresh_from_db()
    assert voucher.status == "allocated"
    assert voucher.handouts.get().get_revoke_reason_display() == "vergist in het nummer"
    give(one(voucher.pk), on=DAY, heard=date(2025, 10, 4))
    assert voucher.handouts.count() == 2


def test_a_handout_is_taken_back_once(voucher, give, worker):
    give(one(voucher.pk))
    record = voucher.handouts.get()
    handout.undo(record, reason="twice", by=worker, at=at(DAY, 13))
    with pytest.raises(HandoutNotUndoable) as refused:
        handout.undo(record, reason="twice", by=worker, at=at(DAY, 14))
    assert refused.value.reason == HandoutUndoReason.REVOKED


def test_somebody_is_a_member_with_it_so_the_handout_stays(voucher, give, worker, venlo, clerk):
    give(one(voucher.pk))
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    with pytest.raises(HandoutNotUndoable) as refused:
        handout.undo(voucher.handouts.get(), reason="typing_error", by=worker, at=at(DAY, 15))
    assert refused.value.reason == HandoutUndoReason.REDEEMED
    assert voucher.handouts.get().stands


def test_closed_books_keep_a_handout(stock_of_food_bank, give, worker, coordinator):
    first = stock_of_food_bank.first
    give(one(first), on=date(2025, 9, 20))
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    give(one(first + 1), on=date(2025, 9, 21), heard=date(2025, 10, 13))
    early, late = Handout.objects.order_by("on")
    with pytest.raises(HandoutNotUndoable) as refused:
        handout.undo(early, reason="typing_error", by=worker, at=at(date(2025, 10, 14)))
    assert refused.value.reason == HandoutUndoReason.QUARTER_CLOSED
    handout.undo(late, reason="typing_error", by=worker, at=at(date(2025, 10, 14)))


def test_a_list_knows_what_is_frozen_as_the_undo_does(stock_of_food_bank, give, coordinator):
    first = stock_of_food_bank.first
    days = [(date(2025, 9, 20), date(2025, 9, 20)), (date(2025, 9, 21), date(2025, 10, 13)), (DAY, DAY)]
    for i, (on, heard) in enumerate(days):
        give(one(first + i), on=on, heard=heard)
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    facts = list(Handout.objects.all())
    assert frozen(facts) == {each.pk for each in facts if closing_that_froze(each.on, each.recorded_at)}
    assert len(frozen(facts)) == 1
