"""Discrepancies: each class finds its own, with an owner, an age and a next step, and lets go when the facts agree."""

from datetime import date, timedelta

import pytest

from intermediaries.handouts import handout
from intermediaries.models import Accreditation
from kbl.discrepancies import reconciliation
from kbl.discrepancies.conversion import conversions
from kbl.discrepancies.discrepancy import WorklistRow
from libraries import enrolment
from libraries.enrolment import VoucherRefused
from tests.conftest import at, branch_of
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)
LATER = DAY + reconciliation.PATIENCE


def found(slug: str, on: date) -> list[WorklistRow]:
    """The rows of one class, as the page shows them; the overview counts the same."""
    (each,) = [each for each in reconciliation.DISCREPANCIES if each.slug == slug]
    rows = [each.row(fact, on) for fact in each.find(on)]
    (counted,) = [row for row in reconciliation.overview(on) if row.discrepancy is each]
    assert counted.count == len(rows)
    assert counted.oldest == (max(row.age for row in rows) if rows else None)
    return rows


def refused(library, number, on, by):
    with pytest.raises(VoucherRefused):
        enrolment.redeem(number, branch=branch_of(library), kind="new", on=on, by=by, at=at(on))


def test_redeemed_before_it_was_reported(voucher, venlo, food_bank, worker, enrol):
    enrol(venlo, voucher.pk, DAY)

    (row,) = found("niet-gemeld", DAY + timedelta(days=10))
    assert (row.serial, row.organisation, row.age) == (voucher.pk, food_bank, 10)
    assert "Venlo" in row.words

    handout.hand_out(food_bank, [SerialRange(voucher.pk, voucher.pk)], on=DAY, by=worker, at=at(DAY))
    assert found("niet-gemeld", DAY + timedelta(days=10)) == []


def test_handed_out_and_never_redeemed_shows_after_ninety_days(food_bank, worker, venlo, give, enrol):
    serials = give(food_bank, worker, 2, DAY)
    assert found("niet-ingewisseld", LATER - timedelta(days=1)) == []
    assert [row.serial for row in found("niet-ingewisseld", LATER)] == [serials.first, serials.last]

    enrol(venlo, serials.first, LATER)
    assert [row.serial for row in found("niet-ingewisseld", LATER)] == [serials.last]


def test_a_voucher_that_was_lost_is_settled(food_bank, worker, coordinator, give):
    serials = give(food_bank, worker, 1, DAY)
    stock.void(serials, reason="lost", on=LATER, by=coordinator, at=at(LATER))
    assert found("niet-ingewisseld", LATER) == []
    assert conversions(LATER) == []


def test_a_number_offered_at_two_libraries(voucher, venlo, landgraaf, clerk, other_clerk, enrol):
    enrol(venlo, voucher.pk, DAY)
    refused(venlo, voucher.number, DAY, clerk)  # a desk that tries again is no dispute
    refused(landgraaf, voucher.number, DAY + timedelta(days=1), other_clerk)

    (row,) = found("twee-keer", DAY + timedelta(days=3))
    assert (row.organisation, row.age) == (landgraaf, 2)
    assert "Bibliotheek Venlo" in row.words


def test_refused_offers_each_with_a_next_step_of_their_own(
    batch, stock_of_food_bank, venlo, gennep, clerk, coordinator, enrol, make_user
):
    lost, early, ours = (
        Voucher.objects.get(pk=serial)
        for serial in (stock_of_food_bank.first, stock_of_food_bank.first + 1, batch.last_serial)
    )
    stock.void(SerialRange(lost.pk, lost.pk), reason="lost", on=DAY, by=coordinator, at=at(DAY))
    refused(venlo, lost.number, DAY, clerk)
    refused(venlo, ours.number, DAY, clerk)
    refused(gennep, early.number, date(2025, 9, 20), clerk)

    rows = found("geweigerd", DAY)
    assert [row.serial for row in rows] == [early.pk, lost.pk, ours.pk]
    assert len({row.next_step for row in rows}) == 3

    enrol(gennep, early.pk, DAY)  # the library has started now
    assert [row.serial for row in found("geweigerd", DAY)] == [lost.pk, ours.pk]


def test_handed_out_without_accreditation(food_bank, worker, give):
    Accreditation.objects.filter(organisation=food_bank).update(valid_until=date(2025, 9, 30))
    serials = give(food_bank, worker, 1, DAY)
    (row,) = found("zonder-accreditatie", DAY)
    assert (row.serial, row.organisation) == (serials.first, food_bank)


def test_a_low_conversion_stands_out(food_bank, welfare, worker, other_worker, venlo, give, enrol):
    good, poor = give(food_bank, worker, 6, DAY), give(welfare, other_worker, 6, DAY)
    for serial in good:
        enrol(venlo, serial, DAY)
    enrol(venlo, poor.first, DAY)

    worst, best = conversions(LATER)
    assert (worst.organisation, worst.handed_out, worst.redeemed, worst.low) == (welfare, 6, 1, True)
    assert (best.organisation, best.ratio, best.low) == (food_bank, 1, False)


def test_few_hand_outs_say_nothing(food_bank, welfare, worker, other_worker, venlo, give, enrol):
    for serial in give(food_bank, worker, 6, DAY):
        enrol(venlo, serial, DAY)
    give(welfare, other_worker, 4, DAY)
    assert not any(each.low for each in conversions(LATER))


def test_books_in_order_have_no_discrepancies(busy_quarter):
    assert {each.count for each in reconciliation.overview(date(2025, 12, 1))} == {0}
