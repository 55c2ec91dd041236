"""What hand scanners send around a number, at every place where one can be scanned: the same voucher, or a hint."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from intermediaries.handouts import lists
from kbl.intake.widgets import Serial
from kbl.search.reading import Serials
from kbl.search.reading import read as looked_up
from tests.browser_support import chromium, visit, watch
from tests.public.conftest import lasting
from vouchers import entry
from vouchers.fields import EntryField, RangesField
from vouchers.numbers import Number, OtherKeyboard, SerialRange, Several, parse_number, parse_serial
from vouchers.sentences import OTHER_KEYBOARD, about_number

__all__ = ["chromium", "lasting", "visit", "watch"]

ONE, TWO = Number(12345, "482913"), Number(12347, "000417")
AZERTY = str.maketrans("0123456789", "à&é\"'(-è_ç")
BELGIAN = str.maketrans("0123456789", "à&é\"'(§è!ç")
SHIFTED = str.maketrans("0123456789", ")!@#$%^&*(")
BRITISH = str.maketrans("0123456789", ')!"£$%^&*(')
GERMAN = str.maketrans("0123456789", '=!"§$%&/()')
KEYBOARDS = {"AZERTY": AZERTY, "Belgian": BELGIAN, "Caps Lock": SHIFTED, "British": BRITISH, "German": GERMAN}
SENT = [
    *(f"{mark}{ONE.digits}" for mark in ("]C0", "]C1", "]d2", "]Q1", "]Q3 ", "]c1")),
    f"]Q1https://kbl.example/v/#{ONE.digits}",
    f"https://kbl.example/v/%23{ONE.digits}",
    f"https://kbl.example/v/#{ONE.digits}?utm_source=x",
    f"https://kbl.example/v/?taal=nl#{ONE.digits}&x=1",
    f"HTTPS://KBL.EXAMPLE/V/#{ONE.digits}\t",
    f"https://kbl.example/v/%2523{ONE.digits}",
    f"]C1\x1d{ONE.digits}",
    f"\x02{ONE.digits}\x03",
    f"]d2https://kbl.example/v/?taal=uk#{ONE.digits}?a=1&b=2",
    f"{ONE.digits}\r",
    f"{ONE.digits}\t",
    f"{ONE.digits}\r\n",
]


@pytest.mark.parametrize("sent", SENT)
def test_what_a_scanner_puts_around_a_number_does_not_matter_anywhere(sent):
    assert parse_number(sent) == ONE
    assert parse_serial(sent) == 12345
    assert [str(each) for each in entry.read(sent).ranges] == ["0012345"]
    assert lists.read(sent).count == 1
    found = looked_up(sent)
    assert isinstance(found, Serials) and found.only == 12345
    assert Serial().clean(sent) == 12345  # a cell of the office's lists
    assert RangesField().clean(sent) == [SerialRange(12345, 12345)]
    assert [str(each) for each in EntryField().clean(sent).ranges] == ["0012345"]


@pytest.mark.parametrize("mark", ["", "]C1", "]Q1https://kbl.example/v/#", "https://kbl.example/v/#"])
def test_numbers_without_an_end_key_are_taken_apart_by_length_and_check_digit(mark):
    glued = entry.read(f"{mark}{ONE.digits}{mark}{TWO.digits}")
    assert [str(each) for each in glued.ranges] == ["0012345", "0012347"] and not glued.unreadable


def test_glued_numbers_with_a_slip_are_not_guessed_and_the_scanner_is_named():
    slip = f"{ONE.digits}{TWO.digits[:-1]}{(int(TWO.digits[-1]) + 1) % 10}"
    [wrong] = entry.read(slip).unreadable
    assert "28 cijfers" in wrong.sentence and "na elke scan Enter geeft" in wrong.sentence


@pytest.mark.parametrize("keys", KEYBOARDS.values(), ids=KEYBOARDS)
def test_another_keyboard_gets_a_hint(keys):
    typed = ONE.digits.translate(keys)
    with pytest.raises(OtherKeyboard) as refused:
        parse_number(typed)
    assert about_number(refused.value) == OTHER_KEYBOARD
    assert [each.sentence for each in entry.read(typed).unreadable] == [OTHER_KEYBOARD]
    with pytest.raises(OtherKeyboard):
        looked_up(typed)


@pytest.mark.parametrize("mark", ["", "]C1", "]Q1https://kbl.example/v/#", "https://kbl.example/v/#"])
def test_where_one_number_is_asked_several_are_told_and_none_is_taken(mark):
    sent = f"{mark}{ONE.digits}{mark}{TWO.digits}"
    with pytest.raises(Several) as refused:
        parse_number(sent)
    assert "Er kwamen 2 nummers tegelijk. Wij namen er geen" in about_number(refused.value)
    found = looked_up(sent)
    assert isinstance(found, Serials) and [each.first for each in found.ranges] == [12345, 12347]
    with pytest.raises(ValueError, match="geen vouchernummer"):
        Serial().clean(sent)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", SENT)
def test_the_desk_and_the_voucher_page_read_the_same(sent, clerk, voucher, venlo, client):
    own = sent.replace(ONE.digits, voucher.number.digits)
    page = client.post("/v/", {"number": own}).content.decode()
    assert str(voucher.number) in page
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.post(reverse("library:desk_check"), {"number": own}, headers={"HX-Request": "true"}).content.decode()
    assert str(voucher.number) in page and "klopt nog niet" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("keys", KEYBOARDS.values(), ids=KEYBOARDS)
def test_the_voucher_page_says_so_too(keys, client):
    page = client.post("/v/", {"number": ONE.digits.translate(keys)}).content.decode()
    assert "Kijk of Caps Lock uit staat, of typ de cijfers." in page
    page = client.post("/v/", {"number": ONE.digits + TWO.digits}).content.decode()
    assert "Hier staan 2 nummers." in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_reads_what_the_server_reads(visit):
    """The same spellings through the script of the desk and of the voucher's page (static/theme/number.js)."""
    page = visit()
    page.goto("/v/")
    words = {each: each for each in ("empty", "letters", "short", "long", "typo", "keyboard")} | {"several": "{digits}"}

    def wrong(typed: str) -> str:
        return page.evaluate("([typed, words]) => window.kblNumber.wrong(typed, words)", [typed, words])

    assert {sent: wrong(sent) for sent in SENT} == dict.fromkeys(SENT, "")
    assert {name: wrong(ONE.digits.translate(keys)) for name, keys in KEYBOARDS.items()} == dict.fromkeys(
        KEYBOARDS, "keyboard"
    )
    for mark in ("", "]C1", "]Q1https://kbl.example/v/#"):
        assert wrong(f"{mark}{ONE.digits}{mark}{TWO.digits}") == "2"
    assert wrong(ONE.digits[:-1]) == "short" and wrong(ONE.digits + "1") == "long" and wrong("---------") == "letters"
    assert wrong(ONE.digits[:-1] + str((int(ONE.digits[-1]) + 1) % 10)) == "typo"


SCANS = """(text) => {
  const field = document.activeElement;
  const press = (key) =>
    field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true }));
  for (const key of text) {
    press(key);
    field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return !press("Tab");
}"""


def scan(page, digits: str, end: str) -> None:
    """As a hand scanner types: no pause between the keys, however busy this machine is, and a key behind them."""
    if end == "Tab":
        assert page.evaluate(SCANS, digits), "a Tab behind a scan does not leave the field"
    else:
        page.keyboard.type(digits)
        page.keyboard.press(end)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["Enter", "Tab"])
def test_a_scan_that_ends_with_tab_asks_as_one_that_ends_with_enter(visit, coordinator, lasting, end):
    page = visit()
    page.goto("/v/")
    page.get_by_label("Nummer van uw waardebon").focus()
    scan(page, lasting, end)
    expect(page.locator("[data-bon]")).to_be_visible()
    office = visit(coordinator, at="/cubiss/organisaties/")
    office.get_by_role("search").get_by_role("textbox").focus()
    scan(office, lasting, end)
    office.wait_for_url("**/cubiss/vouchers/nummer/1/")
    office.goto("/cubiss/zoeken/")
    office.locator("#inhoud input[name=q], main input[name=q]").first.focus()
    scan(office, lasting, end)
    office.wait_for_url("**/cubiss/vouchers/nummer/1/")
