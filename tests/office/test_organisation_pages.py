"""The list of organisations, one organisation, its accreditations; and what the project team sees first."""

from datetime import date

import pytest

from intermediaries import accreditation
from intermediaries.handouts import handout
from intermediaries.models import Accreditation
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import ClosingWindow
from kbl.settlements.statements import steps
from kbl.upkeep.heartbeats import Name, sign
from libraries import enrolment
from reporting.dashboard.figures import HANDED_OUT, REDEEMED
from tests.conftest import at, branch_of
from tests.office.conftest import TODAY
from tests.office.test_stock_pages import words
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines


def names(page) -> list[str]:
    """The organisations that a list shows."""
    return [each.name for each in page.context["page"]]


def test_the_list_can_be_narrowed_down(carla, venlo, gennep, food_bank):
    def shown(query: str) -> list[str]:
        return names(carla.get(f"/cubiss/organisaties/?{query}"))

    assert shown("") == ["Bibliotheek Gennep", "Bibliotheek Venlo", "Voedselbank Venlo"]
    assert shown("wat=intermediairs") == ["Voedselbank Venlo"]
    assert shown("wat=bibliotheken") == ["Bibliotheek Gennep", "Bibliotheek Venlo"]
    assert shown(f"gemeente={gennep.municipality_id}") == ["Bibliotheek Gennep"]
    assert shown("naam=voedsel") == ["Voedselbank Venlo"]
    assert shown("wat=zomaar&gemeente=999&page=-1") == shown(""), "strange questions show everything"
    assert "Geen organisatie past hierbij." in words(carla.get("/cubiss/organisaties/?naam=bestaatniet"))


def test_an_organisation_shows_what_it_does(carla, stock_of_food_bank, food_bank, worker):
    text = words(carla.get("/cubiss/organisaties/voedselbank-venlo/"))
    assert "4 Rechtstreeks en IDO" in text
    assert "0000001-0000050" in text
    assert "Willem" in text and "Intermediair" in text
    assert "Deze organisatie doet niet mee als bibliotheek." in text


def test_a_library_shows_its_branches_and_its_invoices(carla, venlo, programme, coordinator):
    text = words(carla.get("/cubiss/organisaties/bibliotheek-venlo/"))
    assert "Centrum (Venlo)" in text
    assert "beginnen met VEN" in text
    assert "afgesproken op 1 september 2025" in text


def test_a_library_may_hand_out_too(carla, venlo):
    form = {"track": "4", "protocol": "1.0", "valid_from": "2025-10-01", "valid_until": ""}
    carla.post("/cubiss/organisaties/bibliotheek-venlo/accreditatie/", form)
    assert accreditation.accreditation_on(venlo, TODAY).track == 4


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"valid_from": "2025-12-01"}, "Er is al een accreditatie vanaf 1 augustus 2025."),
        ({"valid_from": "2025-10-01", "valid_until": "2025-09-01"}, "De laatste dag ligt vóór de eerste dag"),
        ({"track": ""}, "Kies een spoor."),
        ({"track": "5"}, "Kies een spoor uit de lijst."),
        ({"protocol": "Jan Jansen"}, "Een versie heeft alleen cijfers en punten"),
        ({"valid_from": ""}, "Kies een dag."),
    ],
)
def test_an_accreditation_that_cannot_be_says_why(carla, food_bank, changed, sentence):
    form = {"track": "4", "protocol": "1.0", "valid_from": "2026-01-01", "valid_until": "", **changed}
    page = carla.post("/cubiss/organisaties/voedselbank-venlo/accreditatie/", form)
    assert page.status_code == 422
    assert sentence in words(page)
    assert Accreditation.objects.count() == 1


def test_an_accreditation_ends_and_a_new_one_may_follow(carla, food_bank):
    first = food_bank.accreditations.get()
    carla.post(f"/cubiss/accreditaties/{first.pk}/beeindigen/", {"last_day": "2025-10-31"})
    form = {"track": "3", "protocol": "1.1", "valid_from": "2025-11-01", "valid_until": ""}
    carla.post("/cubiss/organisaties/voedselbank-venlo/accreditatie/", form)
    tracks = [accreditation.accreditation_on(food_bank, day).track for day in (date(2025, 10, 31), date(2025, 11, 1))]
    assert tracks == [4, 3]


def test_an_accreditation_does_not_end_before_what_was_handed_out(carla, stock_of_food_bank, food_bank, worker):
    handout.hand_out(food_bank, [SerialRange(1, 2)], on=date(2025, 10, 3), by=worker, at=at(date(2025, 10, 3)))
    ours = food_bank.accreditations.get()
    for day, sentence in [
        ("2025-10-02", "Tot en met 3 oktober 2025 is er met deze accreditatie uitgereikt."),
        ("2025-07-31", "De laatste dag ligt vóór de eerste dag, 1 augustus 2025."),
    ]:
        page = carla.post(f"/cubiss/accreditaties/{ours.pk}/beeindigen/", {"last_day": day})
        assert sentence in words(page)
    ours.refresh_from_db()
    assert ours.valid_until is None


def test_an_ended_accreditation_is_not_made_longer(carla, food_bank):
    ours = food_bank.accreditations.get()
    accreditation.end(ours, last_day=date(2025, 9, 30))
    page = carla.post(f"/cubiss/accreditaties/{ours.pk}/beeindigen/", {"last_day": "2026-09-30"})
    assert "eindigt al op 30 september 2025" in words(page)
    ours.refresh_from_db()
    assert ours.valid_until == date(2025, 9, 30)


def test_colleagues_look_and_do_not_accredit(log_in, reader, finance, food_bank):
    ours = food_bank.accreditations.get()
    for colleague in (reader, finance):
        client = log_in(colleague)
        assert client.get("/cubiss/organisaties/voedselbank-venlo/").status_code == 200
        for url in (
            "/cubiss/organisaties/voedselbank-venlo/accreditatie/",
            f"/cubiss/accreditaties/{ours.pk}/beeindigen/",
        ):
            page = client.post(url, {"last_day": "2025-10-06"})
            assert page.status_code == 403
            assert "Alleen de coördinator van Cubiss verandert accreditaties." in words(page)
    assert Accreditation.objects.get().valid_until is None


def test_for_everybody_else_there_are_no_organisations(log_in, stranger, worker, clerk, province, food_bank):
    for somebody in (stranger, worker, clerk, province):
        client = log_in(somebody)
        for url in ("/cubiss/", "/cubiss/organisaties/", "/cubiss/organisaties/voedselbank-venlo/"):
            assert client.get(url).status_code == 404


# --- today -------------------------------------------------------------------------------------------------------


@pytest.fixture
def a_quarter(stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator):
    """Three hand-outs and two memberships at the end of September; the third quarter is closed on 3 October."""
    day = date(2025, 9, 29)
    handout.hand_out(food_bank, [SerialRange(1, 3)], on=day, by=worker, at=at(day))
    for serial, kind in ((1, "new"), (2, "conversion")):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind=kind, on=day, by=clerk, at=at(day))
    for number in (1, 2, 3):
        closed = closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 3)))
    return closed


def test_today_tells_how_the_programme_stands(carla, a_quarter):
    page = carla.get("/cubiss/")
    board = page.context["board"]
    year, counted = board.this_year, board.figures
    assert (year.target, year.reached) == (2_000, 2)
    assert (counted.total([HANDED_OUT]), counted.total(REDEEMED)) == (3, 2)
    text = words(page)
    assert "Voedselbank Venlo reikte 3 vouchers uit" in text
    assert "Bibliotheek Venlo wisselde 2 vouchers in" in text
    assert "Cubiss sloot het 3e kwartaal 2025 af" in text
    assert "Cubiss wees 50 vouchers toe aan Voedselbank Venlo" in text


def test_today_asks_attention_for_what_waits(carla, a_quarter, clerk, worker, food_bank):
    steps.confirm(a_quarter.statements.get(kind="invoice"), by=clerk, at=at(TODAY))
    declaration = a_quarter.statements.get(kind="declaration", organisation=food_bank)
    steps.dispute(declaration, reason="amount", by=worker, at=at(TODAY))
    handout.hand_out(food_bank, [SerialRange(4, 4)], on=date(2025, 9, 30), by=worker, at=at(TODAY))
    ClosingWindow.objects.create(quarter=Quarter(2025, 4), opened_at=at(TODAY))
    text = words(carla.get("/cubiss/"))
    assert "Het 4e kwartaal 2025 kan worden afgesloten" in text
    assert "1 afrekening wacht op goedkeuring" in text
    assert "1 partij stelde een vraag over een afrekening" in text
    assert "1 melding over het 3e kwartaal 2025 of eerder kwam na de afsluiting" in text


def test_today_sees_stock_that_runs_low(carla, stock_of_food_bank, food_bank, worker):
    assert "bijna geen vouchers" not in words(carla.get("/cubiss/"))
    handout.hand_out(food_bank, [SerialRange(1, 40)], on=TODAY, by=worker, at=at(TODAY))
    assert "Nog in voorraad: Voedselbank Venlo (10)." in words(carla.get("/cubiss/"))


def test_today_is_calm_when_nothing_waits(carla, programme):
    for name in Name:
        sign(name, at=at(TODAY))  # worker and timetable live
    text = words(carla.get("/cubiss/"))
    assert "Alles is bij" in text
    assert "Er is nog niets gebeurd." in text


def test_today_asks_as_many_questions_for_much_as_for_little(
    carla, a_quarter, worker, food_bank, django_assert_max_num_queries, django_assert_num_queries
):
    carla.get("/cubiss/")
    with django_assert_max_num_queries(63) as questions:  # half of them are the dashboard
        carla.get("/cubiss/")
        asked = len(questions)
    for serial in range(10, 30):
        handout.hand_out(food_bank, [SerialRange(serial, serial)], on=TODAY, by=worker, at=at(TODAY))
    with django_assert_num_queries(asked):
        carla.get("/cubiss/")
