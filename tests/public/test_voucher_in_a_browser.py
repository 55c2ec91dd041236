"""A resident scans the code: the voucher is on the phone, and its number was in no address that a server saw."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from tests.browser_support import DESK, PHONE, fits
from tests.public.conftest import NL, record
from vouchers.models import Voucher
from vouchers.numbers import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def digits(lasting) -> str:
    """A voucher that is valid on the browser's own clock."""
    return lasting


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_scanning_the_code_shows_the_voucher(visit, digits, size):
    page = visit(size=size)
    seen, bodies = record(page)
    page.goto(f"/v/#{digits}")
    card = page.locator("[data-bon]")
    expect(card).to_contain_text(str(Number(int(digits[:7]), digits[7:13])))
    expect(card).to_contain_text("31 december 2099")
    expect(page.get_by_role("img", name=NL["qr"])).to_be_visible()
    expect(page.get_by_role("img", name=NL["bars"])).to_be_visible()
    expect(page.locator("#vragen")).to_be_hidden()
    assert fits(page)
    assert [body for body in bodies if digits in body] == [f"number={digits}"]
    assert not [each for each in seen if digits in each], "the number went out in an address or a header"
    assert page.context.cookies() == []
    assert digits not in page.title()
    assert not Axe().run(page).response["violations"]


def test_who_is_logged_in_on_this_telephone_asks_without_a_cookie_too(visit, digits, gennep):
    """A colleague scans a voucher: nothing that says who he is goes along with its number."""
    page = visit(size=PHONE)
    page.goto("/v/")
    home = page.evaluate("location.origin")
    page.context.add_cookies([{"name": "sessionid", "value": "wie-ik-ben", "url": home}])
    asked: list[dict] = []

    def listen(route: Route) -> None:
        asked.append(route.request.all_headers())
        route.continue_()

    page.route(lambda url: "/v/" in url, listen)
    page.get_by_label(NL["field"]).fill(digits)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bon]")).to_be_visible()
    assert len(asked) == 1 and "cookie" not in asked[0], "of the question about a number"


def test_a_typing_error_is_caught_before_anything_is_sent(visit, digits):
    page = visit(size=PHONE)
    page.goto("/v/")
    _, bodies = record(page)
    wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    page.get_by_label(NL["field"]).fill(wrong)
    page.keyboard.press("Enter")
    expect(page.locator("#bon")).to_contain_text(NL["typo"])
    assert not any(bodies)
    page.get_by_label(NL["field"]).fill(digits)
    page.keyboard.press("Enter")
    expect(page.locator("[data-bon]")).to_be_visible()
    assert "#" not in page.url, "what was typed on a shared computer does not stay in its history"
    page.get_by_text(NL["another"]).click()
    expect(page.get_by_label(NL["field"])).to_be_focused()
    expect(page.get_by_label(NL["field"])).to_have_value("")


def test_a_number_that_is_not_there_gets_one_kind_sentence(visit, digits, watch):
    page = visit(size=PHONE)
    page.goto(f"/v/#{Number(9_999_999, '123456').digits}")
    expect(page.locator("#bon")).to_contain_text(NL["refused"])
    expect(page.get_by_label(NL["field"])).to_be_visible()
    assert not Axe().run(page).response["violations"]


def test_scanning_the_next_voucher_in_the_same_window_shows_that_one(visit, digits):
    other = Voucher.objects.get(pk=int(digits[:7]) + 1).number
    page = visit(size=PHONE)
    page.goto(f"/v/#{digits}")
    expect(page.locator("[data-bon]")).to_be_visible()
    page.evaluate("digits => { location.hash = digits }", other.digits)
    expect(page.locator("[data-bon]")).to_contain_text(str(other))


def test_without_a_connection_it_says_so_and_asks_again(visit, digits, watch):
    watch.excused.add("Failed to load")
    page = visit(size=PHONE)
    page.goto("/v/")
    page.context.set_offline(True)
    page.get_by_label(NL["field"]).fill(digits)
    page.keyboard.press("Enter")
    expect(page.locator("#bon")).to_contain_text(NL["offline"])
    page.context.set_offline(False)
    page.get_by_role("button", name=NL["again"]).click()
    expect(page.locator("[data-bon]")).to_be_visible()


def test_without_script_the_form_works(visit, digits):
    page = visit(size=PHONE, java_script_enabled=False)
    page.goto(f"/v/#{digits}")
    page.get_by_label(NL["field"]).fill(digits)
    page.get_by_role("button", name=NL["button"]).click()
    expect(page.locator("[data-bon]")).to_contain_text("31 december 2099")
    assert digits not in page.url
