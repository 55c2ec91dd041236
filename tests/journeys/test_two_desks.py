"""The two desks in a real browser: keys only, a scanner that is quick, a connection that drops, no script, a phone."""

from datetime import date

import pytest
from playwright.sync_api import Page, Route, expect

from intermediaries.models import Accreditation, Handout, Track
from kbl.clock import today
from kbl.organisations.models import Organisation
from libraries.models import Enrolment, Refusal
from tests import browser_support
from tests.browser_support import WIDTHS, fits
from tests.conftest import at
from vouchers.models import Voucher

pytestmark = [pytest.mark.both_engines, pytest.mark.browser]
CHECK = "/bibliotheek/controle/"


@pytest.fixture(autouse=True)
def october(clock) -> None:
    """Noon on Thursday 16 October 2025."""
    clock.move_to(at(date(2025, 10, 16)))


@pytest.fixture
def venlos_stock(venlo: Organisation, stock_of_food_bank) -> Voucher:
    """Venlo's desk is an intermediary too; one of the vouchers in the drawer is its own."""
    Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1.0", valid_from=date(2025, 9, 1))
    Voucher.objects.filter(pk=stock_of_food_bank.last).update(holder=venlo)
    return Voucher.objects.get(pk=stock_of_food_bank.last)


def number_field(page: Page):
    return page.get_by_label("Vouchernummer")


def answer(page: Page):
    return page.locator("#antwoord")


def scan(page: Page, text: str) -> None:
    """As a hardware scanner types: at once, and Enter."""
    browser_support.scan(page, f"{text}\n")


def test_typing_errors_are_caught_before_anything_is_sent(visit, clerk, voucher):
    page = visit(clerk)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if CHECK in request.url else None)
    digits = voucher.number.digits
    place = next(i for i in range(13) if digits[i] != digits[i + 1])
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    for typed, sentence in (
        ("", "Vul het nummer van de voucher in."),
        ("tanya", "Een vouchernummer heeft alleen cijfers"),
        (digits[:-1], "Wij tellen er 13."),
        (digits + "0", "Wij tellen er 15."),
        (swapped, "Dit lijkt een typefout."),
        (digits[:-1] + str((int(digits[-1]) + 1) % 10), "Dit lijkt een typefout."),
    ):
        number_field(page).fill(typed)
        page.keyboard.press("Enter")
        expect(answer(page)).to_contain_text(sentence)
        expect(number_field(page)).to_be_focused()
        expect(number_field(page)).to_have_attribute("aria-invalid", "true")
    assert sent == []
    number_field(page).fill(f"https://kbl.example/v/#{digits}")
    expect(answer(page)).to_be_empty()
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Deze voucher is geldig")
    assert len(sent) == 1
    assert not Refusal.objects.exists()


@pytest.mark.parametrize("size", WIDTHS)
def test_scan_choice_enter_and_the_next_one(visit, clerk, stock_of_food_bank, size):
    page = visit(clerk, size=size)
    for serial, key, kind in ((1, "1", "new"), (2, "2", "conversion"), (3, "3", "free_anyway")):
        expect(number_field(page)).to_be_focused()
        expect(number_field(page)).to_have_value("")
        scan(page, Voucher.objects.get(pk=serial).number.digits)
        expect(page.get_by_role("radio").first).to_be_focused()
        assert fits(page)
        page.keyboard.press(key)
        expect(page.get_by_role("radio").nth(int(key) - 1)).to_be_checked()
        page.keyboard.press("Enter")
        expect(answer(page).get_by_role("heading", name="Klaar")).to_be_visible()
        expect(answer(page)).to_contain_text(f"000000{serial}")
        assert Enrolment.objects.get(voucher=serial).kind == kind
        assert fits(page)
    expect(page.locator("#vandaag")).to_have_text("3 vouchers ingewisseld.")


def test_the_next_visitors_scan_never_answers_for_the_one_before(visit, clerk, stock_of_food_bank):
    first, second = (Voucher.objects.get(pk=serial).number for serial in (1, 2))
    page = visit(clerk)
    scan(page, first.digits)
    expect(page.get_by_role("radio").first).to_be_focused()
    scan(page, second.digits)
    expect(answer(page)).to_contain_text(str(second))
    expect(page.locator("[name=kind]:checked")).to_have_count(0)
    assert not Enrolment.objects.exists()


def test_no_choice_is_told_and_the_focus_goes_there(visit, clerk, voucher):
    page = visit(clerk)
    scan(page, voucher.number.digits)
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(answer(page).get_by_role("alert")).to_be_focused()
    expect(answer(page).get_by_role("alert")).to_contain_text("Kies wat het is.")
    page.get_by_role("radio", name="Nieuw lid").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Klaar")


def test_an_answer_that_got_lost_is_asked_again_and_redeems_once(visit, watch, clerk, voucher):
    watch.excused = {"htmx:sendError", "htmx:afterRequest"}
    page, lost = visit(clerk), []

    def drop_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    # Long before its request: a rule that is made or taken away at the last moment can miss it.
    page.route("**/inwisselen/", drop_the_first_answer)
    page.reload()
    scan(page, voucher.number.digits)
    page.get_by_role("radio", name="Nieuw lid").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Er is geen verbinding. Uw invoer staat er nog.")
    assert lost == [200]
    expect(page.get_by_role("radio", name="Nieuw lid")).to_be_checked()
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Klaar")
    assert Enrolment.objects.count() == 1


def test_who_comes_without_a_voucher_is_helped_with_the_keyboard(visit, clerk, venlos_stock):
    page = visit(clerk)
    page.get_by_role("link", name="Verder zonder voucher").focus()
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("U heeft er nog 1.")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Klaar")
    expect(number_field(page)).to_be_focused()
    made = Enrolment.objects.get()
    assert (made.voucher, made.kind, made.on) == (venlos_stock, "conversion", today())
    assert Handout.objects.get().voucher == venlos_stock


@pytest.mark.parametrize("size", WIDTHS)
def test_without_a_script_the_desk_works(visit, clerk, voucher, size):
    page = visit(clerk, size=size, java_script_enabled=False)
    number_field(page).fill("geen nummer")
    page.get_by_role("button", name="Controleer").click()
    expect(answer(page)).to_contain_text("Een vouchernummer heeft alleen cijfers")
    number_field(page).fill(str(voucher.number))
    page.get_by_role("button", name="Controleer").click()
    page.get_by_label("Nieuw lid").check()
    page.get_by_role("button", name="Inwisselen", exact=True).click()
    expect(answer(page)).to_contain_text("Klaar")
    page.reload()  # sends the form again
    expect(answer(page)).to_contain_text("Klaar")
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("size", WIDTHS)
def test_an_intermediary_hands_out_a_column_with_the_keyboard(visit, worker, stock_of_food_bank, size):
    page = visit(worker, at="/intermediair/uitreiken/", size=size)
    expect(page.get_by_label("Welke vouchers geeft u mee?")).to_be_focused()
    page.keyboard.insert_text("0000001\n2-4\n0000002\n99")
    page.get_by_role("button", name="Controleer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Dit gaat er gebeuren")).to_be_focused()
    expect(page.locator("main")).to_contain_text("Niet uit uw voorraad")
    assert fits(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Leg 4 vouchers vast")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("4 vouchers zijn vastgelegd.")
    expect(page.get_by_label("Welke vouchers geeft u mee?")).to_have_value("0000099")
    assert Handout.objects.count() == 4
    page.goto("/intermediair/uitgereikt/")
    page.get_by_role("link", name="Terugdraaien 0000004").click()
    page.get_by_label("De voucher is toch niet meegegeven").check()
    page.get_by_role("button", name="Draai terug").click()
    expect(page.get_by_role("status").first).to_contain_text("De uitreiking is teruggedraaid.")
    assert fits(page)
    for address in ("/intermediair/", "/intermediair/voorraad/"):
        page.goto(address)
        assert fits(page)


def test_a_scanner_that_ends_with_tab_or_tells_the_kind_of_code_asks_all_the_same(visit, clerk, stock_of_food_bank):
    first, second = (Voucher.objects.get(pk=serial).number for serial in (1, 2))
    page = visit(clerk)
    browser_support.scan(page, f"{first.digits}\t")
    expect(answer(page)).to_contain_text(str(first))
    expect(page.get_by_role("radio").first).to_be_focused()
    browser_support.scan(page, f"]C1{second.digits}\t")
    expect(answer(page)).to_contain_text(str(second))
    expect(page.locator("[name=kind]:checked")).to_have_count(0)
    number_field(page).fill(first.digits.translate(str.maketrans("0123456789", "à&é\"'(-è_ç")))
    page.keyboard.press("Enter")
    expect(answer(page)).to_contain_text("Deze scanner schrijft tekens in plaats van cijfers.")
    assert not Enrolment.objects.exists()
