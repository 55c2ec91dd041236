"""The number on a voucher: whatever people type, paste or scan means the right thing or is refused in words."""

import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from vouchers import entry, numbers
from vouchers.numbers import (
    LAST_SERIAL,
    LENGTH,
    NotANumber,
    Number,
    OverlappingRange,
    RangeTooLarge,
    ReversedRange,
    SerialRange,
    TypingError,
    WrongLength,
    draw_secrets,
    parse_number,
    parse_range,
    parse_ranges,
    parse_serial,
    ranges_of,
)

serials = st.integers(1, LAST_SERIAL)
secrets = st.text("0123456789", min_size=6, max_size=6)
a_number = st.builds(Number, serials, secrets)
separators = st.text(" .-\u2013\u2014\u2011\u00a0\u2009\u200b\u2212_/", max_size=3)


@given(a_number)
def test_a_printed_number_reads_back(number):
    assert parse_number(str(number)) == number
    assert len(number.digits) == LENGTH


@given(a_number, st.data())
def test_spaces_dots_and_dashes_of_any_kind_do_not_matter(number, data):
    typed = "".join(digit + data.draw(separators) for digit in number.digits)
    assert parse_number(typed) == number


@given(
    a_number, st.sampled_from(["KBL", "kbl-", "Nr. ", "nummer: ", "https://kbl.example/v/#", "HTTPS://KBL.EXAMPLE/V/#"])
)
def test_a_prefix_or_the_pasted_address_does_not_matter(number, prefix):
    assert parse_number(prefix + str(number)) == number


@given(a_number)
def test_digits_of_another_script_are_digits(number):
    arabic = number.digits.translate({ord("0") + i: 0x660 + i for i in range(10)})
    fullwidth = number.digits.translate({ord("0") + i: 0xFF10 + i for i in range(10)})
    assert parse_number(arabic) == parse_number(fullwidth) == number


@given(a_number, st.integers(0, LENGTH - 1), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_seen(number, place, digit):
    assume(number.digits[place] != digit)
    with pytest.raises(TypingError):
        parse_number(number.digits[:place] + digit + number.digits[place + 1 :])


@given(a_number, st.integers(0, LENGTH - 2))
def test_two_swapped_neighbours_are_always_seen_also_at_the_very_end(number, place):
    digits = number.digits
    assume(digits[place] != digits[place + 1])
    with pytest.raises(TypingError):
        parse_number(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])


@given(a_number)
def test_a_missing_leading_zero_is_a_wrong_length_not_a_match(number):
    assume(number.digits.startswith("0"))
    with pytest.raises(WrongLength) as refused:
        parse_number(number.digits[1:])
    assert refused.value.count == LENGTH - 1


@given(st.text(max_size=40))
@example("")
@example("\x00")
@example("--")
def test_nothing_that_is_typed_breaks_the_reader(typed):
    for read in (parse_number, parse_serial, parse_range, parse_ranges):
        try:
            read(typed)
        except numbers.NumberError as refused:
            assert isinstance(refused.typed, str)


@given(serials)
def test_a_serial_may_lose_its_leading_zeros(serial):
    assert parse_serial(str(serial)) == parse_serial(f"{serial:07}") == serial


@given(a_number)
def test_a_full_number_stands_for_its_serial(number):
    assert parse_serial(str(number)) == number.serial
    assert parse_range(str(number)) == SerialRange(number.serial, number.serial)


@pytest.mark.parametrize("typed", ["0", "000", "12345678", "123456789012345"])
def test_a_serial_of_a_wrong_length_is_told(typed):
    with pytest.raises(WrongLength):
        parse_serial(typed)


@pytest.mark.parametrize(
    "typed", ["0012345-0012370", "12345 - 12370", "12345 t/m 12370", "0012345 – 0012370", "12345 tot 12370"]
)
def test_a_range_is_read_however_it_is_written(typed):
    assert parse_range(typed) == SerialRange(12345, 12370)


def test_a_hyphen_that_is_not_shown_makes_no_range():
    """A letter that was made in a text program breaks a number off with it; nobody sees it in what is pasted."""
    assert parse_range("001\u00ad2345") == SerialRange(12345, 12345)
    assert parse_range("0012345-001\u00ad2370") == SerialRange(12345, 12370)


def test_a_reversed_range_is_refused_not_turned_round():
    with pytest.raises(ReversedRange):
        parse_range("12370-12345")


def test_a_million_at_once_is_the_most():
    assert len(parse_range("1-1000000")) == 1_000_000
    for one_too_many in ("1-1000001", "1-9999999"):
        with pytest.raises(RangeTooLarge):
            parse_range(one_too_many)


def test_one_field_takes_ranges_and_serials_in_any_order():
    assert parse_ranges("31, 12345-12350; 12351\n 7\t8") == [
        SerialRange(7, 8),
        SerialRange(31, 31),
        SerialRange(12345, 12351),
    ]


@pytest.mark.parametrize("typed", ["5-10, 8", "8 ; 8", "1-4\n4-6"])
def test_a_number_named_twice_is_told(typed):
    with pytest.raises(OverlappingRange):
        parse_ranges(typed)


def test_an_empty_field_is_no_number():
    for typed in ("", "  ", ",;"):
        with pytest.raises(NotANumber):
            parse_ranges(typed)


@given(st.sets(st.integers(1, 300), min_size=1))
def test_serials_become_the_fewest_ranges_that_hold_exactly_them(chosen):
    ranges = ranges_of(chosen)
    assert [serial for each in ranges for serial in each] == sorted(chosen)
    assert all(later.first > one.last + 1 for one, later in zip(ranges, ranges[1:], strict=False))


def test_secrets_are_six_digits_and_spread_evenly():
    drawn = draw_secrets(100_000)
    assert all(len(each) == 6 and set(each) <= set(string.digits) for each in drawn)
    assert len(set(drawn)) > 94_000  # 95,163 expected of a million with 100,000 draws; 94,000 is ten deviations away
    first_digits = [sum(each[0] == digit for each in drawn) for digit in string.digits]
    assert min(first_digits) > 9_400 and max(first_digits) < 10_600


def test_two_draws_differ():
    assert draw_secrets(50) != draw_secrets(50)


def test_a_number_that_lies_in_a_range_from_before_is_named_twice_also_behind_a_smaller_one():
    found = entry.read("1-10, 2-3, 5, 10-12")
    assert [str(each) for each in found.twice] == ["0000002-0000003", "0000005", "0000010"]
    assert found.count == 12
