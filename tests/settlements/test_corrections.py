"""Corrections: a closed quarter is never edited; the opposite line comes with the next closing, once."""

from datetime import date
from decimal import Decimal

import pytest

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.organisations.models import Programme
from kbl.settlements.closing import closing, unbilled_items
from kbl.settlements.models import Correction, Line
from kbl.settlements.statements.corrections import NotCorrectable
from libraries import renewal
from libraries.models import Enrolment, MembershipYear
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import Q1
from tests.told_once import told_once
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

globals().update(told_once("busy_quarter", of=__package__))

FEBRUARY = at(date(2026, 2, 2))


@pytest.fixture
def handling(closed, food_bank) -> Line:
    """The handling of one of the food bank's hand-outs that no library has seen yet."""
    return closed.statements.get(organisation=food_bank).lines.order_by("serial").last()


@pytest.fixture
def fee(closed, venlo) -> Line:
    """The fee of one of Venlo's memberships, begun on 3 October 2025."""
    return closed.statements.get(organisation=venlo).lines.first()


@pytest.mark.both_engines
def test_the_opposite_line_comes_with_the_next_closing(handling, food_bank, coordinator, close):
    by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)

    opposite = close(Q1, date(2026, 4, 12)).statements.get(organisation=food_bank).lines.get()

    assert opposite.corrects == handling
    assert (opposite.net, opposite.on, opposite.tariff, opposite.vat_rate) == (
        -handling.net,
        handling.on,
        handling.tariff,
        handling.vat_rate,
    )
    handling.statement.refresh_from_db()
    assert handling.statement.net == Decimal("20.00")  # what was issued stays what it was


@pytest.mark.both_engines
def test_the_preview_shows_the_correction_too(handling, food_bank, coordinator):
    by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)
    party = next(each for each in closing.preview(Q1, at=FEBRUARY) if each.organisation == food_bank)
    assert (party.lines, party.corrections, party.net) == (1, 1, Decimal("-4.00"))


@pytest.mark.both_engines
def test_a_hand_out_taken_back_may_be_reported_again_and_is_paid_again(handling, food_bank, worker, coordinator, close):
    by_two.correct(handling, reason="wrong_date", by=coordinator, at=FEBRUARY)
    assert Voucher.objects.get(pk=handling.serial).status == "allocated"
    again = [SerialRange(handling.serial, handling.serial)]
    handout.hand_out(food_bank, again, on=date(2026, 2, 1), by=worker, at=FEBRUARY)

    statement = close(Q1, date(2026, 4, 12)).statements.get(organisation=food_bank)

    assert sorted(statement.lines.values_list("net", flat=True)) == [Decimal("-4.00"), Decimal("4.00")]
    assert statement.net == 0
    assert statement.number == "DECL-2026-0001"  # something happened, so it is no nil report


@pytest.mark.both_engines
def test_a_hand_out_behind_a_membership_leaves_the_membership_alone(closed, food_bank, coordinator):
    line = closed.statements.get(organisation=food_bank).lines.order_by("serial").first()
    by_two.correct(line, reason="typing_error", by=coordinator, at=FEBRUARY)
    assert Voucher.objects.get(pk=line.serial).status == "redeemed"
    assert not Handout.objects.standing().filter(voucher=line.serial).exists()
    assert Enrolment.objects.standing().filter(voucher=line.serial).exists()


@pytest.mark.both_engines
def test_the_first_year_takes_the_enrolment_and_its_later_years_along(fee, venlo, manager, coordinator, close):
    year = fee.membership_year
    for number, day in ((1, 12), (2, 12), (3, 12)):
        close(Q1 if number == 1 else type(Q1)(2026, number), date(2026, 1 + 3 * number, day))
    second = renewal.renew(year, by=manager, at=at(date(2026, 10, 20)))
    billed = close(type(Q1)(2026, 4), date(2027, 1, 12)).statements.get(organisation=venlo).lines.get()
    assert billed.membership_year == second

    by_two.correct(fee, reason="did_not_happen", by=coordinator, at=at(date(2027, 1, 20)))

    assert {each.line for each in Correction.objects.all()} == {fee, billed}
    assert not MembershipYear.objects.standing().filter(enrolment=year.enrolment).exists()
    assert Voucher.objects.get(pk=fee.serial).status == "handed_out"
    statement = close(type(Q1)(2027, 1), date(2027, 4, 12)).statements.get(organisation=venlo)
    assert statement.net == Decimal("-87.00")  # 42 for the first year, 45 for the second


@pytest.mark.both_engines
def test_a_later_year_is_taken_back_alone(fee, manager, coordinator):
    second = renewal.renew(fee.membership_year, by=manager, at=at(date(2026, 10, 20)))
    for number in (1, 2, 3, 4):
        quarter = type(Q1)(2026, number)
        shut = closing.close(quarter, by=coordinator, at=at(date(2027, 1, 12)))
    billed = Line.objects.get(statement__closing=shut, membership_year=second)

    by_two.correct(billed, reason="did_not_happen", by=coordinator, at=at(date(2027, 1, 20)))

    assert MembershipYear.objects.standing().filter(enrolment=second.enrolment_id).count() == 1
    assert Voucher.objects.get(pk=fee.serial).status == "redeemed"


@pytest.mark.both_engines
def test_the_middle_of_three_years_takes_the_last_along(fee, venlo, manager, coordinator, close):
    """Money back is membership back: the third year does not stand without the second."""
    second = renewal.renew(fee.membership_year, by=manager, at=at(date(2026, 10, 20)))
    third = renewal.renew(second, by=manager, at=at(date(2027, 10, 20)))
    while (quarter := closing.next_to_close()) <= type(Q1)(2027, 4):
        close(quarter, date(2028, 1, 12))
    lines = {each.membership_year_id: each for each in Line.objects.filter(membership_year__enrolment=second.enrolment)}

    by_two.correct(lines[second.pk], reason="did_not_happen", by=coordinator, at=at(date(2028, 1, 20)))

    assert {each.line for each in Correction.objects.all()} == {lines[second.pk], lines[third.pk]}
    assert list(MembershipYear.objects.standing().filter(enrolment=second.enrolment)) == [fee.membership_year]
    assert Voucher.objects.get(pk=fee.serial).status == "redeemed"


@pytest.mark.both_engines
def test_a_year_from_before_the_programme_is_on_no_line(busy_quarter, venlo, close):
    """The programme's first day was moved after the books began: the fund pays from that day on."""
    Programme.objects.update(starts_on=date(2025, 10, 4))
    assert unbilled_items.memberships(date(2025, 12, 31), FEBRUARY).count() == 2
    lines = close(busy_quarter, date(2026, 1, 12)).statements.get(organisation=venlo).lines
    assert sorted(lines.values_list("on", flat=True)) == [date(2025, 10, 4), date(2025, 10, 5)]


@pytest.mark.both_engines
def test_a_line_is_corrected_once(handling, coordinator):
    by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)
    with pytest.raises(NotCorrectable) as refused:
        by_two.correct(handling, reason="wrong_date", by=coordinator, at=FEBRUARY)
    assert refused.value.reason == NotCorrectable.Reason.ALREADY_CORRECTED
    assert Correction.objects.get().reason == "twice"


@pytest.mark.both_engines
def test_a_correction_is_not_corrected(handling, coordinator, food_bank, close):
    by_two.correct(handling, reason="twice", by=coordinator, at=FEBRUARY)
    opposite = close(Q1, date(2026, 4, 12)).statements.get(organisation=food_bank).lines.get()
    with pytest.raises(NotCorrectable) as refused:
        by_two.correct(opposite, reason="twice", by=coordinator, at=at(date(2026, 4, 13)))
    assert refused.value.reason == NotCorrectable.Reason.IS_CORRECTION
