"""Stock in real browsers: ordered, sent with a packing list, received; ten lost, five back, twenty moved on."""

import re
from datetime import date

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from reporting import integrity
from tests.browser_support import PHONE, WIDTHS, fits
from tests.conftest import at
from tests.journeys.test_one_voucher import press, says
from vouchers.custody import stock
from vouchers.models import Voucher

# On PostgreSQL only: every act of it is told on both engines in tests/office, tests/intermediaries and tests/vouchers.
pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def october(clock) -> None:
    """Noon on Thursday 16 October 2025."""
    clock.move_to(at(date(2025, 10, 16)))


def go(page: Page, item: str) -> None:
    """Choose from the menu, which a phone opens first."""
    assert page.viewport_size
    if page.viewport_size["width"] == PHONE[0]:
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=item).click()


def done(page: Page, sentence: str) -> None:
    """The message on top of the next page."""
    expect(page.locator("#kbl-messages")).to_contain_text(sentence)


def order_sixty(page: Page) -> None:
    go(page, "Bestellen")
    page.get_by_label("Hoeveel").fill("60")
    press(page, "Bestellen")
    says(page, "Cubiss kijkt ernaar", "60")
    assert fits(page)


def send_it(page: Page) -> str:
    """Cubiss looks, lets the proposal go and prints the packing list; gives the text on that paper."""
    go(page, "Bestellingen")
    page.get_by_role("link", name=re.compile("B-2025-")).first.click()
    says(page, "Voedselbank Venlo vraagt er 60")
    press(page, "Bekijk wat er meegaat")
    says(page, "0000001-0000060", "Kan mee")
    expect(page.get_by_role("button", name="Verstuur 60 vouchers")).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "Pakbon")
    address = page.get_by_role("link", name=re.compile("^Pakbon B-2025-")).get_attribute("href")
    paper = pypdfium2.PdfDocument(page.request.get(address).body())
    return " ".join(sheet.get_textpage().get_text_range() for sheet in paper)


def receive_it(page: Page) -> None:
    go(page, "Bestellen")
    page.get_by_role("link", name=re.compile("B-2025-")).first.click()
    press(page, "Alles is binnen")
    says(page, "Alles is binnen", "U kunt de vouchers uitreiken.")


def tell_of(page: Page, what: str, serials: str, button: str, reason: str = "") -> None:
    """The two steps at the intermediary's drawer."""
    go(page, "Voorraad")
    page.get_by_role("link", name=what).click()
    page.get_by_label(re.compile("[Nn]ummers")).fill(serials)
    if reason:
        page.get_by_label(reason).check()
    press(page, "Bekijk wat er gebeurt")
    press(page, button)


def book_in(page: Page) -> None:
    """What the intermediary announced is here."""
    go(page, "Vouchers")
    page.get_by_role("link", name="Bekijk wat er terugkomt").click()
    page.get_by_role("link", name=re.compile("^Binnen")).click()
    press(page, "Bekijk wat er gebeurt")
    press(page, "Ja, terugnemen")
    done(page, "5 vouchers teruggenomen van Voedselbank Venlo.")


def move_twenty(page: Page) -> None:
    """Of the numbers that are typed two are lost already: only the others go."""
    go(page, "Vouchers")
    page.get_by_role("navigation", name="Voorraad veranderen").get_by_role("link", name="Verplaatsen").click()
    page.get_by_label("Van wie?").select_option(label="Voedselbank Venlo")
    page.get_by_label("Naar wie?").select_option(label="Welzijn Noord")
    page.get_by_label("Nummers").fill("9 t/m 30")
    press(page, "Bekijk wat er gebeurt")
    says(page, "0000009-0000030: 20 kunnen mee, 2 zijn ongeldig.")
    press(page, "Ja, verplaatsen")
    done(page, "20 vouchers verplaatst van Voedselbank Venlo naar Welzijn Noord.")
    says(page, "Dit kon nog niet")


@pytest.mark.parametrize("size", WIDTHS, ids=["desk", "phone"])
def test_vouchers_are_ordered_sent_received_lost_returned_and_moved(
    visit, batch, food_bank, welfare, worker, coordinator, size
):
    carla, willem = visit(coordinator), visit(worker, size=size)
    order_sixty(willem)
    paper = send_it(carla)
    assert "Voedselbank Venlo" in paper and "0000001" in paper and "0000060" in paper
    assert not any(voucher.secret in paper for voucher in Voucher.objects.all()), "serials only"
    receive_it(willem)

    tell_of(willem, "Kwijt of kapot", "1-10", "Ja, melden", reason="Ze zijn kwijt")
    done(willem, "10 vouchers gemeld als kwijt.")
    tell_of(willem, "Terugsturen", "56 t/m 60", "Ja, ik stuur ze terug")
    says(willem, "Door u aangekondigd")
    book_in(carla)
    move_twenty(carla)

    assert stock.holdings(food_bank) == {"in_stock": 0, "allocated": 25, "handed_out": 0, "redeemed": 0, "void": 10}
    assert stock.holdings(welfare)["allocated"] == 20
    assert stock.holdings(None)["in_stock"] == 45
    assert [outcome.invariant.name for outcome in integrity.check() if not outcome.holds] == []
