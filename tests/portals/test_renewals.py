"""The worklist of renewals: tick, answer, take back. It is October 2026; last year's members are a year further."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from libraries import enrolment
from libraries.models import MembershipEnd, MembershipYear
from tests.conftest import at, branch_of
from vouchers.models import Voucher

PAGE = "/bibliotheek/verlengingen/"
BEGIN, LATER = date(2025, 10, 2), date(2026, 10, 15)


@pytest.fixture(autouse=True)
def a_year_later(thursday) -> Iterator[None]:
    """Noon on 15 October 2026."""
    with time_machine.travel(at(LATER), tick=False):
        yield


@pytest.fixture
def members(stock_of_food_bank, venlo, clerk) -> list[MembershipYear]:
    """Three members since 2, 3 and 4 October 2025, and one since 1 November, whose turn comes later."""
    days = [BEGIN, BEGIN + timedelta(days=1), BEGIN + timedelta(days=2), date(2025, 11, 1)]
    for serial, on in enumerate(days, start=1):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=on, by=clerk, at=at(on))
    return list(MembershipYear.objects.order_by("on"))


def listed(response) -> list[int]:
    return [year.enrolment.voucher_id for year in response.context["rows"]]


def answer(client, years, words: str) -> str:
    form = {"year": [year.pk for year in years], "answer": words}
    return client.post(PAGE, form, follow=True).content.decode()


def test_who_began_last_year_is_on_the_list_and_who_is_next_stands_beside_it(vera, members):
    page = vera.get(PAGE)
    assert listed(page) == [1, 2, 3]
    assert [year.enrolment.voucher_id for year in page.context["soon"]] == [4]
    assert "2\xa0okt\xa02026" in page.content.decode()


def test_several_are_renewed_at_once_and_who_has_no_answer_stays(vera, members):
    assert "2 lidmaatschappen zijn verlengd." in answer(vera, members[:2], "renewed")
    assert MembershipYear.objects.filter(ordinal=2).count() == 2
    assert listed(vera.get(PAGE)) == [3]


def test_a_membership_that_stopped_leaves_the_list(vera, members):
    assert "1 lidmaatschap is gestopt." in answer(vera, members[:1], "ended")
    assert listed(vera.get(PAGE)) == [2, 3]
    assert MembershipYear.objects.filter(ordinal=2).count() == 0


def test_pressing_twice_renews_once(vera, members):
    answer(vera, members[:1], "renewed")
    assert "Dit lidmaatschap is al verlengd." in answer(vera, members[:2], "renewed")
    assert MembershipYear.objects.filter(ordinal=2).count() == 2


def test_a_year_that_has_not_begun_waits(vera, members):
    page = answer(vera, members[3:], "renewed")
    assert "Het nieuwe jaar begint op 1 november 2026." in page
    assert MembershipYear.objects.count() == 4


def test_nothing_ticked_is_told(vera, members):
    assert "Vink eerst een of meer lidmaatschappen aan." in answer(vera, [], "renewed")
    bad = vera.post(PAGE, {"year": ["x", "-1", "9" * 30], "answer": "renewed"}, follow=True)
    assert "Vink eerst" in bad.content.decode()


def test_pasted_numbers_tick_their_rows_and_the_rest_is_said_back(vera, members):
    page = vera.post(PAGE, {"numbers": f"1\n{Voucher.objects.get(pk=3).number}\n4\n77\nhallo"})
    words = page.content.decode()
    assert listed(page) == [1, 3]
    assert words.count(" checked") == 3  # both rows, and "all"
    assert ">0000004<" in words and ">0000077<" in words
    assert "“hallo” is geen nummer." in words and "77\nhallo</textarea>" in words.replace("\r", "")
    assert MembershipYear.objects.count() == 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Plak eerst een of meer nummers."), ("1-5000", "Plak hoogstens 1.000 nummers tegelijk.")],
)
def test_a_list_that_cannot_be_read_is_told(vera, members, typed, sentence):
    page = vera.post(PAGE, {"numbers": typed})
    assert sentence in page.content.decode() and listed(page) == [1, 2, 3]


def test_answers_are_taken_back(vera, members):
    answer(vera, members[:1], "renewed")
    answer(vera, members[1:2], "ended")
    year, end = MembershipYear.objects.get(ordinal=2), MembershipEnd.objects.get()
    for address in (f"{PAGE}{year.pk}/terugdraaien/", f"{PAGE}gestopt/{end.pk}/terugdraaien/"):
        assert address in vera.get(PAGE).content.decode()
        assert "Kies wat er gebeurd is." in vera.post(address).content.decode()
        vera.post(address, {"reason": "typing_error"})
        assert "teruggedraaid" in vera.post(address, {"reason": "typing_error"}, follow=True).content.decode()
    assert listed(vera.get(PAGE)) == [1, 2, 3]


def test_a_renewal_in_closed_books_stays(vera, members):
    answer(vera, members[:1], "renewed")
    ClosedQuarter.objects.create(quarter=Quarter(2026, 4), closed_at=at(date(2027, 1, 12)))
    year = MembershipYear.objects.get(ordinal=2)
    address = f"{PAGE}{year.pk}/terugdraaien/"
    assert address not in vera.get(PAGE).content.decode()
    page = vera.post(address, {"reason": "typing_error"}, follow=True).content.decode()
    assert "Deze verlenging is al verrekend in het 4e kwartaal 2026." in page


def test_a_neighbour_answers_for_nobody_else(vera, lars, members):
    answer(lars, members, "renewed")
    assert MembershipYear.objects.count() == 4
    answer(vera, members[:1], "renewed")
    answer(vera, members[1:2], "ended")
    year, end = MembershipYear.objects.get(ordinal=2), MembershipEnd.objects.get()
    assert lars.get(f"{PAGE}{year.pk}/terugdraaien/").status_code == 404
    assert lars.get(f"{PAGE}gestopt/{end.pk}/terugdraaien/").status_code == 404
    assert vera.get(f"{PAGE}{members[0].pk}/terugdraaien/").status_code == 404  # a first year is no renewal


def test_an_empty_list_says_that_there_is_nothing_to_do(lars):
    assert "Niets te doen" in lars.get(PAGE).content.decode()
