"""The tally sheet: every number that can go out, a box and a day; and no room for a name."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest
from pypdfium2 import PdfDocument

from tests.conftest import START, at
from tests.portals.conftest import TODAY
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

TALLY, STOCK = "/intermediair/voorraad/turflijst/", "/intermediair/voorraad/"


def text(content: bytes) -> str:
    document = PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.both_engines
def test_the_sheet_has_the_drawer_and_nothing_else(willem, stock_of_food_bank, coordinator):
    stock.void(SerialRange(5, 5), reason="lost", on=TODAY, by=coordinator, at=at(TODAY, 9))
    response = willem.get(TALLY)
    assert response["Content-Type"] == "application/pdf"
    words = text(response.content)
    assert "Wij schrijven geen namen op." in words and "0000001" in words and "0000050" in words
    assert "0000005" not in words and "0000051" not in words
    assert not any(number in words for number in Voucher.objects.values_list("secret", flat=True))
    with pikepdf.open(BytesIO(response.content)) as document:
        assert document.Root.MarkInfo.Marked and document.Root.Lang == "nl"
        assert all([round(float(side)) for side in page.mediabox] == [0, 0, 595, 842] for page in document.pages)


def test_a_voucher_that_expired_is_not_on_it(willem, stock_of_food_bank, coordinator, food_bank):
    old = make_batch(2, medium="paper", valid_until=date(2025, 10, 1), on=START, by=coordinator, at=at(START))
    stock.allocate(old.range, to=food_bank, on=START, by=coordinator, at=at(START))
    assert f"{old.first_serial:07}" not in text(willem.get(TALLY).content)


def test_a_large_drawer_says_that_there_is_more(willem, coordinator, food_bank):
    many = make_batch(500, medium="paper", valid_until=date(2027, 12, 31), on=START, by=coordinator, at=at(START))
    stock.allocate(many.range, to=food_bank, on=START, by=coordinator, at=at(START))
    words = text(willem.get(TALLY).content)
    assert "nog 100 die hier niet op staan" in words
    assert f"{many.first_serial + 399:07}" in words and f"{many.last_serial:07}" not in words


def test_an_empty_drawer_leads_back(willem):
    assert willem.get(TALLY)["Location"] == STOCK


def test_the_stock_leads_there(willem, stock_of_food_bank):
    assert TALLY in willem.get(STOCK).content.decode()
