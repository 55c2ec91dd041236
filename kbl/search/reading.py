"""What somebody typed in the search box, read as what it most likely is. Pure functions, no database.

A text that is only digits, signs and the words people put around numbers is about vouchers; a text with other letters
is a name. Nothing typed here can fail in another way than with a `NumberError`, which a sentence is made of.
"""

import re
import unicodedata
from dataclasses import dataclass

from vouchers.numbers import (
    LARGEST_RANGE,
    LENGTH,
    SERIAL_RANGE,
    Mistake,
    NotANumber,
    Number,
    NumberError,
    RangeTooLarge,
    ReversedRange,
    SerialRange,
    glued,
    join,
    parse_number,
    parse_range,
    refuse_other_keys,
    split_entries,
    tidy,
)

LONGEST = 2_000
MOST_RANGES = 60
KVK_DIGITS = 8

CALLED = re.compile(r"^(?:de\s+)?(?:vouchers?|volgnummers?|nummers?|nr|reeks(?:en)?)\b[\s.:]*", re.IGNORECASE)
BATCH = re.compile(r"^(?:serie|series|batch)\s*[:.]?\s*([0-9]{1,7})$", re.IGNORECASE)
ORDER = re.compile(r"^(?:bestelling\s*:?\s*)?B[\s-]*(20[0-9]{2})[\s-]+([0-9]{1,6})$", re.IGNORECASE)
KVK = re.compile(r"^kvk\s*[:.]?\s*([0-9]{8})$", re.IGNORECASE)
UP_TO = re.compile(r"t\s*/\s*m|\btot(?:\s+en\s+met)?\b|\btm\b", re.IGNORECASE)
WHOLE_RANGE = re.compile(r"([0-9]{14})-([0-9]{14})")


class TooLong(NumberError):
    """More than anybody means to look for."""

    mistake = Mistake.TOO_LONG


class TooManyRanges(NumberError):
    """More separate ranges than one page shows; `count` says how many."""

    mistake = Mistake.TOO_MANY_RANGES


@dataclass(frozen=True)
class Serials:
    """Vouchers by serial; `numbers` are the ones whose whole number was typed, and can be compared."""

    ranges: tuple[SerialRange, ...]
    numbers: tuple[Number, ...] = ()

    @property
    def only(self) -> int | None:
        """The serial, when it is one."""
        return self.ranges[0].first if len(self.ranges) == 1 and len(self.ranges[0]) == 1 else None


@dataclass(frozen=True)
class BatchNamed:
    """A batch by its own number, or by a serial in it."""

    number: int


@dataclass(frozen=True)
class OrderNamed:
    """An order as it is printed: `B-2026-0012`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"B-{self.year}-{self.number:04}"


@dataclass(frozen=True)
class Kvk:
    """Eight digits: the number of a legal entity in the trade register."""

    digits: str


@dataclass(frozen=True)
class Name:
    """Anything else: (a part of) a name or a place."""

    text: str


Read = Serials | BatchNamed | OrderNamed | Kvk | Name


def read(typed: str) -> Read:
    """What somebody typed, as one of the kinds above. Raises NumberError (NotANumber when the box was empty)."""
    text = " ".join(unicodedata.normalize("NFKC", typed).split(" ")).strip()
    if not text:
        raise NotANumber(typed)
    if len(text) > LONGEST:
        raise TooLong(typed)
    refuse_other_keys(text)
    if found := BATCH.fullmatch(text):
        return BatchNamed(int(found[1]))
    if found := ORDER.fullmatch(text):
        return OrderNamed(int(found[1]), int(found[2]))
    if found := KVK.fullmatch(text) or re.fullmatch(rf"([0-9]{{{KVK_DIGITS}}})", re.sub(r"[ .]", "", text)):
        return Kvk(found[1])
    entries = [CALLED.sub("", entry) for entry in split_entries(text)]
    if not all(_is_numeric(entry) for entry in entries) or not any(map(str.isdigit, text)):
        return Name(text)
    return _serials(typed, entries)


def _is_numeric(entry: str) -> bool:
    return not any(map(str.isalpha, tidy(UP_TO.sub("-", entry))))


def _serials(typed: str, entries: list[str]) -> Serials:
    ranges: list[SerialRange] = []
    numbers: list[Number] = []
    for entry in entries:
        if together := glued(entry):  # a scanner without an end key
            ranges += [SerialRange(each.serial, each.serial) for each in together]
            numbers += together
            continue
        found, whole = _entry(entry)
        ranges.append(found)
        numbers += whole
    joined = tuple(join(ranges))
    if sum(map(len, joined)) > LARGEST_RANGE:
        raise RangeTooLarge(typed)
    if len(joined) > MOST_RANGES:
        raise TooManyRanges(typed, len(joined))
    return Serials(joined, tuple(numbers))


def _entry(entry: str) -> tuple[SerialRange, list[Number]]:
    """One serial, whole number or range; a range may run from whole number to whole number."""
    dashed = UP_TO.sub("-", entry)
    digits = tidy(dashed)
    if ends := WHOLE_RANGE.fullmatch(digits):
        numbers = [parse_number(end) for end in ends.groups()]
        if numbers[1].serial < numbers[0].serial:
            raise ReversedRange(entry)
        return SerialRange(numbers[0].serial, numbers[1].serial), numbers
    is_range = SERIAL_RANGE.fullmatch(digits)
    if not is_range and len(digits.replace("-", "")) == LENGTH:
        return _whole(entry)
    if not is_range and "-" in digits:
        raise NotANumber(entry)
    try:
        return parse_range(dashed), []
    except (ReversedRange, RangeTooLarge) as error:
        # `0012345-4829137` looks like a range, and is a whole number with a dash in it.
        try:
            return _whole(digits)
        except NumberError:
            raise type(error)(entry) from None


def _whole(entry: str) -> tuple[SerialRange, list[Number]]:
    number = parse_number(entry)
    return SerialRange(number.serial, number.serial), [number]
