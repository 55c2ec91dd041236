"""What is dear to count is kept by a task where there are very many vouchers; its page says the same, and of when."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from kbl.formats import moment
from kbl.jobs.models import KeptCount
from kbl.start_pages import keeping
from libraries import enrolment
from reporting.dashboard import summarising
from tests.conftest import at, branch_of
from tests.start_pages.test_dear import DAY, hand_out
from vouchers.models import Voucher

pytestmark = pytest.mark.both_engines

SOON = at(DAY + timedelta(days=120))
# Every count that is kept, with the pages that show it.
PAGES = {
    "today": ["cubiss:home"],
    "current_figures": ["cubiss:current_figures", "cubiss:reports", "cubiss:current_figures_csv"],
    "discrepancies": ["cubiss:discrepancies"],
    "signals": ["cubiss:signals"],
    "forecast": ["cubiss:forecast", "cubiss:forecast_csv"],
    "flows": ["cubiss:flows"],
    "white_spots": ["cubiss:white_spots"],
    "reminders": ["cubiss:discrepancy_reminders"],
    "monitor": ["cubiss:monitor"],
    "personal_data": ["cubiss:personal_data"],
    "listed_reports": [],  # frozen, so of no moment: tests/reporting/test_kept_reports.py
}
FILES = ("_csv",)


def read(client, page: str) -> str:
    """What a page says, apart from of when it is and from what differs with every answer."""
    answer = client.get(reverse(page))
    assert answer.status_code == 200, page
    text = answer.text
    text = re.sub(r"<p[^>]*>[^<]*[Ss]tand van [^<]*</p>|[Ss]tand van [^.<]*\.( Wat daarna [^<]*)?", "", text)
    return re.sub(r"\s*([<>])\s*|\s+", r"\1", re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]*"', "", text))


def test_every_count_that_is_kept_is_compared_here():
    assert {each.name for each in keeping.KEEPERS} == PAGES.keys()


def test_what_was_kept_says_the_same(
    stock_of_food_bank, food_bank, worker, venlo, clerk, coordinator, log_in, monkeypatch
):
    """Twenty went out, and ten others in a row became memberships at night: counted, and kept, it is the same story."""
    hand_out(food_bank, worker, 1, 20)
    for serial in range(31, 41):
        night = at(DAY, 23) + timedelta(minutes=3 * (serial - 31))
        enrolment.redeem(
            Voucher.objects.get(pk=serial).number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=night
        )
    pages = [page for each in PAGES.values() for page in each]
    with time_machine.travel(SOON, tick=False):
        carla = log_in(coordinator)
        summarising.catch_up(alone=True)
        counted = {page: read(carla, page) for page in pages}
        assert not keeping.refresh(SOON) and not KeptCount.objects.exists()
        monkeypatch.setattr(keeping, "MANY", 5)
        assert keeping.refresh(SOON) and KeptCount.objects.count() == len(keeping.KEEPERS)
        assert {page: read(carla, page) for page in pages} == counted
        said = f"tand van {moment(SOON)}"
        for page in pages:
            assert page.endswith(FILES) or said in carla.get(reverse(page)).text, page


def test_one_that_cannot_be_counted_does_not_stop_the_others(stock_of_food_bank, food_bank, worker, monkeypatch):
    hand_out(food_bank, worker, 1, 10)
    monkeypatch.setattr(keeping, "MANY", 5)
    broken = keeping.Keeper("broken", lambda at: 1 // 0)
    monkeypatch.setattr(keeping, "KEEPERS", (broken, *keeping.KEEPERS[:1]))
    with pytest.raises(ZeroDivisionError):
        keeping.refresh(at(DAY))
    assert [each.name for each in KeptCount.objects.all()] == ["today"]
