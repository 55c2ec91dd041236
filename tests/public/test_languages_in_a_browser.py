"""The page in every language in a real browser: it fits, axe finds nothing, and the voucher stays when it changes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser_support import DESK, PHONE, fits
from tests.public.conftest import record, said
from tests.public.test_languages import CODES
from vouchers.models import Voucher
from vouchers.numbers import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def digits(lasting) -> str:
    """A voucher that is valid on the browser's own clock."""
    return lasting


def number(digits: str) -> str:
    return str(Number(int(digits[:7]), digits[7:13]))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_language_fits_and_is_clean(visit, digits, gennep, size):
    page = visit(size=size)
    for code in CODES:
        texts = said(code)
        page.goto("about:blank")
        page.goto(f"/v/?taal={code}#{digits}")
        expect(page.locator("[data-bon]")).to_contain_text(texts["show"])
        page.get_by_label(texts["municipality"]).select_option(gennep.municipality.code)
        page.get_by_role("button", name=texts["search"]).click()
        expect(page.locator("#bibliotheken")).to_contain_text(gennep.name)
        expect(page.locator("[data-bon]")).to_be_visible()
        assert fits(page), code
        assert not Axe().run(page).response["violations"], code
        page.goto(f"/v/?taal={code}")
        page.get_by_label(texts["field"]).fill("123")
        page.keyboard.press("Enter")
        expect(page.locator("#bon")).to_contain_text(texts["short"].format(digits=3))
        assert fits(page), code
        assert not Axe().run(page).response["violations"], code
    assert page.context.cookies() == []


def test_a_scanned_number_stays_behind_the_hash_when_the_language_changes(visit, digits):
    page = visit(size=PHONE)
    seen, bodies = record(page)
    page.goto(f"/v/#{digits}")
    expect(page.locator("[data-bon]")).to_be_visible()
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("[data-bon]")).to_contain_text(said("ar")["show"])
    expect(page.locator("[data-bon]")).to_contain_text(number(digits))
    assert page.url.endswith(f"/v/?taal=ar#{digits}")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    box = page.locator(".bon-number bdi").evaluate("e => getComputedStyle(e).direction")
    assert box == "ltr"
    assert not [each for each in seen if digits in each], "the number went out in an address or a header"
    assert [body for body in bodies if digits in body] == [f"number={digits}"] * 2


def test_a_typed_number_stays_out_of_the_address_when_the_language_changes(visit, digits):
    page = visit(size=PHONE)
    seen, _ = record(page)
    page.goto("/v/?taal=en")
    page.get_by_label(said("en")["field"]).fill(digits)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bon]")).to_be_visible()
    page.get_by_role("link", name="Українська").click()
    expect(page.locator("[data-bon]")).to_contain_text(said("uk")["show"])
    expect(page.locator("[data-bon]")).to_contain_text(number(digits))
    assert digits not in page.url and not [each for each in seen if digits in each]


def test_another_voucher_starts_clean_in_the_same_language(visit, digits):
    page = visit(size=PHONE)
    page.goto(f"/v/?taal=ro#{digits}")
    page.get_by_text(said("ro")["another"]).click()
    assert page.url.endswith("/v/?taal=ro")
    other = Voucher.objects.get(pk=int(digits[:7]) + 1).number.digits
    page.get_by_label(said("ro")["field"]).fill(other)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bon]")).to_contain_text(number(other))
    assert digits not in page.get_by_role("link", name="Polski").get_attribute("href")


def test_libraries_without_a_connection_say_so_and_ask_again(visit, digits, venlo, watch):
    watch.excused.add("Failed to load")
    page = visit(size=PHONE)
    texts = said("pl")
    page.goto(f"/v/?taal=pl#{digits}")
    expect(page.locator("[data-bon]")).to_be_visible()
    page.get_by_label(texts["municipality"]).select_option(label="Venlo")
    page.context.set_offline(True)
    page.get_by_role("button", name=texts["search"]).click()
    expect(page.locator("#bibliotheken")).to_contain_text(texts["offline"])
    expect(page.locator("[data-bon]")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name=texts["again"]).click()
    expect(page.locator("#bibliotheken")).to_contain_text(venlo.name)
    page.get_by_role("link", name="English").click()
    expect(page.locator("#bibliotheken")).to_contain_text(venlo.name)
    expect(page.locator("[data-bon]")).to_contain_text(number(digits))


def test_without_script_a_language_and_a_municipality_can_be_chosen(visit, digits, venlo):
    page = visit(size=PHONE, java_script_enabled=False)
    page.goto("/v/")
    page.get_by_role("link", name="English").click()
    texts = said("en")
    page.get_by_label(texts["field"]).fill(digits)
    page.get_by_role("button", name=texts["button"]).click()
    page.get_by_label(texts["municipality"]).select_option(label="Venlo")
    page.get_by_role("button", name=texts["search"]).click()
    expect(page.locator("#bibliotheken")).to_contain_text(venlo.name)
    expect(page.locator("[data-bon]")).to_contain_text(number(digits))
    assert digits not in page.url
