"""What an intermediary tells of its own drawer besides handing out: lost, damaged, on their way back."""

from datetime import date

import pytest

from intermediaries.handouts import handout
from tests.conftest import at
from tests.portals.conftest import TODAY
from vouchers.custody import returns, stock
from vouchers.models import ExpectedReturn, StockMovement
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

LOSS, SEND_BACK, STOCK = (
    "/intermediair/voorraad/kwijt/",
    "/intermediair/voorraad/terugsturen/",
    "/intermediair/voorraad/",
)
DAY = "2025-10-16"


def words(response) -> str:
    return " ".join(response.content.decode().split())


def confirm(client, url: str, form: dict):
    looked = client.post(url, form)
    return client.post(url, {**form, "agreed": looked.context["agreed"]}, follow=True)


def test_willem_loses_ten_and_they_work_nowhere_any_more(willem, stock_of_food_bank, food_bank, worker):
    page = confirm(willem, LOSS, {"serials": "1-10", "reason": "lost", "on": DAY})
    assert "10 vouchers gemeld als kwijt. Cubiss weet het nu ook." in words(page)
    assert stock.holdings(food_bank)["void"] == 10
    told = StockMovement.objects.get(kind="void")
    assert (told.reason, told.from_holder, told.recorded_by) == ("lost", food_bank, worker)


def test_willem_cannot_lose_what_is_not_in_his_drawer_and_learns_nothing_of_others(
    willem, stock_of_food_bank, food_bank, welfare, worker
):
    handout.hand_out(food_bank, [SerialRange(3, 3)], on=TODAY, by=worker, at=at(TODAY))
    page = willem.post(LOSS, {"serials": "1-3, 51-60, 999", "reason": "stolen", "on": DAY})
    text = words(page)
    assert "U meldt 2 vouchers als gestolen." in text
    assert "Deze nummers liggen niet bij u. Kijk of ze kloppen." in text
    assert "bestaan niet" not in text, "a neighbour's number and one that does not exist look the same"
    assert "Deze nummers zijn al uitgereikt." in text


def test_willem_announces_a_return_and_cubiss_expects_it(willem, stock_of_food_bank, food_bank):
    page = confirm(willem, SEND_BACK, {"serials": "46-50", "on": DAY})
    assert "5 vouchers aangekondigd." in words(page)
    assert "Door u aangekondigd" in words(page)
    (waiting,) = returns.expected()
    assert (waiting.expected.kind, waiting.expected.holder, waiting.count) == ("return", food_bank, 5)
    assert stock.holdings(food_bank)["allocated"] == 50, "they leave the books when they are with Cubiss"


def test_willem_sees_what_cubiss_asks_back(willem, stock_of_food_bank, food_bank, coordinator):
    returns.expect(
        [SerialRange(1, 5)], kind=ExpectedReturn.Kind.RECALL, holder=food_bank, on=TODAY, by=coordinator, at=at(TODAY)
    )
    assert "Cubiss vraagt deze terug" in words(willem.get(STOCK))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"serials": ""}, "Vul nummers in, bijvoorbeeld"),
        ({"serials": "tien"}, "“tien” is geen nummer."),
        ({"reason": ""}, "Kies een reden."),
        ({"reason": "misprint"}, "Kies een reden uit de lijst."),
        ({"on": "2025-10-17"}, "17 oktober 2025 moet nog komen."),
        ({"on": "2025-08-31"}, "Deze nummers kwamen pas later"),
    ],
)
def test_a_loss_that_cannot_be_says_why_and_changes_nothing(willem, stock_of_food_bank, food_bank, typed, sentence):
    page = willem.post(LOSS, {"serials": "1-2", "reason": "lost", "on": DAY, **typed})
    assert page.status_code == 422
    assert sentence in words(page)
    assert stock.holdings(food_bank)["void"] == 0


def test_vouchers_that_last_longer_lie_in_the_pile_of_their_own_last_day(willem, stock_of_food_bank, coordinator):
    stock.extend(SerialRange(1, 9), valid_until=date(2028, 6, 30), on=TODAY, by=coordinator, at=at(TODAY))
    groups = willem.get(STOCK).context["drawer"]
    assert [(group.valid_until, group.count) for group in groups] == [(date(2027, 12, 31), 41), (date(2028, 6, 30), 9)]
