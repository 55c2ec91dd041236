"""With very many vouchers a task counts what is dear, and the start page says of when it is; else it counts itself."""

from datetime import date, timedelta

import pytest

from intermediaries.handouts import handout
from kbl.formats import moment
from kbl.jobs.models import KeptCount
from kbl.rows import Tally, tally
from kbl.start_pages import dear, keeping
from kbl.start_pages.activity import latest
from kbl.start_pages.attention import attention_points
from reporting.dashboard import summarising
from tests.conftest import at
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

DAY = date(2025, 10, 6)


def hand_out(food_bank, worker, first: int, last: int) -> None:
    handout.hand_out(food_bank, [SerialRange(first, last)], on=DAY, by=worker, at=at(DAY))
    summarising.catch_up(alone=True)


def low_stock(when) -> list[str]:
    return [each.note for each in attention_points(when) if "bijna geen vouchers" in each.words]


def test_with_few_vouchers_the_page_counts_itself(stock_of_food_bank, food_bank, worker):
    """Willem hands out forty of his fifty: the page knows at once, also after the task came by."""
    assert not keeping.refresh(at(DAY)) and low_stock(at(DAY)) == []
    hand_out(food_bank, worker, 1, 40)
    assert not keeping.refresh(at(DAY)) and not KeptCount.objects.exists()
    assert low_stock(at(DAY)) == ["Nog in voorraad: Voedselbank Venlo (10)."]
    assert dear.now(at(DAY)).at is None


def test_with_many_the_page_says_of_when_it_is(stock_of_food_bank, food_bank, worker, monkeypatch):
    """Ten went out when the task counted; thirty more are not in what was kept until it counts again."""
    monkeypatch.setattr(keeping, "MANY", 5)
    hand_out(food_bank, worker, 1, 10)
    assert keeping.refresh(at(DAY))
    hand_out(food_bank, worker, 11, 40)
    assert low_stock(at(DAY)) == []
    (event,) = [each for each in latest(dear.now(at(DAY)).events) if "reikte" in each.words]
    assert event.words == "Voedselbank Venlo reikte 10 vouchers uit" and event.at == at(DAY)
    later = at(DAY) + timedelta(minutes=5)
    assert keeping.refresh(later)
    assert low_stock(later) == [f"Nog in voorraad: Voedselbank Venlo (10). Stand van {moment(later)}."]
    assert dear.now(later).at == later


def test_what_took_long_is_not_counted_all_the_time(stock_of_food_bank, food_bank, worker, monkeypatch):
    """Ten seconds of counting last for ten minutes; a clock that went back does not stop it."""
    monkeypatch.setattr(keeping, "MANY", 5)
    hand_out(food_bank, worker, 1, 10)
    assert keeping.refresh(at(DAY))
    KeptCount.objects.update(seconds=10)
    assert not keeping.refresh(at(DAY) + timedelta(minutes=9))
    assert keeping.refresh(at(DAY) + timedelta(minutes=10))
    assert keeping.refresh(at(DAY))


def test_many_counts_are_one_question(stock_of_food_bank, django_assert_num_queries):
    every = Voucher.objects.select_related("batch")
    questions = {"all": every, "held": every.filter(holder__isnull=False), "none": every.none()}
    with django_assert_num_queries(1):
        found = tally(questions, least="serial")
    assert found == {"all": Tally(100, 1), "held": Tally(50, 1), "none": Tally(0)}
    assert tally({"none": every.none()}) == {"none": Tally(0)}
