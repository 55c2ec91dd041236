"""The box and the voucher's page with a keyboard, on a desk and on a phone; axe finds nothing."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from intermediaries.handouts import handout
from libraries import enrolment
from tests.browser_support import DESK, PHONE, chromium, fits, visit, watch
from tests.conftest import at, branch_of
from vouchers.numbers import SerialRange

__all__ = ["chromium", "visit", "watch"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = date(2025, 10, 2)
PAGES = [
    "/cubiss/zoeken/",
    "/cubiss/vouchers/nummer/1/",
    "/cubiss/vouchers/nummers/?van=1&tot=100",
    "/cubiss/vouchers/overzicht/",
    "/cubiss/vouchers/overzicht/?per=spoor",
]


@pytest.fixture
def told(voucher, food_bank, worker, venlo, clerk):
    """A voucher with a story: handed out, redeemed, taken back, redeemed again."""
    handout.hand_out(food_bank, [SerialRange(1, 3)], on=DAY, by=worker, at=at(DAY))
    first = enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY))
    enrolment.revoke(first, reason="typing_error", by=clerk, at=at(DAY, 13))
    enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=DAY, by=clerk, at=at(DAY, 14))
    return voucher


def test_from_any_page_to_a_voucher_with_the_keyboard_alone(visit, coordinator, told):
    page = visit(coordinator, at="/cubiss/organisaties/")
    page.locator("h1").click()
    page.keyboard.press("/")
    box = page.get_by_role("search").get_by_role("textbox")
    expect(box).to_be_focused()
    page.keyboard.type(str(told.number))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cubiss/vouchers/nummer/1/")
    expect(page.get_by_text("Het hele nummer klopt.")).to_be_visible()
    expect(page.get_by_text("wisselde de voucher in, bij vestiging Centrum.")).to_have_count(2)
    page.get_by_role("link", name="Nieuwste eerst").press("Enter")
    page.wait_for_url("**volgorde=nieuwste")


def test_the_key_can_be_switched_off_and_types_a_slash_in_a_field(visit, coordinator, told):
    page = visit(coordinator, at="/cubiss/zoeken/")
    box = page.get_by_label("Wat zoekt u?")
    expect(box).to_be_focused()
    page.keyboard.type("1/2")
    expect(box).to_have_value("1/2")
    page.get_by_label("Met de toets").uncheck()
    page.goto("/cubiss/organisaties/")
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.get_by_role("search").get_by_role("textbox")).not_to_be_focused()


def test_a_mistake_is_said_and_stays_in_the_box(visit, coordinator, told):
    page = visit(coordinator, at="/cubiss/zoeken/")
    expect(page.get_by_label("Wat zoekt u?")).to_be_focused()
    page.keyboard.type("40-12")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De reeks loopt terug")).to_be_visible()
    expect(page.get_by_label("Wat zoekt u?")).to_have_value("40-12")
    page.get_by_role("link", name="Vouchers 0000012-0000040").press("Enter")
    page.wait_for_url("**?van=12&tot=40")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_fit_and_axe_finds_nothing(visit, coordinator, told, size):
    page = visit(coordinator, size=size)
    for url in PAGES:
        page.goto(url)
        assert fits(page), f"{url} is too wide"
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert not found.violations_count, f"{url}\n{found.generate_report()}"
    page.goto("/cubiss/")
    if size == PHONE:
        page.get_by_role("link", name="Zoeken").click()
        page.wait_for_url("**/cubiss/zoeken/")
