"""After "klaar": the welcome card with the keyboard and on a phone, and a sound that stays off until it is wanted."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kbl.periods import Quarter
from libraries import welcome
from tests.browser_support import WIDTHS, fits, scan
from tests.conftest import at
from vouchers.models import Voucher

pytestmark = [pytest.mark.browser, pytest.mark.both_engines]
DAY = date(2025, 10, 16)

# An ear: the tones that the page asked for, in hertz.
EAR = """window.heard = [];
class Tone { frequency = { set value(hertz) { window.heard.push(hertz); } };
  connect(next) { return next; } start() {} stop() {} }
class Volume { gain = { setValueAtTime() {}, linearRampToValueAtTime() {} }; connect(next) { return next; } }
window.AudioContext = class { currentTime = 0; destination = {}; resume() {}
  createOscillator() { return new Tone(); } createGain() { return new Volume(); } };"""


@pytest.fixture(autouse=True)
def october(clock) -> None:
    """Noon on Thursday 16 October 2025."""
    clock.move_to(at(DAY))


@pytest.fixture
def card(venlo) -> None:
    """Venlo offers what most libraries offer."""
    welcome.begin_with_examples(venlo)


def redeem(page: Page, serial: int) -> None:
    scan(page, f"{Voucher.objects.get(pk=serial).number.digits}\n")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Klaar")).to_be_visible()


def counts(venlo) -> list[int]:
    return list(welcome.told(venlo, quarter=Quarter.of(DAY)).values())


@pytest.mark.parametrize("size", WIDTHS)
def test_telling_counts_and_the_next_scan_still_finds_the_field(visit, clerk, venlo, card, stock_of_food_bank, size):
    page = visit(clerk, size=size)
    redeem(page, 1)
    expect(page.get_by_label("Vouchernummer")).to_be_focused()
    expect(page.get_by_label("Vouchernummer")).to_be_in_viewport()
    told = page.get_by_role("button", name="Taalcafé")
    told.focus()
    page.keyboard.press("Enter")
    expect(told).to_have_attribute("aria-pressed", "true")
    expect(told).to_be_focused()
    assert counts(venlo) == [1]
    assert fits(page)
    assert not Axe().run(page).response["violations"]
    page.keyboard.press("Enter")
    expect(told).to_have_attribute("aria-pressed", "false")
    assert counts(venlo) == [0]
    redeem(page, 2)  # the focus was on the card; the scan went into the field
    expect(page.get_by_role("button", name="Taalcafé")).to_have_attribute("aria-pressed", "false")


def test_a_scan_that_begins_with_a_one_is_not_swallowed_by_the_card(visit, clerk, card, stock_of_food_bank):
    page = visit(clerk)
    redeem(page, 1)
    page.get_by_role("button", name="Leeskring").focus()
    scan(page, "1234", pause=0.15)  # as a person types
    expect(page.get_by_label("Vouchernummer")).to_have_value("1234")


def test_from_scan_to_done_are_three_keys(visit, clerk, stock_of_food_bank):
    page = visit(clerk)
    page.get_by_label("Vouchernummer").fill(Voucher.objects.get(pk=1).number.digits)
    page.keyboard.press("Enter")  # a scanner sends this one by itself
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    expect(page.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Klaar")).to_be_visible()


def test_the_desk_is_silent_until_somebody_wants_a_sound(visit, clerk, stock_of_food_bank):
    page = visit(clerk)
    page.add_init_script(EAR)
    page.reload()
    redeem(page, 1)
    assert page.evaluate("window.heard") == []
    page.get_by_label("Zacht geluid bij een antwoord").check()
    assert page.evaluate("window.heard.splice(0)") == [660, 880]
    page.reload()
    expect(page.get_by_label("Zacht geluid bij een antwoord")).to_be_checked()
    redeem(page, 2)
    assert page.evaluate("window.heard.splice(0)") == [660, 660, 880]
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    expect(page.locator("#antwoord")).to_contain_text("Dit nummer klopt nog niet")
    assert page.evaluate("window.heard.splice(0)") == [220]
    page.get_by_label("Zacht geluid bij een antwoord").uncheck()
    assert page.evaluate("localStorage.getItem('kbl-sound')") == "off"
    assert not [cookie for cookie in page.context.cookies() if "sound" in str(cookie["name"])]


def test_who_hands_out_hears_what_the_last_line_is(visit, clerk, stock_of_food_bank):
    """One tone up for a number that goes, a low one for a number that does not."""
    page = visit(clerk)
    page.add_init_script(EAR)
    page.reload()
    page.get_by_label("Zacht geluid bij een antwoord").check()
    page.evaluate("window.heard.splice(0)")
    for latest, tone in (("success", 660), ("attention", 220), ("danger", 220)):
        page.evaluate(
            "(latest) => { const line = document.createElement('p'); line.dataset.latest = latest;"
            " document.getElementById('antwoord').replaceChildren(line); }",
            latest,
        )
        assert page.evaluate("window.heard.splice(0)") == [tone]


@pytest.mark.parametrize("size", WIDTHS)
def test_the_managers_card_is_kept_with_the_keyboard(visit, manager, venlo, size):
    page = visit(manager, at="/bibliotheek/welkom/", size=size)
    page.get_by_role("button", name="Begin met voorbeelden").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Uw kaart is begonnen.")
    assert fits(page)
    assert not Axe().run(page).response["violations"]
    page.get_by_role("link", name="Zet iets erbij").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Thema").select_option("Taal en lezen")
    page.get_by_label("Wat u aanbiedt").fill("Schrijfclub")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Schrijfclub")).to_be_visible()
    assert fits(page)
