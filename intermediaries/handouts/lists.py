"""A list of hand-outs as people type, scan, paste or upload it: a line per voucher, with or without its own day.

Reading never touches the database; `look` then says of every number what recording it would do. A list is text until
it is recorded: it goes from the field to the field, and is stored nowhere.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from intermediaries.handouts import handout
from intermediaries.handouts.handout import Refusal
from kbl.organisations.models import Organisation
from kbl.spreadsheets import as_day
from vouchers import entry
from vouchers.entry import UnreadableEntry
from vouchers.numbers import SERIAL_DIGITS, SerialRange, join, ranges_of, tidy
from vouchers.sentences import shown

DAY_AT_END = re.compile(r"[\s,;|](\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{1,2}-\d{1,2})$")
LONGEST_DAY = len(" 31-12-2026")
ONLY_A_DAY = "Hier staat wel een dag, maar geen nummer. Zet het nummer ervoor."


@dataclass(frozen=True)
class Line:
    """One line of a list: its place, its numbers, and the day that stands behind them (if any)."""

    place: int
    typed: str
    ranges: tuple[SerialRange, ...]
    day: date | None = None
    unreadable: tuple[UnreadableEntry, ...] = ()
    twice: tuple[SerialRange, ...] = ()


@dataclass(frozen=True)
class HandoutList:
    """The filled lines of a list, in order."""

    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many numbers its lines name, those that stand there twice included."""
        return sum(len(serials) for line in self.lines for serials in line.ranges)

    @property
    def unreadable(self) -> list[tuple[Line, UnreadableEntry]]:
        return [(line, each) for line in self.lines for each in line.unreadable]


def read(typed: str, *, still_typing: bool = False) -> HandoutList:
    """Read a list line by line. `still_typing`: a last line that is no whole serial yet is left out for now."""
    lines = list(enumerate(typed.splitlines(), 1))
    if still_typing and lines and not typed.endswith(("\n", "\r")) and len(tidy(lines[-1][1])) < SERIAL_DIGITS:
        lines.pop()
    return HandoutList(tuple(_line(place, text.strip()) for place, text in lines if text.strip()))


def _line(place: int, text: str) -> Line:
    numbers, day, wrong = _day_of(text)
    if wrong:
        return Line(place, text, (), None, (UnreadableEntry(text, wrong),))
    found = entry.read(numbers)
    return Line(place, text, found.ranges, day, found.unreadable, found.twice)


def _day_of(text: str) -> tuple[str, date | None, str]:
    """The numbers of a line, the day behind them, and what is wrong with that day."""
    found = DAY_AT_END.search(f" {text}"[-LONGEST_DAY:])
    if not found:
        return text, None, ""
    numbers = text[: len(text) - len(found[1])].rstrip(" ,;|\t").removesuffix(" op")
    day = as_day(found[1])
    if day is None:
        return text, None, f"{shown(found[1])} is geen dag. Schrijf hem als 31-12-2026."
    return numbers, day, "" if numbers else ONLY_A_DAY


@dataclass
class Looked:
    """What recording a list would do. `refused` is per reason and day; `why` tells it per number."""

    good: dict[date, tuple[SerialRange, ...]] = field(default_factory=dict)
    refused: dict[tuple[str, date], tuple[SerialRange, ...]] = field(default_factory=dict)
    twice: tuple[SerialRange, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(serials) for ranges in self.good.values() for serials in ranges)

    @property
    def refused_count(self) -> int:
        """How many numbers cannot go; one that stands there with two days counts once."""
        return len({serial for ranges in self.refused.values() for each in ranges for serial in each})

    @property
    def digest(self) -> str:
        """What the confirm button carries: exactly these numbers on these days were shown as good."""
        text = "\n".join(f"{on} {' '.join(map(str, self.good[on]))}" for on in sorted(self.good))
        return hashlib.sha256(text.encode()).hexdigest()[:32] if text else ""

    def why(self) -> dict[int, str]:
        """The reason of every number that cannot go."""
        return {serial: reason for (reason, _), ranges in self.refused.items() for each in ranges for serial in each}


def look(organisation: Organisation, listed: HandoutList, *, on: date, today: date) -> Looked:
    """What recording a list would do; a line without a day of its own is of day `on`. Changes nothing."""
    days, twice, clashing = _per_day(listed, on)
    looked = Looked(twice=tuple(join([*ranges_of(twice), *(each for line in listed.lines for each in line.twice)])))
    refused: dict[tuple[str, date], list[SerialRange]] = defaultdict(list)
    for serial, those in clashing.items():
        for day in those:
            refused[Refusal.TWO_DAYS, day].append(SerialRange(serial, serial))
    for day, serials in sorted(days.items()):
        ranges = ranges_of(serials)
        if day > today:
            refused[Refusal.FUTURE, day].extend(ranges)
            continue
        seen = handout.preview(organisation, ranges, on=day)
        if seen.good:
            looked.good[day] = seen.good
        for each in seen.refused:
            refused[each.reason, day].extend(each.serials)
    looked.refused = {key: tuple(join(ranges)) for key, ranges in refused.items()}
    return looked


def _per_day(listed: HandoutList, on: date) -> tuple[Mapping[date, list[int]], list[int], dict[int, set[date]]]:
    """The numbers of each day, what was named twice, and what was named with two days (none of those is believed)."""
    named: dict[int, list[date]] = defaultdict(list)
    for line in listed.lines:
        for serials in line.ranges:
            for serial in serials:
                named[serial].append(line.day or on)
    days: dict[date, list[int]] = defaultdict(list)
    twice, clashing = [], {}
    for serial, those in named.items():
        if len(set(those)) > 1:
            clashing[serial] = set(those)
            continue
        days[those[0]].append(serial)
        if len(those) > 1:
            twice.append(serial)
    return days, twice, clashing
