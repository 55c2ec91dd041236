"""The welcome card: what a library offers, shown after a redemption, counted without anything about anybody."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from libraries import welcome
from libraries.models import WelcomeOffer, WelcomeTally
from tests.portals.conftest import TODAY
from vouchers.models import Voucher

CARD, NEW, TOLD = "/bibliotheek/welkom/", "/bibliotheek/welkom/nieuw/", "/bibliotheek/welkom/verteld/"
pytestmark = pytest.mark.both_engines
HTMX = {"HX-Request": "true"}


@pytest.fixture
def mara(log_in, manager) -> Client:
    """The browser of Venlo's manager."""
    return log_in(manager)


@pytest.fixture
def card(venlo) -> list[WelcomeOffer]:
    """Venlo begins with what most libraries offer."""
    welcome.begin_with_examples(venlo)
    return list(welcome.offers_of(venlo))


def redeem(client: Client, voucher) -> str:
    branch = client.get("/bibliotheek/").context["branch"]
    form = {"number": voucher.number.digits, "key": str(uuid4()), "kind": "new", "on": str(TODAY), "branch": branch.pk}
    return client.post("/bibliotheek/inwisselen/", form, headers=HTMX).content.decode()


def press(client: Client, offer: WelcomeOffer, told: str = "no", **headers) -> str:
    return client.post(TOLD, {"offer": offer.pk, "told": told}, headers=HTMX | headers).content.decode()


def counted(offer: WelcomeOffer) -> int:
    return welcome.told(offer.library, quarter=Quarter.of(TODAY)).get(offer.pk, 0)


def test_after_a_redemption_the_desk_sees_what_the_library_offers(vera, voucher, card):
    card[1].active = False
    card[1].save()
    answer = redeem(vera, voucher)
    assert answer.index("Klaar") < answer.index("Welkom in de bibliotheek")
    assert "Hulp met computer en overheid" in answer and "Taalcafé" in answer
    assert "Klik &amp; Tik" not in answer


def test_a_card_that_changed_is_new_after_half_a_minute_and_asked_for_once_in_it(vera, stock_of_food_bank, card):
    def asked() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as captured:
            answer = redeem(vera, Voucher.objects.get(pk=next(serials)))
        return answer, sum(WelcomeOffer._meta.db_table in each["sql"] for each in captured)

    serials = iter(range(1, 4))
    answer, questions = asked()
    assert "Taalcafé" in answer and questions == 1
    card[4].title = "Koffiekring <b>"
    card[4].save()
    answer, questions = asked()
    assert "Taalcafé" in answer and questions == 0, "a queue is waiting"
    with time_machine.travel(timezone.now() + timedelta(seconds=30), tick=False):
        answer, questions = asked()
    assert "Taalcafé" not in answer and "Koffiekring &lt;b&gt;" in answer and questions == 1


def test_a_library_without_a_card_just_says_done(vera, voucher):
    answer = redeem(vera, voucher)
    assert "Klaar" in answer and "Welkom in de bibliotheek" not in answer


def test_a_neighbours_card_is_not_shown(lars, voucher, card):
    assert "Taalcafé" not in redeem(lars, voucher)


def test_one_press_counts_and_a_second_takes_it_back(vera, card):
    offer = card[4]
    answer = press(vera, offer)
    assert 'aria-pressed="true"' in answer and '{"told": "yes"}' in answer
    assert counted(offer) == 1
    press(vera, offer)  # the next visitor
    assert counted(offer) == 2
    assert 'aria-pressed="false"' in press(vera, offer, "yes")
    assert counted(offer) == 1
    for _ in range(3):
        press(vera, offer, "yes")
    assert counted(offer) == 0


def test_without_a_script_a_press_counts_too(vera, card):
    page = vera.post(TOLD, {"offer": card[0].pk}, follow=True).content.decode()
    assert "Geteld." in page
    assert counted(card[0]) == 1


def test_each_quarter_counts_for_itself(venlo, card):
    welcome.tell(card[0], quarter=Quarter(2025, 3))
    welcome.tell(card[0], quarter=Quarter(2025, 4))
    welcome.tell(card[0], quarter=Quarter(2025, 4))
    assert welcome.told(venlo, quarter=Quarter(2025, 3)) == {card[0].pk: 1}
    assert welcome.told(venlo, quarter=Quarter(2025, 4)) == {card[0].pk: 2}


@pytest.mark.parametrize("asked", ["", "x", "9" * 30, "0"])
def test_what_is_not_on_the_card_is_not_counted(vera, card, asked):
    assert vera.post(TOLD, {"offer": asked}).status_code == 404
    assert not WelcomeTally.objects.exists()


def test_a_neighbour_counts_nothing_on_our_card(lars, card):
    assert lars.post(TOLD, {"offer": card[0].pk}).status_code == 404
    assert not WelcomeTally.objects.exists()


def test_a_tally_has_no_room_for_anything_that_points_at_somebody():
    columns = {field.name for field in WelcomeTally._meta.concrete_fields}
    assert columns == {"id", "offer", "quarter", "count"}
    moments = [field for field in WelcomeOffer._meta.concrete_fields if isinstance(field, models.DateField)]
    assert moments == []


def test_the_manager_begins_with_examples_and_twice_is_once(mara, venlo):
    assert "Nog niets op de kaart" in mara.get(CARD).content.decode()
    page = mara.post(CARD, follow=True).content.decode()
    assert "Uw kaart is begonnen." in page and "VoorleesExpress" in page
    mara.post(CARD)
    assert welcome.offers_of(venlo).count() == len(welcome.EXAMPLES)


def test_the_manager_writes_changes_and_takes_off(mara, vera, venlo, voucher):
    form = {"theme": "together", "title": "Breicafé", "words": "Elke dinsdag.", "position": "1", "active": "on"}
    assert "“Breicafé” is bewaard." in mara.post(NEW, form, follow=True).content.decode()
    offer = welcome.offers_of(venlo).get()
    press(vera, offer)
    page = mara.get(CARD).content.decode()
    assert "Samen lezen en ontmoeten" in page and 'class="num">1</td>' in page
    del form["active"]
    mara.post(f"{CARD}{offer.pk}/", form)
    page = mara.get(CARD).content.decode()
    assert "Niet op de kaart" in page and "De kaart is nu leeg" in page
    assert counted(offer) == 1
    assert vera.post(TOLD, {"offer": offer.pk}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": "Bel 06-12345678"}, "Hier staat iets dat op een telefoonnummer lijkt."),
        ({"title": "Vraag mara@voorbeeld.example"}, "Hier staat iets dat op een e-mailadres lijkt."),
        ({"title": "  "}, "Vul in wat u aanbiedt."),
        ({"title": "TAALCAFÉ"}, "Dit staat al op uw kaart."),
        ({"theme": ""}, "Kies een thema."),
        ({"theme": "geld"}, "Kies een thema uit de lijst."),
        ({"position": "boven"}, "Vul een heel getal in."),
        ({"position": "1000"}, "Vul hoogstens 999 in."),
        ({"words": "x" * 121}, "Houd het bij 120 tekens."),
    ],
)
def test_what_does_not_belong_on_the_card_is_told_and_what_was_typed_stays(mara, card, wrong, sentence):
    form = {"theme": "study", "title": "Stilteruimte", "words": "Boven.", "position": "3", "active": "on"} | wrong
    page = mara.post(NEW, form).content.decode()
    assert sentence in page
    assert "Boven." in page or "words" in wrong
    assert len(card) == WelcomeOffer.objects.count()


def test_the_desk_is_told_who_keeps_the_card(vera):
    answer = vera.get(CARD)
    assert answer.status_code == 403
    assert "wie bij uw bibliotheek het beheer doet" in answer.content.decode()


def test_a_neighbours_offering_is_not_there(log_in, make_user, landgraaf: Organisation, card):
    lena = log_in(make_user("Lena", "library_manager", landgraaf))
    assert lena.get(f"{CARD}{card[0].pk}/").status_code == 404
