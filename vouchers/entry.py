"""Reading what people type, scan and paste: what can be read goes on, the rest is said back."""

import re
from dataclasses import dataclass

from kbl.spreadsheets.sentences import UNCALCULATED_CELL
from kbl.spreadsheets.values import UNCALCULATED
from vouchers.numbers import NumberError, SerialRange, glued, join, parse_range, split_entries
from vouchers.sentences import about_serials, waits

AT_ONCE = 10_000
QUOTED = re.compile(r'"(.+)"')
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
    """Read a field entry by entry; one bad entry never hides the others.

    Only words behind a number on its own line are about that number (`197, niet meegegeven`): then the line waits.
    So does a cell of a file, which stands between quotes, with any part that cannot be read.
    """
    ranges: list[SerialRange] = []
    unreadable: list[UnreadableEntry] = []
    for line in filter(str.strip, re.split(r"[\n\r]+", typed)):
        found, wrong = _line(line.strip())
        ranges += found
        unreadable += wrong
    return NumberEntry(tuple(join(ranges)), tuple(join(_doubles(ranges))), tuple(unreadable))


def as_cell(text: str) -> str:
    """A cell of a file as a line of a field: with several parts it stands between quotes, and counts whole or not."""
    return f'"{text}"' if len(split_entries(text)) > 1 else text


def _line(line: str) -> tuple[list[SerialRange], list[UnreadableEntry]]:
    """The numbers of a line, and what cannot be read of it."""
    if UNCALCULATED in line:
        return [], [UnreadableEntry(line, UNCALCULATED_CELL)]
    cell = QUOTED.fullmatch(line)
    parts = split_entries(cell[1] if cell else line)
    ranges: list[SerialRange] = []
    wrong: list[UnreadableEntry] = []
    for part in parts:
        try:
            ranges.extend(_read_one(part))
        except NumberError as error:
            sentence = about_serials(error)
            if len(parts) > 1 and (cell or _is_remark(part, line)):
                return [], [UnreadableEntry(line, waits(error, line))]
            wrong.append(UnreadableEntry(part, sentence))
    return ranges, wrong


def _is_remark(part: str, line: str) -> bool:
    """Whether words are about the number beside them: more than one word, or the only thing beside it."""
    words = re.findall(r"[^\W\d_]{2,}", part)
    return len(words) > 1 or (len(words) == 1 and line.count(",") == 1 and not re.search(r"[;|\t]", line))


def _read_one(typed: str) -> list[SerialRange]:
    """One entry; serials with only a space between them are taken apart when together they are no voucher number."""
    try:
        return [parse_range(typed)]
    except NumberError:
        if numbers := glued(typed):
            return [SerialRange(each.serial, each.serial) for each in numbers]
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
