"""A number as it is typed or scanned, read by the script of the desk: every sentence, by itself."""

from random import Random

import pytest
from playwright.sync_api import Page

from tests.site.test_scripts_alone import chromium, opened  # noqa: F401 (fixtures)
from vouchers.numbers import (
    LENGTH,
    NotANumber,
    Number,
    OtherKeyboard,
    Several,
    TypingError,
    WrongLength,
    parse_number,
)

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


def read_here(typed: str) -> str:
    """What the server's own reading says of it (vouchers/numbers.py), in the words of the page."""
    try:
        parse_number(typed)
    except Several as wrong:
        return f"{wrong.count} nummers"
    except OtherKeyboard:
        return "toetsen"
    except TypingError:
        return "typefout"
    except WrongLength as wrong:
        return f"{'kort' if wrong.count < LENGTH else 'lang'} {wrong.count}"
    except NotANumber:
        return "letters" if typed.strip() else "leeg"
    return ""


ONE, TWO = Number(12345, "482913").digits, Number(12347, "000417").digits
WRAPS = [
    "{}", " {}\t", "KBL{}", "kbl-{}", "NR:{}", "nr {}", "NUMMER:{}", "Nummer {}", "NUMMER{}", "KBL:{}", "x{}", "{}x",
    "]C1{}", "]c0{}", "]D2 {}", "]q3{}", "]C1KBL{}", "]c1kbl{}", "]C1NR{}", "]1C{}", "]CC{}", "]C{}", "a]C1{}",
    "https://a.example/v/#{}", "https://a.example/v/%23{}", "https://a.example/v/%2523{}",
    "https://a.example/v/%252523{}", "#{}", "#a#{}", "%23%23{}", "a%23b#{}", "#{}?a=1", "#{}&a=1", "#{}?a=1&b=2",
    "? #{}",
    "]Q1https://a.example/v/#{}", "\x02{}\x03", "]C1\x1d{}", "#{} ", "# {}", "#]C1{}", "{}?a=1", "{}\u200b", "\u00ad{}",
]  # fmt: skip
BETWEEN = " .\u00b7\u2022,_/-\u2010\u2013\u2014\u2212\u2043\u00a0\u2009\u200b\t+:'\\"
GLUES = [
    "{}{}", "]C1{}]C1{}", "]c1{}]d2{}", "{}https://a.example/#{}", "https://a.example/#{}HTTP://a.example/#{}",
    "]Q1https://a.example/#{}]Q1https://a.example/#{}", "]C1KBL{}]C1NR{}", "]C1#{}]C1#{}", "{}\n{}", "{} {}", "{},{}",
    "{}x{}", "KBL{}{}", "]C1 {}]C1 {}", "{}]C1{}", "{}{}1", "{0}{0}{0}{1}", "]Cx{}]C1{}",
]  # fmt: skip
KEYS = ["&é\"'(-§è_!çà", "!@#$%^&*()", '!"£$%^&*()', '!"§$%&/()=']


def asked_both_ways() -> list[str]:
    typo = ONE[:-1] + str((int(ONE[-1]) + 1) % 10)
    numbers = [ONE, typo, ONE[1:], ONE + "0", ONE[:7], "", "0", "é"]
    typed = [wrap.format(number) for wrap in WRAPS for number in numbers]
    typed += [ONE[:7] + sign + ONE[7:13] + sign + ONE[13:] for sign in BETWEEN]
    typed += [glue.format(one, two) for glue in GLUES for one in (ONE, typo) for two in (TWO, TWO[:-1], typo)]
    for keys in KEYS:
        typed += [
            keys,
            keys[:7],
            keys[:6],
            keys[:6] + " ",
            f" {keys[1:8]}\n",
            keys[0] * 9,
            keys[:7] + "x",
            "x" + keys[:7],
        ]
        typed += [(keys[0] + key) * 4 for key in keys[1:]]
        typed += [keys[:7] + other for others in KEYS for other in others]
    wide = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})  # as an Asian keyboard writes
    typed += [
        each.translate(wide) for each in (ONE, typo, f"]C1{ONE}]C1{TWO}", f"KBL-{ONE}", f"https://a.example/v/#{ONE}")
    ]
    typed += [f"]C1{ONE}]C1{TWO.translate(wide)}", f"]C1{ONE.translate(wide)}{TWO}"]
    dice = Random(7)
    return typed + [f"{dice.randrange(10**14):014}" for _ in range(600)] + [
        Number(dice.randrange(10**7), f"{dice.randrange(10**6):06}").digits for _ in range(300)
    ]  # fmt: skip


def test_the_page_reads_as_the_server_reads(opened):  # noqa: F811
    """Every wrapping, sign and keyboard, two behind each other, and each cell of the table, in one question."""
    page = opened("", "number.js")
    typed = asked_both_ways()
    said = page.evaluate(f"(many) => many.map({WRONG})", typed)
    other = [(each, here, read_here(each)) for each, here in zip(typed, said, strict=True) if here != read_here(each)]
    assert other == []
    assert len(set(said)) > 15
