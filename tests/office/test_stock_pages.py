"""Cubiss makes vouchers and moves them: what is asked twice, what is refused, and that a refusal changes nothing."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse

from intermediaries import accreditation
from intermediaries.handouts import handout
from kbl.organisations.models import Organisation
from tests.conftest import at
from tests.office.conftest import TODAY
from vouchers.custody import stock
from vouchers.models import Batch, StockMovement, Voucher
from vouchers.numbers import LARGEST_RANGE, SerialRange

pytestmark = pytest.mark.both_engines

URL = {name: f"/cubiss/vouchers/{path}/" for name, path in {
    "allocate": "toewijzen", "take_back": "terugnemen", "hand_on": "verplaatsen", "void": "ongeldig",
    "batch_new": "series/nieuw",
}.items()}  # fmt: skip


def confirm(client, url: str, form: dict):
    """Ask, look, and press the button that carries the numbers that were shown as good."""
    looked = client.post(url, form)
    if "agreed" not in looked.context:
        return looked
    return client.post(url, {**form, "agreed": looked.context["agreed"]}, follow=True)


def words(response) -> str:
    """What a page says, without its line breaks."""
    return " ".join(response.content.decode().split())


def state() -> list[tuple]:
    """Everything that stock pages can change."""
    vouchers = Voucher.objects.order_by("serial").values_list("serial", "status", "holder", "held_since")
    return [*vouchers, *StockMovement.objects.order_by("pk").values_list("pk"), Batch.objects.count()]


def held(organisation: Organisation | None, status: str) -> list[str]:
    return [str(each) for each in stock.own_ranges(organisation, status)]


# --- making ----------------------------------------------------------------------------------------------------


def test_no_batch_is_made_for_an_intermediary_that_is_not_accredited(carla, food_bank):
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 9, 30))
    form = {"count": "20", "medium": "paper", "valid_until": "2026-12-31", "intermediary": food_bank.pk}
    page = carla.post(URL["batch_new"], form)
    assert page.status_code == 422
    assert "Voedselbank Venlo is op 6 oktober 2025 niet geaccrediteerd." in words(page)
    assert 'value="20"' in words(page), "what was typed stays"
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("count", "0", "Maak minstens 1 voucher."),
        ("count", str(LARGEST_RANGE + 1), "Maak er hooguit 1.000.000 tegelijk."),
        ("count", "veel", "Vul een heel getal in, bijvoorbeeld 500 of 12.500."),
        ("count", "", "Vul in hoeveel vouchers u nodig hebt."),
        ("valid_until", "2025-10-05", "Deze dag is al voorbij. Kies een dag die nog komt."),
        ("valid_until", "straks", "Dit is geen dag."),
        ("medium", "", "Kies papier of digitaal."),
        ("intermediary", "999999", "Kies een organisatie uit de lijst."),
    ],
)
def test_a_batch_that_cannot_be_made_says_why(carla, programme, field, value, sentence):
    form = {"count": "10", "medium": "paper", "valid_until": "2026-12-31", "intermediary": "", field: value}
    page = carla.post(URL["batch_new"], form)
    assert page.status_code == 422
    assert sentence in words(page)
    assert not Batch.objects.exists()


# --- two steps -------------------------------------------------------------------------------------------------


def test_allocating_first_shows_what_will_happen(carla, batch, food_bank):
    form = {"to": food_bank.pk, "serials": "1 t/m 10, 21", "on": "2025-10-06"}
    before = state()
    page = carla.post(URL["allocate"], form)
    assert "U wijst 11 vouchers toe aan Voedselbank Venlo." in words(page)
    assert "0000001-0000010" in words(page)
    assert state() == before, "nothing moved yet"

    page = carla.post(URL["allocate"], {**form, "agreed": page.context["agreed"]}, follow=True)
    assert "11 vouchers toegewezen aan Voedselbank Venlo." in words(page)
    assert held(food_bank, "allocated") == ["0000001-0000010", "0000021"]


def test_going_back_keeps_what_was_typed(carla, batch, food_bank):
    form = {"to": food_bank.pk, "serials": "5-9", "on": "2025-10-01", "back": "yes"}
    page = carla.post(URL["allocate"], form)
    assert "5-9</textarea>" in words(page)
    assert 'value="2025-10-01"' in words(page)


def test_vouchers_come_back_move_on_and_become_void(carla, stock_of_food_bank, food_bank, welfare):
    day = {"on": "2025-10-06"}
    confirm(carla, URL["take_back"], {**day, "holder": food_bank.pk, "serials": "1-10"})
    confirm(carla, URL["hand_on"], {**day, "holder": food_bank.pk, "to": welfare.pk, "serials": "11-20"})
    confirm(carla, URL["void"], {**day, "serials": "15-30", "reason": "stolen"})
    assert held(None, "in_stock") == ["0000001-0000010", "0000051-0000100"]
    assert held(welfare, "allocated") == ["0000011-0000014"]
    assert held(welfare, "void") == ["0000015-0000020"]
    assert held(food_bank, "void") == ["0000021-0000030"]
    assert StockMovement.objects.filter(kind="void", reason="stolen").count() == 2, "one movement per holder"


# --- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul nummers in, bijvoorbeeld"),
        ("90-80", "De reeks “90-80” loopt terug."),
        ("abc", "“abc” is geen nummer."),
        ("123456789", "heeft 9 cijfers"),
        ("1-2000000", "is te groot om in één keer te doen"),
        ("101-103", "Deze nummers bestaan niet."),
        ("1-5", "Deze nummers liggen niet meer in onze eigen voorraad."),
    ],
)
def test_numbers_that_cannot_be_allocated_each_get_their_sentence(carla, stock_of_food_bank, welfare, typed, sentence):
    before = state()
    for step in ({}, {"agreed": typed}):
        page = carla.post(URL["allocate"], {"to": welfare.pk, "serials": typed, "on": "2025-10-06", **step})
        assert page.status_code == 422
        assert sentence in words(page)
    assert state() == before


def test_a_range_that_crosses_tells_every_numbers_fate_and_only_the_good_ones_go(carla, stock_of_food_bank, welfare):
    form = {"to": welfare.pk, "serials": "45-60, 99-105, 58, zeven", "on": "2025-10-06"}
    before = state()
    looked = carla.post(URL["allocate"], form)
    text = words(looked)
    assert "0000045-0000060</span>: 10 kunnen mee, 6 zijn niet hier." in text
    assert "0000099-0000105</span>: 2 kunnen mee, 5 zijn onbekend." in text
    assert "Deze nummers bestaan niet." in text
    assert "“zeven” is geen nummer." in text
    assert "Staat er twee keer" in text and "0000058" in text
    assert "U wijst 12 vouchers toe aan Welzijn Noord." in text
    assert state() == before, "nothing moved yet"

    page = carla.post(URL["allocate"], {**form, "agreed": looked.context["agreed"]})
    assert held(welfare, "allocated") == ["0000051-0000060", "0000099-0000100"]
    assert "12 vouchers toegewezen aan Welzijn Noord." in words(page)
    assert "0000045-0000050\n0000101-0000105\nzeven" in page.content.decode(), "the rest stays in the field"


def test_when_somebody_was_first_the_page_shows_what_is_new(carla, stock_of_food_bank, welfare, coordinator):
    form = {"to": welfare.pk, "serials": "90-95", "on": "2025-10-06"}
    looked = carla.post(URL["allocate"], form)
    stock.void(SerialRange(92, 92), reason="misprint", on=TODAY, by=coordinator, at=at(TODAY))
    before = state()
    again = carla.post(URL["allocate"], {**form, "agreed": looked.context["agreed"]})
    assert "Er is iets veranderd" in words(again) and "U wijst 5 vouchers toe" in words(again)
    assert state() == before
    carla.post(URL["allocate"], {**form, "agreed": again.context["agreed"]})
    assert held(welfare, "allocated") == ["0000090-0000091", "0000093-0000095"]


def test_a_day_that_is_still_to_come_is_refused(carla, batch, food_bank):
    before = state()
    tomorrow = f"{TODAY + timedelta(days=1):%Y-%m-%d}"
    page = confirm(carla, URL["allocate"], {"to": food_bank.pk, "serials": "1", "on": tomorrow})
    assert "7 oktober 2025 moet nog komen." in words(page)
    assert state() == before


def test_an_intermediary_without_accreditation_gets_nothing(carla, batch, food_bank, stock_of_food_bank, welfare):
    accreditation.end(welfare.accreditations.get(), last_day=date(2025, 9, 30))
    before = state()
    for url, form in [("allocate", {"serials": "90"}), ("hand_on", {"serials": "1", "holder": food_bank.pk})]:
        page = carla.post(URL[url], {"to": welfare.pk, "on": "2025-10-06", **form})
        assert "Welzijn Noord is op 6 oktober 2025 niet geaccrediteerd." in words(page)
    assert state() == before


def test_anothers_stock_is_not_taken_back(carla, stock_of_food_bank, food_bank, welfare, coordinator):
    accreditation.allocate(SerialRange(60, 69), to=welfare, on=TODAY, by=coordinator, at=at(TODAY))
    before = state()
    page = confirm(carla, URL["take_back"], {"holder": welfare.pk, "serials": "1-3", "on": "2025-10-06"})
    assert "Deze nummers liggen niet bij Welzijn Noord." in words(page)
    assert state() == before


def test_a_day_before_they_were_there_is_refused(carla, stock_of_food_bank, food_bank):
    before = state()
    form = {"holder": food_bank.pk, "serials": "1-3", "on": "2025-08-31"}
    assert "kwamen pas later bij de houder" in words(carla.post(URL["take_back"], form))
    assert state() == before


def test_what_residents_have_or_used_stays(carla, stock_of_food_bank, food_bank, worker, coordinator):
    handout.hand_out(food_bank, [SerialRange(1, 2)], on=TODAY, by=worker, at=at(TODAY))
    stock.void(SerialRange(5, 5), reason="lost", on=TODAY, by=coordinator, at=at(TODAY))
    before = state()
    form = {"holder": food_bank.pk, "serials": "1-5", "on": "2025-10-06"}
    text = words(carla.post(URL["take_back"], form))
    assert "Deze nummers zijn al uitgereikt." in text
    assert "Deze nummers zijn eerder ongeldig gemaakt." in text
    assert "eerder ongeldig gemaakt" in words(
        confirm(carla, URL["void"], {"serials": "5", "reason": "lost", "on": "2025-10-06"})
    )
    assert state() == before


def test_a_reason_that_is_not_on_the_list_is_refused(carla, batch):
    before = state()
    for reason, sentence in [("", "Kies een reden."), ("zomaar", "Kies een reden uit de lijst.")]:
        page = confirm(carla, URL["void"], {"serials": "1", "reason": reason, "on": "2025-10-06"})
        assert sentence in words(page)
    assert state() == before


def test_a_move_to_the_same_organisation_is_no_move(carla, stock_of_food_bank, food_bank):
    before = state()
    form = {"holder": food_bank.pk, "to": food_bank.pk, "serials": "1", "on": "2025-10-06"}
    assert "Kies een andere organisatie" in words(carla.post(URL["hand_on"], form))
    assert state() == before


def test_what_takes_too_long_is_let_go_and_said(carla, batch, food_bank, monkeypatch):
    def never_ready(*args, **kwargs):
        raise OperationalError("canceling statement due to statement timeout")

    before = state()
    monkeypatch.setattr("vouchers.lifecycle.move_those", never_ready)
    page = confirm(carla, URL["allocate"], {"to": food_bank.pk, "serials": "1", "on": "2025-10-06"})
    assert "Dit duurde te lang" in words(page)
    assert state() == before


# --- who ---------------------------------------------------------------------------------------------------------


def test_colleagues_see_the_stock_and_hear_why_they_cannot_change_it(log_in, reader, finance, stock_of_food_bank):
    before = state()
    for colleague in (reader, finance):
        client = log_in(colleague)
        page = client.get("/cubiss/vouchers/")
        assert "0000001-0000100" in words(page)
        assert "Nieuwe serie" not in words(page)
        for url in URL.values():
            page = client.post(url, {"confirmed": "yes"})
            assert page.status_code == 403
            assert "Alleen de coördinator van Cubiss verandert de voorraad." in words(page)
    assert state() == before


def test_for_everybody_else_the_stock_does_not_exist(log_in, stranger, worker, clerk, province, batch, client):
    pages = ["/cubiss/vouchers/", reverse("cubiss:batch", args=[batch.pk]), *URL.values()]
    for somebody in (stranger, worker, clerk, province):
        browser = log_in(somebody)
        assert {browser.get(page).status_code for page in pages} == {404}
    assert {client.get(page).status_code for page in pages} == {302}, "a visitor is asked to log in"


# --- what is shown -----------------------------------------------------------------------------------------------


def test_the_counts_of_a_batch_add_up(carla, stock_of_food_bank, food_bank, worker, coordinator):
    handout.hand_out(food_bank, [SerialRange(1, 4)], on=TODAY, by=worker, at=at(TODAY))
    stock.void(SerialRange(99, 100), reason="misprint", on=TODAY, by=coordinator, at=at(TODAY))
    ((batch, counts),) = carla.get("/cubiss/vouchers/").context["batches"]
    assert (counts.made, batch.size) == (100, 100)
    assert (counts.in_stock, counts.allocated, counts.handed_out, counts.void) == (48, 46, 4, 2)


def test_a_batch_shows_where_its_numbers_are(carla, stock_of_food_bank, food_bank, worker, batch):
    handout.hand_out(food_bank, [SerialRange(1, 4)], on=TODAY, by=worker, at=at(TODAY))
    page = carla.get(reverse("cubiss:batch", args=[batch.pk]))
    shown = [(str(run.serials), run.status, holder) for run, holder in page.context["runs"]]
    assert shown == [
        ("0000001-0000004", "handed_out", food_bank),
        ("0000005-0000050", "allocated", food_bank),
        ("0000051-0000100", "in_stock", None),
    ]
    assert "Toegewezen aan Voedselbank Venlo" in words(page)


def test_the_stock_page_asks_as_many_questions_for_one_batch_as_for_ten(
    carla, stock_of_food_bank, welfare, coordinator, django_assert_num_queries, django_assert_max_num_queries
):
    carla.get("/cubiss/vouchers/")
    with django_assert_max_num_queries(20) as questions:
        carla.get("/cubiss/vouchers/")
        few = len(questions)
    for _ in range(9):
        made = carla.post(
            URL["batch_new"],
            {"count": "10", "medium": "paper", "valid_until": "2026-12-31", "intermediary": welfare.pk},
        )
        assert made.status_code == 302
    with django_assert_num_queries(few):
        carla.get("/cubiss/vouchers/")


def test_no_page_names_a_voucher_in_its_address_or_title(carla, stock_of_food_bank, batch):
    for url in ["/cubiss/vouchers/", reverse("cubiss:batch", args=[batch.pk]), *URL.values()]:
        page = words(carla.get(url))
        assert "0000001" not in url
        assert "0000001" not in page[page.index("<title>") : page.index("</title>")]
