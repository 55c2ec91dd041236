"""The worklist of renewals: tick, answer, take back. It is October 2026; last year's members are a year further."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from libraries import enrolment
from libraries.eligibility import undoing
from libraries.eligibility.renewing import refused_numbers
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
    assert "0000001: Dit lidmaatschap is al verlengd, vanaf 2 oktober 2026." in answer(vera, members[:2], "renewed")
    assert MembershipYear.objects.filter(ordinal=2).count() == 2


def test_a_year_that_has_not_begun_waits(vera, members):
    page = answer(vera, members[3:], "renewed")
    assert "Het nieuwe jaar begint op 1 november 2026." in page
    assert MembershipYear.objects.count() == 4


def test_nothing_ticked_is_told(vera, members):
    assert "Vink eerst een of meer lidmaatschappen aan." in answer(vera, [], "renewed")
    bad = vera.post(PAGE, {"year": ["x", "-1", "9" * 30], "answer": "renewed"}, follow=True)
    assert "Vink eerst" in bad.content.decode()


def paste(client, typed: str, meant: str = "renewed"):
    return client.post(PAGE, {"numbers": typed, "meant": meant})


def test_a_pasted_column_is_shown_number_by_number_and_recorded_with_one_press(vera, members):
    page = paste(vera, f"1\n{Voucher.objects.get(pk=3).number}")
    words = page.content.decode()
    assert listed(page) == [1, 3] and "Dit gaat er gebeuren" in words
    assert 'value="renewed">' in words and 'name="answer" value="ended"' not in words
    assert MembershipYear.objects.count() == 4
    assert "2 lidmaatschappen zijn verlengd." in answer(vera, [members[0], members[2]], "renewed")
    assert listed(vera.get(PAGE)) == [2]


def test_a_column_of_members_who_stopped(vera, members):
    words = paste(vera, "1-2", "ended").content.decode()
    assert 'name="answer" value="ended"' in words and 'name="answer" value="renewed"' not in words
    assert "2 lidmaatschappen zijn gestopt." in answer(vera, members[:2], "ended")


def test_each_number_that_cannot_be_recorded_says_why(vera, members, clerk):
    answer(vera, members[:1], "renewed")
    answer(vera, members[1:2], "ended")
    enrolment.revoke(members[2].enrolment, reason="twice", by=clerk, at=at(LATER))
    page = paste(vera, "1-4\n77\n78\nhallo")
    others = dict(page.context["others"])
    assert others == {
        "0000001": "Dit lidmaatschap is al verlengd, vanaf 2 oktober 2026. U hoeft niets meer te doen.",
        "0000002": "Dit lidmaatschap is al gemeld als gestopt, vanaf 3 oktober 2026. U hoeft niets meer te doen.",
        "0000003": "Deze inschrijving is op 15 oktober 2026 teruggedraaid. U hoeft niets meer te doen.",
        "0000004": "Het nieuwe jaar begint op 1 november 2026. Vanaf die dag kunt u antwoorden.",
        "0000077-0000078": "Dit nummer is niet bij u ingewisseld. Kijk of het klopt.",
    }
    words = page.content.decode()
    assert "“hallo” is geen nummer." in words and "77\n78\nhallo</textarea>" in words.replace("\r", "")
    assert "Er valt nog niets vast te leggen" in words


def test_a_year_after_the_programme_needs_no_answer(vera, members, programme):
    programme.ends_on = date(2026, 9, 30)
    programme.save()
    assert "na het einde van het programma (30 september 2026)" in paste(vera, "1").content.decode()


def test_a_neighbours_number_looks_like_one_that_does_not_exist(lars, members):
    sentences = [sentence for _, sentence in paste(lars, "1\n99999").context["others"]]
    assert sentences == ["Dit nummer is niet bij u ingewisseld. Kijk of het klopt."] * 2


def test_what_could_not_be_used_goes_back_into_the_field(vera, members):
    preview = paste(vera, "1\n77\nhallo")
    rest = preview.context["rest"]
    assert rest == "0000077\nhallo"
    form = {"year": [year.pk for year in preview.context["rows"]], "answer": "renewed", "rest": rest}
    words = vera.post(PAGE, form).content.decode()
    assert "1 lidmaatschap is verlengd." in words and "0000077\nhallo</textarea>" in words
    assert "Wat nog niet kon, staat in het veld" in words
    reloaded = vera.post(PAGE, form).content.decode()
    assert "Dit lidmaatschap is al verlengd, vanaf 2 oktober 2026." in reloaded
    assert MembershipYear.objects.filter(ordinal=2).count() == 1


def test_the_three_answers_are_counted(vera, members):
    answer(vera, members[:1], "renewed")
    answer(vera, members[1:2], "ended")
    assert vera.get(PAGE).context["counts"] == {"unknown": 1, "renewed": 1, "ended": 1}


@pytest.mark.parametrize(
    ("typed", "meant", "sentence"),
    [
        ("", "renewed", "Plak eerst een of meer nummers."),
        ("1-5000", "renewed", "Plak hoogstens 1.000 nummers tegelijk."),
        ("1", "", "Kies verlengd of gestopt."),
        ("1", "misschien", "Kies verlengd of gestopt."),
    ],
)
def test_a_list_that_cannot_be_read_is_told(vera, members, typed, meant, sentence):
    page = paste(vera, typed, meant)
    assert sentence in page.content.decode() and listed(page) == [1, 2, 3]
    assert page.context["form"]["numbers"].value() == typed


def test_reasons_cost_the_same_for_one_and_for_fifty(members, venlo, django_assert_num_queries):
    for serials in ({1}, set(range(1, 51))):
        with django_assert_num_queries(4):
            refused_numbers(venlo, serials, today=LATER)


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


def test_of_several_answers_each_can_be_taken_back(vera, members):
    answer(vera, members[:3], "renewed")
    given = list(MembershipYear.objects.filter(ordinal=2))
    assert len(given) == 3
    assert undoing.renewals_that_can_be_undone(given, today=LATER) == {each.pk for each in given}


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
