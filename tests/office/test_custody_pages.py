"""Cubiss asks vouchers back, makes them valid for longer, and makes void ones valid again with two people."""

from datetime import date

import pytest

from tests.conftest import at
from tests.office.conftest import TODAY
from tests.office.test_stock_pages import confirm, held, state, words
from vouchers.custody import returns, revalidation, stock
from vouchers.models import ExpectedReturn, RevalidationRequest, Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

RECALL, EXTEND, REVIVE = (f"/cubiss/vouchers/{path}/" for path in ("terugvragen", "langer-geldig", "weer-geldig"))
HOMECOMINGS, REQUESTS = "/cubiss/vouchers/onderweg/", "/cubiss/vouchers/weer-geldig/verzoeken/"


@pytest.fixture
def frank(log_in, finance):
    """The finance officer's browser."""
    return log_in(finance)


def test_carla_asks_vouchers_back_and_books_them_in_when_they_are_here(carla, stock_of_food_bank, food_bank):
    page = confirm(carla, RECALL, {"holder": food_bank.pk, "serials": "1-10", "on": "2025-10-06"})
    assert "10 vouchers teruggevraagd van Voedselbank Venlo." in words(page)
    assert held(food_bank, "allocated") == ["0000001-0000050"], "nothing moved yet"
    assert "Voedselbank Venlo: 10." in words(carla.get("/cubiss/vouchers/"))

    (link,) = [line for line in words(page).split('"') if line.startswith("/cubiss/vouchers/terugnemen/?van=")]
    form = carla.get(link.replace("&amp;", "&"))
    assert "0000001-0000010</textarea>" in words(form)
    confirm(carla, "/cubiss/vouchers/terugnemen/", {"holder": food_bank.pk, "serials": "1-10", "on": "2025-10-06"})
    assert "Er is niets onderweg" in words(carla.get(HOMECOMINGS))
    assert held(None, "in_stock") == ["0000001-0000010", "0000051-0000100"]


def test_what_never_comes_is_closed_and_stays_with_its_holder(carla, stock_of_food_bank, food_bank, coordinator):
    (waiting,) = returns.expect(
        [SerialRange(1, 3)], kind=ExpectedReturn.Kind.RETURN, holder=food_bank, on=TODAY, by=coordinator, at=at(TODAY)
    )
    page = carla.post(f"{HOMECOMINGS}{waiting.pk}/afronden/", follow=True)
    assert "Wat er nog is, blijft bij Voedselbank Venlo." in words(page)
    assert returns.expected() == []
    assert held(food_bank, "allocated") == ["0000001-0000050"]


def test_carla_makes_vouchers_valid_for_longer(carla, stock_of_food_bank, food_bank):
    form = {"serials": "45-55", "valid_until": "2028-06-30"}
    looked = carla.post(EXTEND, form)
    assert "U maakt 11 vouchers geldig tot en met 30 juni 2028." in words(looked)
    page = confirm(carla, EXTEND, form)
    assert "11 vouchers nu geldig tot en met 30 juni 2028." in words(page)
    assert {voucher.valid_until for voucher in Voucher.objects.within(SerialRange(45, 55))} == {date(2028, 6, 30)}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"valid_until": "2025-10-05"}, "5 oktober 2025 is al voorbij. Kies een dag die nog komt."),
        ({"valid_until": "2026-12-31"}, "Deze nummers zijn al zo lang geldig, of langer."),
        ({"valid_until": "ooit"}, "Dit is geen dag."),
        ({"serials": "5-3"}, "De reeks “5-3” loopt terug."),
        ({"serials": "1-1000000, 1000001-1000002"}, "Dit zijn te veel nummers voor één keer."),
    ],
)
def test_longer_validity_that_cannot_be_says_why(carla, batch, typed, sentence):
    before = state()
    page = carla.post(EXTEND, {"serials": "1-5", "valid_until": "2028-06-30", **typed})
    assert page.status_code == 422
    assert sentence in words(page)
    assert state() == before


def test_carla_asks_and_frank_agrees(carla, frank, stock_of_food_bank, food_bank, coordinator):
    stock.void(SerialRange(1, 10), reason="lost", on=TODAY, by=coordinator, at=at(TODAY))
    page = confirm(carla, REVIVE, {"serials": "1-4", "reason": "found", "on": "2025-10-06"})
    assert "U vroeg dit. Een collega besluit." in words(page)
    assert held(food_bank, "void") == ["0000001-0000010"]
    asked = RevalidationRequest.objects.get()

    own = carla.post(f"{REQUESTS}{asked.pk}/", {"answer": "yes"}, follow=True)
    assert "U vroeg dit zelf. Een collega moet meekijken." in words(own)
    assert held(food_bank, "void") == ["0000001-0000010"]

    page = frank.post(f"{REQUESTS}{asked.pk}/", {"answer": "yes"}, follow=True)
    assert "Weer geldig: 4 vouchers." in words(page) and "besloten door Frank" in words(page)
    assert held(food_bank, "allocated") == ["0000001-0000004", "0000011-0000050"]
    assert "Een collega besloot hier net over." in words(
        frank.post(f"{REQUESTS}{asked.pk}/", {"answer": "no"}, follow=True)
    )


def test_frank_says_no_and_they_stay_void(carla, frank, stock_of_food_bank, food_bank, coordinator):
    stock.void(SerialRange(1, 2), reason="stolen", on=TODAY, by=coordinator, at=at(TODAY))
    (asked,) = revalidation.ask([SerialRange(1, 2)], reason="found", on=TODAY, by=coordinator, at=at(TODAY))
    page = frank.post(f"{REQUESTS}{asked.pk}/", {"answer": "no"}, follow=True)
    assert "Ongeldig gebleven: 2 vouchers." in words(page)
    assert held(food_bank, "void") == ["0000001-0000002"]


def test_what_is_not_void_cannot_be_asked_for(carla, stock_of_food_bank):
    page = carla.post(REVIVE, {"serials": "49-51", "reason": "found", "on": "2025-10-06"})
    assert "Deze nummers liggen bij een intermediair en zijn nog goed." in words(page)
    assert "Deze nummers liggen al bij Cubiss." in words(page)
    assert not RevalidationRequest.objects.exists()
