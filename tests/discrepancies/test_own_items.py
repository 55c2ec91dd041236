"""An intermediary's own open items: reported in one go, answered per quarter, and not told what it should not know."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from intermediaries.models import Handout
from kbl.discrepancies import own_items, reconciliation
from kbl.discrepancies.models import Answer, DiscrepancyKind
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from tests.conftest import START, at
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

DAY = date(2025, 10, 2)
SOON = DAY + timedelta(days=10)
LATER = DAY + reconciliation.PATIENCE


@pytest.fixture
def used(stock_of_food_bank, venlo, enrol) -> SerialRange:
    """Three vouchers of the food bank that Venlo saw, and nobody reported."""
    serials = SerialRange(stock_of_food_bank.first, stock_of_food_bank.first + 2)
    for serial in serials:
        enrol(venlo, serial, DAY)
    return serials


def page(client, on: date, what: str = "open_items", data: dict | None = None):
    with time_machine.travel(at(on), tick=False):
        url = reverse(f"intermediary:{what}")
        return client.get(url) if data is None else client.post(url, data)


@pytest.fixture
def willem(log_in, worker):
    return log_in(worker)


@pytest.fixture
def wendy(log_in, other_worker):
    return log_in(other_worker)


def test_reporting_them_in_one_go(used, food_bank, willem):
    shown = page(willem, SOON)
    assert all(f"{serial:07}" in shown.text for serial in used)
    assert "Venlo" not in shown.text.split("<main")[1].split("</main>")[0].replace("Voedselbank Venlo", "")
    told = {"voucher": list(used), "wat": "uitgereikt", "on": "2025-10-01"}
    assert page(willem, SOON, "open_items_report", told).status_code == 302
    assert Handout.objects.filter(organisation=food_bank, on=date(2025, 10, 1)).count() == 3
    assert "U bent helemaal bij" in page(willem, SOON).text


def test_what_can_be_is_reported_and_the_rest_says_why_and_stays(used, food_bank, willem):
    Voucher.objects.filter(pk=used.last).update(held_since=DAY)
    told = {"voucher": list(used), "wat": "uitgereikt", "on": START.isoformat()}
    answer = page(willem, SOON, "open_items_report", told)
    assert answer.status_code == 422
    assert "Op deze dag nog niet bij u" in answer.text
    assert Handout.objects.count() == 2


@pytest.mark.parametrize("typed", [{}, {"on": "2026-10-01"}, {"on": "32-13-2025"}])
def test_a_day_that_is_missing_or_wrong_keeps_the_ticks(used, willem, typed):
    answer = page(willem, SOON, "open_items_report", {"voucher": list(used), "wat": "uitgereikt", **typed})
    assert answer.status_code == 422
    assert answer.text.count('name="voucher"') == answer.text.count('" checked><span class="kbl-digits">') == 3
    assert not Handout.objects.exists()


def test_not_ours_goes_to_cubiss(used, willem):
    page(willem, SOON, "open_items_report", {"voucher": [used.first], "wat": "not_ours"})
    assert f"{used.first:07}" not in page(willem, SOON).text
    unreported = reconciliation.of(DiscrepancyKind.UNREPORTED)
    assert unreported.find(SOON).count() == 3, "Cubiss still sees it"
    assert Answer.objects.get().by_party


def test_later_is_later(used, willem):
    page(willem, SOON, "open_items_report", {"voucher": list(used), "wat": "later"})
    assert "U bent helemaal bij" in page(willem, SOON).text
    assert f"{used.first:07}" in page(willem, SOON + timedelta(days=14)).text


def test_a_neighbours_vouchers_are_not_there(used, wendy, willem):
    assert f"{used.first:07}" not in page(wendy, SOON).text
    page(wendy, SOON, "open_items_report", {"voucher": list(used), "wat": "not_ours"})
    page(wendy, SOON, "open_items_report", {"voucher": list(used), "wat": "uitgereikt", "on": "2025-10-01"})
    assert not Answer.objects.exists()
    assert not Handout.objects.exists()


@pytest.fixture
def unused(food_bank, worker, give) -> SerialRange:
    return give(food_bank, worker, 6, DAY)


def test_unused_ones_are_told_by_quarter_and_never_by_number(unused, willem):
    shown = page(willem, LATER).text
    assert "4e kwartaal 2025: 6 van de 6 nog niet gebruikt" in shown
    assert not any(f"{serial:07}" in shown for serial in unused)


def test_a_few_are_not_counted_out(food_bank, worker, give, willem):
    give(food_bank, worker, 4, DAY)
    shown = page(willem, LATER).text
    assert "een paar nog niet gebruikt" in shown
    assert "4 van" not in shown


def test_small_quarters_are_told_together(food_bank, worker, give):
    for starts, count in ((date(2025, 9, 2), 2), (DAY, 6), (date(2026, 1, 5), 3)):
        give(food_bank, worker, count, starts)
    (only,) = own_items.groups(food_bank, date(2026, 6, 1))
    assert (only.key, only.count, only.handed_out) == ("2025-Q3,2025-Q4,2026-Q1", 11, 11)


def test_an_answer_for_a_whole_quarter(unused, willem, food_bank):
    told = {"groep": ["2025-Q4"], "antwoord": "under_way"}
    assert page(willem, LATER, "open_items_unused", told).status_code == 302
    assert Answer.objects.filter(words="under_way", by_party=True).count() == 6
    assert "U bent helemaal bij" in page(willem, LATER).text
    assert own_items.groups(food_bank, LATER + timedelta(days=90))[0].count == 6
    assert page(willem, LATER, "open_items_unused", {"antwoord": "under_way"}).status_code == 422


def test_numbers_that_came_back_lie_in_the_drawer_again(unused, willem, venlo, enrol):
    enrol(venlo, unused.last, LATER)
    typed = {"nummers": f"{unused.first}, {unused.last}, 77777", "wat": "terug"}
    page(willem, LATER, "open_items_numbers", typed)
    assert Voucher.objects.get(pk=unused.first).status == Voucher.Status.ALLOCATED
    shown = page(willem, LATER).text
    assert f"{unused.last:07}, 0077777" in shown, "of used and of strange ones it is not said which is which"


def test_in_a_closed_quarter_the_hand_out_stays_and_is_answered(unused, willem):
    ClosedQuarter.objects.create(quarter=Quarter(2025, 4), closed_at=at(LATER))
    page(willem, LATER, "open_items_numbers", {"nummers": str(unused.first), "wat": "terug"})
    assert Answer.objects.get().words == "unused"
    assert Handout.objects.standing().count() == 6


def test_lost_ones_still_work_for_whoever_finds_them(unused, willem, venlo, enrol):
    page(willem, LATER, "open_items_numbers", {"nummers": str(unused.first), "wat": "kwijt"})
    assert Answer.objects.get().words == "lost"
    enrol(venlo, unused.first, LATER)


def test_the_start_page_says_how_many(used, unused, willem):
    with time_machine.travel(at(LATER), tick=False):
        shown = willem.get(reverse("intermediary:home")).text
    assert "3 vouchers zijn al gebruikt" in shown
    assert reverse("intermediary:open_items") in shown
