"""A year later: a pasted column, one look, one press, with the keyboard; what could not be used stays in the field."""

from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from libraries import enrolment
from libraries.models import MembershipYear
from tests.browser_support import WIDTHS, fits
from tests.conftest import at, branch_of
from vouchers.models import Voucher

pytestmark = [pytest.mark.browser, pytest.mark.both_engines]
BEGIN, LATER = date(2025, 10, 2), date(2026, 10, 15)


@pytest.fixture(autouse=True)
def members(clock, stock_of_food_bank, venlo, clerk) -> None:
    """Three members since 2 October 2025; it is 15 October 2026."""
    for serial in (1, 2, 3):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=BEGIN, by=clerk, at=at(BEGIN))
    clock.move_to(at(LATER))


@pytest.mark.parametrize("size", WIDTHS)
def test_a_pasted_column_is_recorded_with_the_keyboard(visit, clerk, size):
    page = visit(clerk, at="/bibliotheek/verlengingen/", size=size)
    assert fits(page)
    page.get_by_label("Plak nummers").focus()
    page.keyboard.insert_text("0000001\n0000002\n99\nniemand")
    page.get_by_role("button", name="Kijk wat er gebeurt").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dit gaat er gebeuren")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Dit nummer is niet bij u ingewisseld.")
    expect(page.locator("main")).to_contain_text("“niemand” is geen nummer.")
    assert fits(page)
    assert not Axe().run(page).response["violations"]
    page.get_by_label("Kies 0000002").uncheck()
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    page.get_by_role("button", name="Leg vast: verlengd").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("1 lidmaatschap is verlengd.")
    expect(page.get_by_label("Plak nummers")).to_have_value("0000099\nniemand")
    assert fits(page)
    assert MembershipYear.objects.get(ordinal=2).enrolment.voucher_id == 1
