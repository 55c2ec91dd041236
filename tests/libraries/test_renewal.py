"""Further membership years: the fund pays one again only when the library says so."""

from datetime import date

import pytest

from kbl.eligibility import NotEligible
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from libraries import enrolment, renewal
from libraries.eligibility.renewing import NotAnswerable
from libraries.eligibility.undoing import AnswerStays
from libraries.models import Enrolment, MembershipYear
from tests.conftest import at, branch_of
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Voucher

pytestmark = pytest.mark.both_engines
BEGIN, YEAR_ON = date(2025, 10, 2), date(2026, 10, 2)


@pytest.fixture
def member(voucher, venlo, clerk) -> Enrolment:
    """Astrid, since 2 October 2025."""
    return enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=BEGIN, by=clerk, at=at(BEGIN))


@pytest.fixture
def year(member) -> MembershipYear:
    """Her first year."""
    return member.years.get()


def reason_of(action, *args, **how) -> str:
    with pytest.raises(NotEligible) as refused:
        action(*args, **how)
    return refused.value.reason


def test_a_membership_asks_for_an_answer_a_month_before_its_year_is_over(year, venlo, landgraaf):
    assert list(renewal.due(venlo, on=date(2026, 9, 1))) == []
    assert list(renewal.due(venlo, on=date(2026, 9, 2))) == [year]
    assert list(renewal.due(venlo, on=date(2027, 1, 1))) == [year]
    assert list(renewal.due(landgraaf, on=YEAR_ON)) == []


def test_a_renewal_is_the_next_year_from_the_same_day(year, venlo, clerk):
    second = renewal.renew(year, by=clerk, at=at(YEAR_ON))
    assert (second.ordinal, second.on) == (2, YEAR_ON)
    assert list(renewal.due(venlo, on=YEAR_ON)) == []
    assert list(renewal.due(venlo, on=date(2027, 10, 2))) == [second]


def test_a_year_is_confirmed_once_it_has_begun(year, clerk):
    for answer in (renewal.renew, renewal.end):
        assert reason_of(answer, year, by=clerk, at=at(date(2026, 10, 1))) == NotAnswerable.NOT_YET


def test_a_year_is_confirmed_once(year, clerk):
    renewal.renew(year, by=clerk, at=at(YEAR_ON))
    assert reason_of(renewal.renew, year, by=clerk, at=at(YEAR_ON)) == NotAnswerable.RENEWED
    assert MembershipYear.objects.count() == 2


def test_of_three_years_the_last_comes_off_first(year, clerk):
    second = renewal.renew(year, by=clerk, at=at(YEAR_ON))
    third = renewal.renew(second, by=clerk, at=at(date(2027, 10, 2)))
    told = {"reason": "twice", "by": clerk, "at": at(date(2027, 10, 3))}
    assert reason_of(renewal.undo, second, **told) == AnswerStays.FOLLOWED
    renewal.undo(third, **told)
    renewal.undo(second, **told)
    assert list(MembershipYear.objects.standing()) == [year]


def test_a_membership_that_stopped_is_not_asked_again_until_that_is_taken_back(year, venlo, clerk):
    ended = renewal.end(year, by=clerk, at=at(YEAR_ON))
    assert list(renewal.due(venlo, on=YEAR_ON)) == []
    assert reason_of(renewal.renew, year, by=clerk, at=at(YEAR_ON)) == NotAnswerable.ENDED
    assert reason_of(renewal.end, year, by=clerk, at=at(YEAR_ON)) == NotAnswerable.ENDED
    renewal.undo_end(ended, reason="typing_error", by=clerk, at=at(YEAR_ON, 13))
    assert list(renewal.due(venlo, on=YEAR_ON)) == [year]
    assert renewal.renew(year, by=clerk, at=at(YEAR_ON, 14)).stands
    assert reason_of(renewal.undo_end, ended, reason="twice", by=clerk, at=at(YEAR_ON, 15)) == AnswerStays.REVOKED


def test_a_redemption_that_was_undone_renews_nothing(member, year, clerk):
    enrolment.undo(member, reason="twice", by=clerk, at=at(BEGIN, 13), on=BEGIN)
    year.refresh_from_db()
    assert reason_of(renewal.renew, year, by=clerk, at=at(YEAR_ON)) == NotAnswerable.REVOKED


def test_a_renewal_can_be_taken_back_until_it_is_in_closed_books(year, clerk, coordinator, venlo):
    second = renewal.renew(year, by=clerk, at=at(YEAR_ON))
    renewal.undo(second, reason="did_not_happen", by=clerk, at=at(YEAR_ON, 13))
    assert list(renewal.due(venlo, on=YEAR_ON)) == [year]
    assert reason_of(renewal.undo, second, reason="twice", by=clerk, at=at(YEAR_ON, 14)) == AnswerStays.REVOKED
    again = renewal.renew(year, by=clerk, at=at(YEAR_ON, 15))
    quarter = Quarter(2025, 1)
    while quarter <= Quarter(2026, 4):
        closing.close(quarter, by=coordinator, at=at(date(2027, 1, 12)))
        quarter = quarter.next
    assert reason_of(renewal.undo, again, reason="twice", by=clerk, at=at(date(2027, 1, 13))) == AnswerStays.BILLED


def test_the_first_year_is_undone_with_its_redemption_only(year, clerk):
    assert reason_of(renewal.undo, year, reason="twice", by=clerk, at=at(BEGIN)) == AnswerStays.FIRST_YEAR


def test_no_year_begins_after_the_programme(member, year, clerk, programme):
    programme.ends_on = date(2026, 10, 1)
    programme.save()
    assert reason_of(renewal.renew, year, by=clerk, at=at(YEAR_ON)) == NotAnswerable.OUTSIDE_PROGRAMME
    assert list(renewal.due(member.library, on=YEAR_ON)) == []


def test_a_leap_day_member_renews_on_the_last_of_february(food_bank, venlo, clerk, programme):
    programme.starts_on, programme.ends_on = date(2024, 1, 1), date(2028, 12, 31)
    programme.save()
    new_year = date(2024, 1, 1)
    early = make_batch(1, medium="paper", valid_until=programme.ends_on, on=new_year, by=clerk, at=at(new_year))
    stock.allocate(early.range, to=food_bank, on=new_year, by=clerk, at=at(new_year))
    voucher = Voucher.objects.get(pk=early.first_serial)
    venlo.participation.starts_on = date(2024, 1, 1)
    venlo.participation.save()
    town = branch_of(venlo).municipality
    town.starts_on = date(2024, 1, 1)
    town.save()
    leap = date(2024, 2, 29)
    made = enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=leap, by=clerk, at=at(leap))
    last_of_february = date(2025, 2, 28)
    assert list(renewal.answerable(venlo, on=last_of_february)) == [made.years.get()]
    assert renewal.renew(made.years.get(), by=clerk, at=at(last_of_february)).on == last_of_february
