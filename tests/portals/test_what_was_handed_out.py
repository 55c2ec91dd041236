"""The list of what an intermediary handed out: what of each can still be taken back, page by page."""

import re
from datetime import date

import pytest

from intermediaries.handouts import handout
from intermediaries.models import Handout
from intermediaries.portal import handouts
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from tests.conftest import at
from vouchers.numbers import SerialRange

LIST = "/intermediair/uitgereikt/"


def rows(client, page: int = 1) -> dict[int, str]:
    """What stands behind each number."""
    body = re.search(r"<tbody>(.*)</tbody>", client.get(f"{LIST}?page={page}").content.decode(), re.S)[1]
    told = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("<tr")[1:]]
    return {int(row.partition("> ")[2].split()[0]): row.partition("> ")[2] for row in told}


@pytest.mark.both_engines
def test_what_is_in_closed_books_or_was_taken_back_stays(willem, food_bank, worker, stock_of_food_bank):
    first = stock_of_food_bank.first
    for serial, on, heard in (
        (first, date(2025, 9, 30), date(2025, 9, 30)),
        (first + 1, date(2025, 9, 30), date(2025, 10, 4)),  # heard after the closing: it comes in the next
        (first + 2, date(2025, 10, 1), date(2025, 10, 1)),
    ):
        handout.hand_out(food_bank, [SerialRange(serial, serial)], on=on, by=worker, at=at(heard))
    handout.revoke(Handout.objects.get(voucher=first + 2), reason="mistake", by=worker, at=at(date(2025, 10, 2)))
    ClosedQuarter.objects.create(quarter=Quarter(2025, 3), closed_at=at(date(2025, 10, 3)))
    told = rows(willem)
    states = ("Verrekend", "Gemeld", "Teruggedraaid")
    assert [
        ([state for state in states if state in told[serial]], told[serial].count("Terugdraaien"))
        for serial in range(first, first + 3)
    ] == [(["Verrekend"], 0), (["Gemeld"], 1), (["Teruggedraaid"], 0)]


def test_so_many_on_a_page(willem, food_bank, worker, stock_of_food_bank, monkeypatch):
    assert handouts.ROWS == 50
    monkeypatch.setattr(handouts, "ROWS", 3)
    first, on = stock_of_food_bank.first, date(2025, 10, 1)
    handout.hand_out(food_bank, [SerialRange(first, first + 3)], on=on, by=worker, at=at(on))
    assert [len(rows(willem, page)) for page in (1, 2)] == [3, 1]
    assert {*rows(willem), *rows(willem, 2)} == {*range(first, first + 4)}
