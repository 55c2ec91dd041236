"""A list of hand-outs as people type, scan, paste or upload it: a line per voucher, with or without its own day.

Reading never touches the database; `preview` then says of every number what recording it would do. A list is text until
it is recorded: it goes from the field to the field, and is stored nowhere.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from intermediaries.handouts import cases, handout
from intermediaries.handouts.rule import HandoutRefusal
from kbl.eligibility import Advice
from kbl.organisations.models import Organisation
from kbl.spreadsheets import as_day
from vouchers import entry
from vouchers.entry import UnreadableEntry
from vouchers.numbers import SERIAL_DIGITS, SerialRange, join, ranges_of, tidy
from vouchers.sentences import shown

DAY_AT_END = re.compile(
    r"[\s,;|]((?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}-\d{1,2}-\d{1,2})(?:[T ]\d{1,2}:\d\d(?::\d\d)?)?)$"
)
LONGEST_DAY = len(" 31-12-2026 14:05:00")
ONLY_A_DAY = "Hier staat wel een dag, maar geen nummer. Zet het nummer ervoor."


@dataclass(frozen=True)
class ListLine:
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

    lines: tuple[ListLine, ...]

    @property
    def count(self) -> int:
        """How many numbers its lines name, those that stand there twice included."""
        return sum(len(serials) for line in self.lines for serials in line.ranges)

    @property
    def unreadable(self) -> list[tuple[ListLine, UnreadableEntry]]:
        return [(line, each) for line in self.lines for each in line.unreadable]


def read(typed: str, *, still_typing: bool = False) -> HandoutList:
    """Read a list line by line. `still_typing`: a last line that is no whole serial yet is left out for now."""
    lines = list(enumerate(typed.splitlines(), 1))
    if still_typing and lines and not typed.endswith(("\n", "\r")) and len(tidy(lines[-1][1])) < SERIAL_DIGITS:
        lines.pop()
    return HandoutList(tuple(_line(place, text.strip()) for place, text in lines if text.strip()))


def _line(place: int, text: str) -> ListLine:
    numbers, day, wrong = _day_of(text)
    if wrong:
        return ListLine(place, text, (), None, (UnreadableEntry(text, wrong),))
    found = entry.read(numbers)
    return ListLine(place, text, found.ranges, day, found.unreadable, found.twice)


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


@dataclass(frozen=True)
class ListPreview:
    """What recording a list would do: what can go on each day, and what cannot and why."""

    good: Mapping[date, tuple[SerialRange, ...]] = field(default_factory=dict)
    refused: tuple[HandoutRefusal, ...] = ()
    twice: tuple[SerialRange, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(serials) for ranges in self.good.values() for serials in ranges)

    @property
    def refused_count(self) -> int:
        """How many numbers cannot go; one that stands there with two days counts once."""
        return len(self.why())

    @property
    def digest(self) -> str:
        """What the confirm button carries: exactly these numbers on these days were shown as good."""
        text = "\n".join(f"{on} {' '.join(map(str, self.good[on]))}" for on in sorted(self.good))
        return hashlib.sha256(text.encode()).hexdigest()[:32] if text else ""

    def why(self) -> dict[int, Advice]:
        """What is wrong with every number that cannot go."""
        told = [(refusal.advice, refusal.serials) for refusal in self.refused]
        return {serial: advice for advice, ranges in told for each in ranges for serial in each}


def preview(organisation: Organisation, listed: HandoutList, *, on: date, today: date) -> ListPreview:
    """What recording a list would do; a line without a day of its own is of day `on`. Changes nothing."""
    days, twice, clashing = _per_day(listed, on)
    good: dict[date, tuple[SerialRange, ...]] = {}
    refused: list[HandoutRefusal] = []
    for day, serials in sorted(clashing.items()):
        asking = replace(cases.asked(organisation.pk, on=day, today=today), two_days=True)
        refused += cases.refusals((run, cases.judge(asking)) for run in ranges_of(serials))
    for day, serials in sorted(days.items()):
        seen = handout.preview(organisation, ranges_of(serials), on=day, today=today)
        if seen.good:
            good[day] = seen.good
        refused += seen.refused
    doubles = join([*ranges_of(twice), *(each for line in listed.lines for each in line.twice)])
    return ListPreview(good, tuple(refused), tuple(doubles))


def _per_day(listed: HandoutList, on: date) -> tuple[dict[date, list[int]], list[int], dict[date, list[int]]]:
    """The numbers of each day, what was named twice, and with several days (none of those is believed)."""
    named: dict[int, list[date]] = defaultdict(list)
    for line in listed.lines:
        for serials in line.ranges:
            for serial in serials:
                named[serial].append(line.day or on)
    days: dict[date, list[int]] = defaultdict(list)
    clashing: dict[date, list[int]] = defaultdict(list)
    twice = []
    for serial, those in named.items():
        if len(set(those)) > 1:
            for day in set(those):
                clashing[day].append(serial)
            continue
        days[those[0]].append(serial)
        if len(those) > 1:
            twice.append(serial)
    return days, twice, clashing
