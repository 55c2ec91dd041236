"""What the page shows of a look at a list of hand-outs: the newest lines, what can go, and what cannot and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intermediaries.accreditation import accreditation_on
from intermediaries.handouts.lists import HandoutList, Line, Looked
from intermediaries.handouts.sentences import about_refusal
from intermediaries.sentences import Advice
from kbl.formats import counted, number
from kbl.organisations.models import ClosedQuarter, Organisation
from kbl.periods import Quarter
from vouchers.numbers import SerialRange, join

NEWEST = 8
SHOWN = 60


@dataclass(frozen=True)
class Part:
    """Numbers of one day; the day is only told when it is another than that of the form."""

    ranges: tuple[SerialRange, ...]
    day: date | None

    @property
    def shown(self) -> tuple[SerialRange, ...]:
        return self.ranges[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.ranges) - len(self.shown)


@dataclass(frozen=True)
class Group:
    """A row of the preview: numbers of which the same is true."""

    parts: tuple[Part, ...]
    count: int
    advice: Advice | None = None


@dataclass(frozen=True)
class Verdict:
    """What is said of one line of the list."""

    words: str
    tone: str
    says: str


def preview(organisation: Organisation, listed: HandoutList, looked: Looked, on: date) -> dict:
    """What the page shows of a look at the numbers."""
    days = sorted(looked.good)
    quarters = {Quarter.of(day) for day in days}
    return {
        "good": Group(tuple(Part(looked.good[day], _other(day, on)) for day in days), looked.count),
        "count": looked.count,
        "sums": list(_sums(looked.count, looked.refused_count, len(listed.unreadable))),
        "agreed": looked.digest,
        "refused": list(_groups(looked, on)),
        "unreadable": listed.unreadable[:SHOWN],
        "unreadable_more": max(0, len(listed.unreadable) - SHOWN),
        "twice": Part(looked.twice, None),
        "newest": list(_newest(listed, looked)),
        "line_count": len(listed.lines),
        "left": left(listed, looked, on),
        "late": ClosedQuarter.objects.filter(quarter__in=quarters).exists(),
        "unaccredited": sum(
            sum(map(len, looked.good[day])) for day in days if accreditation_on(organisation, day) is None
        ),
    }


def _sums(good: int, refused: int, unreadable: int) -> Iterable[tuple[str, str]]:
    """The whole list in a line: `23 kunnen mee`, `1 kan niet`."""
    yield "success", counted(good, "kan", "kunnen") + " mee"
    if refused:
        yield "refusal", counted(refused, "kan", "kunnen") + " niet"
    if unreadable:
        yield "attention", f"{number(unreadable)} niet te lezen"


def left(listed: HandoutList, looked: Looked, on: date) -> str:
    """What cannot go, as a list that can be put right."""
    lines = [_text(serials, day, on) for (_, day), ranges in looked.refused.items() for serials in ranges]
    return "\n".join([*lines, *(each.typed for _, each in listed.unreadable)])


def _text(serials: SerialRange, day: date, on: date) -> str:
    return str(serials) if day == on else f"{serials} {day:%d-%m-%Y}"


def _other(day: date, on: date) -> date | None:
    return None if day == on else day


def _groups(looked: Looked, on: date) -> Iterable[Group]:
    reasons = dict.fromkeys(reason for reason, _ in looked.refused)
    for reason in reasons:
        those = [(day, ranges) for (why, day), ranges in looked.refused.items() if why == reason]
        numbers = join(SerialRange(serial, serial) for _, ranges in those for each in ranges for serial in each)
        parts = tuple(Part(ranges, _other(day, on)) for day, ranges in those)
        yield Group(parts, len({serial for each in numbers for serial in each}), about_refusal(reason))


def _newest(listed: HandoutList, looked: Looked) -> Iterable[Verdict]:
    """The last lines, the newest first: what somebody who scans wants to see."""
    why = looked.why()
    doubles = {serial for each in looked.twice for serial in each}
    first: dict[int, int] = {}
    for line in listed.lines if doubles else ():
        for serials in line.ranges:
            for serial in serials:
                if serial in doubles:
                    first.setdefault(serial, line.place)
    for line in listed.lines[: -NEWEST - 1 : -1]:
        yield _verdict(line, why, first)


def _verdict(line: Line, why: dict[int, str], first: dict[int, int]) -> Verdict:
    words = ", ".join([*map(str, line.ranges[:4]), *(each.typed[:40] for each in line.unreadable[:4])])
    serials = [serial for each in line.ranges for serial in each]
    reasons = list(dict.fromkeys(why[serial] for serial in serials if serial in why))
    if line.unreadable:
        return Verdict(words, "attention", "Niet te lezen")
    if reasons:
        title = about_refusal(reasons[0]).title
        return Verdict(words, "refusal", title if len(reasons) == 1 and len(serials) == 1 else "Niet alles kan mee")
    if any(first.get(serial, line.place) < line.place for serial in serials):
        return Verdict(words, "info", "Stond er al: telt één keer")
    return Verdict(words, "success", "Kan mee")
