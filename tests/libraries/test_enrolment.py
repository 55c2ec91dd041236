"""Redeeming: what the desk may do, what it hears when it may not, and what it takes back."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from intermediaries.handouts import handout
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from libraries import enrolment, renewal
from libraries.desk_question import GUESSES_PER_ACCOUNT, TooManyGuesses
from libraries.eligibility.undoing import NotUndoable, RedemptionStays
from libraries.enrolment import KeyReused, VoucherRefused
from libraries.models import Enrolment, MembershipYear, Refusal
from tests.conftest import at, branch_of
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import Number, SerialRange

pytestmark = pytest.mark.both_engines
DAY = date(2025, 10, 2)
Reason = Refusal.Reason


@pytest.fixture
def redeem(venlo, clerk):
    """Venlo's desk redeems."""

    def make(number: Number, *, on: date = DAY, kind: str = "new", key=None, library=None, by=None, heard=None):
        branch = branch_of(library or venlo)
        return enrolment.redeem(
            number, branch=branch, kind=kind, on=on, by=by or clerk, at=at(heard or max(on, DAY)), key=key
        )

    return make


def refused(redeem, number: Number, **how) -> VoucherRefused:
    with pytest.raises(VoucherRefused) as caught:
        redeem(number, **how)
    return caught.value


def test_tanya_brings_a_voucher_and_is_a_member(voucher, food_bank, worker, redeem):
    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=DAY, by=worker, at=at(DAY, 9))
    made = redeem(voucher.number)
    assert (made.kind, made.on, made.years.get().ordinal) == ("new", DAY, 1)
    voucher.refresh_from_db()
    assert voucher.status == "redeemed"


def test_nobody_is_sent_away_because_a_handout_was_not_reported(voucher, redeem):
    assert redeem(voucher.number).stands


def test_truus_was_a_member_and_converts(voucher, redeem):
    assert redeem(voucher.number, kind="conversion").get_kind_display() == "bestaand lid, wordt gratis"


def test_the_wrong_digits_are_an_unknown_number_and_the_number_is_not_kept(voucher, redeem):
    wrong = Number(voucher.pk, f"{(int(voucher.secret) + 1) % 1_000_000:06}")
    assert refused(redeem, wrong).reason == Reason.UNKNOWN
    kept = Refusal.objects.get()
    assert (kept.reason, kept.voucher) == (Reason.UNKNOWN, None)


def test_a_voucher_is_redeemed_once(voucher, redeem, landgraaf, other_clerk):
    redeem(voucher.number)
    again = refused(redeem, voucher.number, library=landgraaf, by=other_clerk)
    assert (again.reason, again.voucher) == (Reason.ALREADY_REDEEMED, voucher)
    assert Refusal.objects.get().library == landgraaf


def test_a_voucher_that_was_made_invalid_is_refused(voucher, redeem, coordinator):
    stock.void(SerialRange(voucher.pk, voucher.pk), reason="stolen", on=DAY, by=coordinator, at=at(DAY, 9))
    assert refused(redeem, voucher.number).reason == Reason.VOID


def test_a_voucher_that_never_left_cubiss_is_refused(batch, redeem):
    lying = Voucher.objects.get(pk=batch.last_serial)
    assert refused(redeem, lying.number).reason == Reason.NOT_ALLOCATED


def test_the_last_day_of_a_voucher_is_a_good_day(voucher, redeem):
    voucher.batch.valid_until = DAY
    voucher.batch.save()
    assert refused(redeem, voucher.number, on=DAY + timedelta(days=1)).day == DAY
    assert redeem(voucher.number, on=DAY).stands


def test_a_membership_counts_from_the_day_that_library_and_municipality_take_part(voucher, redeem, venlo):
    before = refused(redeem, voucher.number, on=date(2025, 8, 31))
    assert (before.reason, before.day) == (Reason.NOT_STARTED, date(2025, 9, 1))
    town = branch_of(venlo).municipality
    town.starts_on = date(2025, 11, 1)
    town.save()
    assert refused(redeem, voucher.number).day == date(2025, 11, 1)
    town.starts_on = None
    town.save()
    assert refused(redeem, voucher.number).day is None


def test_a_library_that_does_not_take_part_is_told_so(voucher, redeem, venlo):
    venlo.participation.delete()
    assert refused(redeem, voucher.number).reason == Reason.NOT_STARTED


def test_no_membership_begins_after_the_programme(voucher, redeem, programme):
    voucher.batch.valid_until = date(2028, 12, 31)
    voucher.batch.save()
    late = refused(redeem, voucher.number, on=date(2028, 1, 1))
    assert (late.reason, late.day) == (Reason.OUTSIDE_PROGRAMME, programme.ends_on)


def test_no_membership_begins_tomorrow(voucher, redeem):
    tomorrow = refused(redeem, voucher.number, on=DAY + timedelta(days=1), heard=DAY)
    assert (tomorrow.reason, tomorrow.day) == (Reason.FUTURE, DAY)
    assert not Refusal.objects.exists()


def test_pressing_again_gives_the_same_answer(voucher, redeem):
    key = uuid4()
    assert redeem(voucher.number, key=key) == redeem(voucher.number, key=key)
    assert Enrolment.objects.count() == MembershipYear.objects.count() == 1
    assert not Refusal.objects.exists()


def test_another_librarys_press_with_the_same_key_is_not_the_first_ones_answer(voucher, redeem, landgraaf, other_clerk):
    """Whoever knows a form's key learns nothing and gets nothing: the voucher was redeemed at Venlo."""
    key = uuid4()
    made = redeem(voucher.number, key=key)
    elsewhere = refused(redeem, voucher.number, key=key, library=landgraaf, by=other_clerk)
    assert elsewhere.reason == Reason.ALREADY_REDEEMED
    assert list(Enrolment.objects.all()) == [made]


def test_a_library_redeems_from_its_first_day_on(voucher, redeem, landgraaf, other_clerk):
    first = date(2025, 9, 15)
    told = {"library": landgraaf, "by": other_clerk}
    early = refused(redeem, voucher.number, on=first - timedelta(days=1), **told)
    assert (early.reason, early.day) == (Reason.NOT_STARTED, first)
    assert redeem(voucher.number, on=first, **told).on == first, "the day itself"


def test_a_key_of_another_voucher_is_not_the_same_press(stock_of_food_bank, redeem):
    key = uuid4()
    first, second = Voucher.objects.filter(pk__in=[stock_of_food_bank.first, stock_of_food_bank.last])
    redeem(first.number, key=key)
    with pytest.raises(KeyReused):
        redeem(second.number, key=key)
    second.refresh_from_db()
    assert second.status == "allocated"


def test_asking_changes_nothing_but_a_refusal_is_kept(voucher, venlo, clerk, redeem):
    branch = branch_of(venlo)
    assert enrolment.check(voucher.number, branch=branch, on=DAY, by=clerk, at=at(DAY)) == voucher
    redeem(voucher.number)
    with pytest.raises(VoucherRefused):
        enrolment.check(voucher.number, branch=branch, on=DAY, by=clerk, at=at(DAY))
    assert Refusal.objects.get().voucher == voucher


def test_who_guesses_waits_and_other_libraries_do_not(voucher, redeem, landgraaf, other_clerk):
    wrong = Number(voucher.pk, f"{(int(voucher.secret) + 1) % 1_000_000:06}")
    for _ in range(GUESSES_PER_ACCOUNT):
        refused(redeem, wrong)
    with pytest.raises(TooManyGuesses) as pause:
        redeem(voucher.number)
    assert pause.value.again_at == at(DAY) + timedelta(minutes=10)
    assert redeem(voucher.number, library=landgraaf, by=other_clerk).stands


def test_an_undone_redemption_frees_the_voucher(voucher, food_bank, worker, redeem, clerk):
    made = redeem(voucher.number)
    enrolment.undo(made, reason="wrong_date", by=clerk, at=at(DAY, 13), on=DAY)
    voucher.refresh_from_db()
    assert (voucher.status, made.years.get().stands) == ("allocated", False)
    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=DAY, by=worker, at=at(DAY, 14))
    again = redeem(voucher.number)
    enrolment.undo(again, reason="twice", by=clerk, at=at(DAY, 15), on=DAY)
    voucher.refresh_from_db()
    assert voucher.status == "handed_out"
    with pytest.raises(NotUndoable) as twice:
        enrolment.undo(again, reason="twice", by=clerk, at=at(DAY, 16), on=DAY)
    assert twice.value.reason == RedemptionStays.REVOKED


def test_the_desk_takes_back_until_the_quarter_is_over(voucher, redeem, clerk):
    made = redeem(voucher.number)
    with pytest.raises(NotUndoable) as late:
        enrolment.undo(made, reason="twice", by=clerk, at=at(date(2026, 1, 1)), on=date(2026, 1, 1))
    assert late.value.reason == RedemptionStays.QUARTER_OVER
    enrolment.undo(made, reason="twice", by=clerk, at=at(date(2025, 12, 31)), on=date(2025, 12, 31))


def test_a_redemption_that_came_late_waits_for_the_next_closing(voucher, redeem, coordinator):
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    made = redeem(voucher.number, on=date(2025, 9, 20), heard=date(2025, 10, 13))
    fourth = closing.close(Quarter(2025, 4), by=coordinator, at=at(date(2026, 1, 12)))
    line = made.years.get().lines.get()
    assert (line.statement.closing, line.quarter) == (fourth, Quarter(2025, 3))


def test_a_renewed_membership_is_not_undone_from_its_beginning(voucher, redeem, clerk):
    made = redeem(voucher.number)
    renewal.renew(made.years.get(), by=clerk, at=at(date(2026, 10, 2)))
    with pytest.raises(NotUndoable) as refusal:
        enrolment.undo(made, reason="twice", by=clerk, at=at(date(2026, 10, 2)), on=date(2025, 12, 30))
    assert refusal.value.reason == RedemptionStays.RENEWED
