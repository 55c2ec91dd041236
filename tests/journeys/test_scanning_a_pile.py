"""An intermediary with a scanner and a pile: every scan is answered beside the field, nothing is lost at full speed."""

from datetime import date

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import DisputedNumber, Statement
from tests.browser_support import PHONE, WIDTHS, fits, scan
from tests.conftest import at
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.both_engines, pytest.mark.browser]

TODAY = date(2025, 10, 16)
PLACE = "document.getElementById('voorbeeld-plek').getBoundingClientRect().top + window.scrollY"


@pytest.fixture(autouse=True)
def thursday():
    with time_machine.travel(at(TODAY), tick=True):
        yield


def clean(page) -> bool:
    """No sideways scrolling, and axe finds nothing."""
    found = Axe().run(page).response["violations"]
    assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
    return fits(page)


@pytest.mark.parametrize("size", WIDTHS)
def test_a_pile_is_scanned_at_full_speed(visit, worker, stock_of_food_bank, size):
    numbers = [Voucher.objects.get(pk=serial).number.digits for serial in range(1, 21)]
    page = visit(worker, at="/intermediair/uitreiken/", size=size)
    field = page.get_by_label("Welke vouchers geeft u mee?")
    expect(field).to_be_focused()
    page.get_by_label("Zacht geluid bij elke scan").check()
    field.focus()
    place = page.evaluate(PLACE)
    for number in [*numbers, numbers[4]]:  # a scanner is a keyboard without pauses; the fifth is scanned once more
        scan(page, f"{number}\n")
    live = page.locator("#voorbeeld-plek")
    expect(live.get_by_role("status")).to_contain_text("20 kunnen mee")
    newest = live.locator(".handout-lines li").first
    expect(newest).to_contain_text("0000005")
    expect(newest).to_contain_text("Stond er al: telt één keer")
    expect(field).to_be_focused()
    assert size == PHONE or page.evaluate(PLACE) == place  # what one looks at does not jump
    assert clean(page)
    page.get_by_role("button", name="Leg 20 vouchers vast").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("20 vouchers zijn vastgelegd.")
    assert Handout.objects.count() == 20


def test_a_file_goes_from_the_chooser_to_the_books_with_the_keyboard(visit, worker, stock_of_food_bank):
    page = visit(worker, at="/intermediair/uitreiken/")
    page.get_by_text("Liever een bestand uit Excel?").press("Enter")
    chooser = page.get_by_label("Of kies een bestand")
    chooser.set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": b"Nummer;Naam\n1;Jansen\n"})
    page.get_by_role("button", name="Controleer").press("Enter")
    expect(page.locator(".kbl-errors")).to_contain_text("Kolom ‘Naam’ hoort hier niet.")
    assert clean(page)
    chooser.set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": b"Nummer;Dag\n1;2-10-2025\n70;\n"})
    page.get_by_role("button", name="Controleer").press("Enter")
    expect(page.get_by_role("heading", name="Dit gaat er gebeuren")).to_be_focused()
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar wat niet kan als lijst").press("Enter")
    assert download.value.suggested_filename == "kbl-nog-niet-gemeld.xlsx"
    page.get_by_role("button", name="Leg 1 voucher vast").press("Enter")
    expect(page.get_by_label("Welke vouchers geeft u mee?")).to_have_value("0000070")
    assert Handout.objects.get().on == date(2025, 10, 2)


@pytest.mark.parametrize("size", WIDTHS)
def test_a_declaration_is_questioned_by_its_numbers(visit, worker, coordinator, food_bank, stock_of_food_bank, size):
    day = date(2025, 9, 20)
    handout.hand_out(food_bank, [SerialRange(1, 3)], on=day, by=worker, at=at(day))
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
    page = visit(worker, at="/intermediair/kwartaal/", size=size)
    assert clean(page)
    page.get_by_role("link", name="Declaraties").first.click()
    page.get_by_role("link", name="Bekijk 3e kwartaal 2025").press("Enter")
    page.get_by_text("Er klopt iets niet").press("Enter")
    page.get_by_label("er staan nummers op die niet kloppen").press("Space")
    page.get_by_label("Om welke nummers gaat het?").fill("2, 70")
    page.get_by_role("button", name="Stuur uw vraag").press("Enter")
    expect(page.locator(".kbl-errors")).to_contain_text("0000070 staat niet op deze afrekening")
    assert clean(page)
    page.get_by_role("button", name="Stuur alleen wat klopt").press("Enter")
    expect(page.get_by_role("heading", name="Uw vraag is bij Cubiss")).to_be_visible()
    assert DisputedNumber.objects.get().serial == 2
    disputed = Statement.objects.get(status="disputed")
    office = visit(coordinator, at=f"/cubiss/kwartalen/afrekeningen/{disputed.pk}/", size=size)
    expect(office.get_by_role("link", name="0000002", exact=True)).to_be_visible()
    assert clean(office)


def test_a_scanner_that_ends_with_tab_loses_no_number_and_a_person_still_leaves_the_field(
    visit, worker, stock_of_food_bank
):
    page = visit(worker, at="/intermediair/uitreiken/")
    field = page.get_by_label("Welke vouchers geeft u mee?")
    field.focus()
    day = page.locator("[name=on]").input_value()
    for number in ("0000001", "0000002", "0000003"):
        scan(page, f"{number}\t")
    expect(field).to_have_value("0000001\n0000002\n0000003\n")
    expect(page.locator("[name=on]")).to_have_value(day)
    expect(field).to_be_focused()
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()
