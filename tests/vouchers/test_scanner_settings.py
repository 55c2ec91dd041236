"""What hand scanners send around a number, at every place where one can be scanned: the same voucher, or a hint."""

import pytest

from intermediaries.handouts import lists
from kbl.search.reading import Serials
from kbl.search.reading import read as looked_up
from vouchers import entry
from vouchers.numbers import Number, OtherKeyboard, parse_number, parse_serial
from vouchers.sentences import OTHER_KEYBOARD, about_number

ONE, TWO = Number(12345, "482913"), Number(12347, "000417")
AZERTY = str.maketrans("0123456789", "à&é\"'(-è_ç")
BELGIAN = str.maketrans("0123456789", "à&é\"'(§è!ç")
SHIFTED = str.maketrans("0123456789", ")!@#$%^&*(")
SENT = [
    *(f"{mark}{ONE.digits}" for mark in ("]C0", "]C1", "]d2", "]Q1", "]Q3 ", "]c1")),
    f"]Q1https://kbl.example/v/#{ONE.digits}",
    f"https://kbl.example/v/%23{ONE.digits}",
    f"https://kbl.example/v/#{ONE.digits}?utm_source=x",
    f"https://kbl.example/v/?taal=nl#{ONE.digits}&x=1",
    f"HTTPS://KBL.EXAMPLE/V/#{ONE.digits}\t",
    f"{ONE.digits}\r",
]


@pytest.mark.parametrize("sent", SENT)
def test_what_a_scanner_puts_around_a_number_does_not_matter_anywhere(sent):
    assert parse_number(sent) == ONE
    assert parse_serial(sent) == 12345
    assert [str(each) for each in entry.read(sent).ranges] == ["0012345"]
    assert lists.read(sent).count == 1
    found = looked_up(sent)
    assert isinstance(found, Serials) and found.only == 12345


@pytest.mark.parametrize("mark", ["", "]C1", "]Q1https://kbl.example/v/#", "https://kbl.example/v/#"])
def test_numbers_without_an_end_key_are_taken_apart_by_length_and_check_digit(mark):
    glued = entry.read(f"{mark}{ONE.digits}{mark}{TWO.digits}")
    assert [str(each) for each in glued.ranges] == ["0012345", "0012347"] and not glued.unreadable


def test_glued_numbers_with_a_slip_are_not_guessed_and_the_scanner_is_named():
    slip = f"{ONE.digits}{TWO.digits[:-1]}{(int(TWO.digits[-1]) + 1) % 10}"
    [wrong] = entry.read(slip).unreadable
    assert "28 cijfers" in wrong.sentence and "na elke scan Enter geeft" in wrong.sentence


@pytest.mark.parametrize("keys", [AZERTY, BELGIAN, SHIFTED], ids=["AZERTY", "Belgian", "Caps Lock"])
def test_another_keyboard_gets_a_hint(keys):
    typed = ONE.digits.translate(keys)
    with pytest.raises(OtherKeyboard) as refused:
        parse_number(typed)
    assert about_number(refused.value) == OTHER_KEYBOARD
    assert [each.sentence for each in entry.read(typed).unreadable] == [OTHER_KEYBOARD]
