"""A number as it is typed or scanned, read by the script of the desk: every sentence, by itself."""

import pytest
from playwright.sync_api import Page

from tests.site.test_scripts_alone import chromium, opened  # noqa: F401 (fixtures)

pytestmark = pytest.mark.browser

WRONG = """(typed) => kblNumber.wrong(typed, { empty: "leeg", letters: "letters", short: "kort {digits}",
  long: "lang {digits}", typo: "typefout", keyboard: "toetsen", several: "{digits} nummers" })"""
BODIES = ("0000000123456", "0000000123457")


def told(page: Page, typed: str) -> str:
    return page.evaluate(WRONG, typed)


def test_each_thing_that_can_be_wrong_with_a_number(opened):  # noqa: F811
    page = opened("", "number.js")
    one, other = (
        next(f"{body}{digit}" for digit in range(10) if told(page, f"{body}{digit}") == "") for body in BODIES
    )
    typo = one[:-1] + str((int(one[-1]) + 1) % 10)
    asked = {
        "": "leeg",
        "  ": "leeg",
        typo: "typefout",
        one[1:]: "kort 13",
        f"{one}0": "lang 15",
        f" KBL-{one[:7]} {one[7:]} ": "",
        f"https://voorbeeld.example/v/#{one}?a=1": "",
        "1234567": "kort 7",
        "&é\"'(-§": "toetsen",
        "&é\"'(-": "letters",
        "&&&&&&&": "letters",
        "&é\"'(-$": "letters",
        "!@#$%^&": "toetsen",
        "abcdefg": "letters",
        f"{one}{other}": "2 nummers",
        f"{one}{other}{one}": "3 nummers",
        f"{one}{typo}": "lang 28",
        f"{typo}{one}": "lang 28",
        f"https://voorbeeld.example/v/#{one}https://voorbeeld.example/v/#{other}": "2 nummers",
        "١٢٣": "",
        "١٢٣a": "letters",
        f"{one[:-1]}x": "letters",
    }
    assert {typed: told(page, typed) for typed in asked} == asked
