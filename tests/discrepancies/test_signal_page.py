"""The page of signals: shown with their numbers, and looked at."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from kbl.discrepancies.models import SignalSeen
from kbl.discrepancies.signals import signals
from kbl.start_pages import attention
from libraries import enrolment
from tests.conftest import at, branch_of
from tests.discrepancies.conftest import DAY
from vouchers.models import Voucher

pytestmark = pytest.mark.both_engines

SOON = DAY + timedelta(days=20)


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at(SOON), tick=False):
        yield


@pytest.fixture
def pile(stock_of_food_bank, venlo, clerk) -> None:
    """Ten in a row within half an hour, at night."""
    for place in range(10):
        number = Voucher.objects.get(pk=stock_of_food_bank.first + place).number
        moment = at(DAY, 23) + timedelta(minutes=3 * place)
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=moment)


def test_signals_are_shown_with_their_numbers_and_looked_at(pile, carla, rik, coordinator):
    url = reverse("cubiss:signals")
    shown = carla.get(url).text
    assert "10 vouchers met nummers die op elkaar volgen" in shown
    assert "account van Vera" in shown
    assert "fraude" not in shown.lower()
    assert reverse("cubiss:range") in shown
    point = next(each for each in attention.attention_points(at(SOON)) if each.url == url)
    assert point.words == "2 signalen zijn het bekijken waard"

    for each in signals(SOON):
        key = "/".join("" if part is None else str(part) for part in each.key)
        told = {"signaal": key, "omvang": each.size, "uitkomst": "explained"}
        assert rik.post(reverse("cubiss:signal_look"), told).status_code == 403
        carla.post(reverse("cubiss:signal_look"), told)
    assert SignalSeen.objects.count() == 2
    assert "Niets wat opvalt" in carla.get(url).text
    assert not [each for each in attention.attention_points(at(SOON)) if each.url == url]
    odd = carla.post(
        reverse("cubiss:signal_look"), {"signaal": "pile/1/2/3", "omvang": "4", "uitkomst": "talked"}, follow=True
    )
    assert "is er niet meer" in odd.text
    assert "Kies eerst wat er uitkwam" in carla.post(reverse("cubiss:signal_look"), {"omvang": "x"}, follow=True).text
