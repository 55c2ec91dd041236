"""Reading what people type, scan and paste: what can be read goes on, the rest is said back."""

import re
from dataclasses import dataclass

from vouchers.numbers import NumberError, SerialRange, join, parse_range, split_entries
from vouchers.sentences import about_serials

AT_ONCE = 10_000
SERIALS_ON_ONE_LINE = re.compile(r"\d{7}(?:\s+\d{7})+")


@dataclass(frozen=True)
class UnreadableEntry:
    """One entry that is no number, as it was typed, and what is wrong with it."""

    typed: str
    sentence: str


@dataclass(frozen=True)
class NumberEntry:
    """A field full of numbers: sorted ranges, what stood there twice (it counts once), and what could not be read."""

    ranges: tuple[SerialRange, ...]
    twice: tuple[SerialRange, ...]
    unreadable: tuple[UnreadableEntry, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.ranges))


def read(typed: str) -> NumberEntry:
    """Read a field entry by entry; one bad entry never hides the others."""
    ranges: list[SerialRange] = []
    unreadable: list[UnreadableEntry] = []
    for each in split_entries(typed):
        try:
            ranges.extend(_read_one(each))
        except NumberError as error:
            unreadable.append(UnreadableEntry(each, about_serials(error)))
    return NumberEntry(tuple(join(ranges)), tuple(join(_doubles(ranges))), tuple(unreadable))


def _read_one(typed: str) -> list[SerialRange]:
    """One entry; serials with only a space between them are taken apart when together they are no voucher number."""
    try:
        return [parse_range(typed)]
    except NumberError:
        if SERIALS_ON_ONE_LINE.fullmatch(typed.strip()):
            return [parse_range(each) for each in typed.split()]
        raise


def _doubles(ranges: list[SerialRange]) -> list[SerialRange]:
    """The serials that more than one entry names."""
    doubles = []
    last = 0
    for each in sorted(ranges):
        if each.first <= last:
            doubles.append(SerialRange(each.first, min(each.last, last)))
        last = max(last, each.last)
    return doubles


def write(ranges: tuple[SerialRange, ...]) -> str:
    """Ranges as text that `read` reads again; on one line, because a browser sends a line's end back as another one."""
    return ", ".join(map(str, ranges))
