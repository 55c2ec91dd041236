"""What the page shows of the preview of a list of hand-outs: the newest lines, what can go, and what cannot and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from intermediaries.accreditation import Accreditations
from intermediaries.handouts.lists import HandoutList, ListLine, ListPreview
from intermediaries.handouts.rule import HandoutRefusal
from kbl.eligibility import Advice
from kbl.formats import counted, number
from kbl.organisations.models import ClosedQuarter, Organisation
from kbl.periods import Quarter
from vouchers.numbers import SerialRange

NEWEST = 8
SHOWN = 60


@dataclass(frozen=True)
class DayPart:
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

    parts: tuple[DayPart, ...]
    count: int
    advice: Advice | None = None


@dataclass(frozen=True)
class LineVerdict:
    """What is said of one line of the list."""

    words: str
    tone: str
    says: str


def preview(organisation: Organisation, listed: HandoutList, seen: ListPreview, on: date) -> dict:
    """What the page shows of the numbers."""
    days = sorted(seen.good)
    quarters = {Quarter.of(day) for day in days}
    accreditations = Accreditations([organisation.pk])
    return {
        "good": Group(tuple(DayPart(seen.good[day], _other(day, on)) for day in days), seen.count),
        "count": seen.count,
        "sums": list(_sums(seen.count, seen.refused_count, len(listed.unreadable))),
        "agreed": seen.digest,
        "refused": list(_groups(seen, on)),
        "unreadable": listed.unreadable[:SHOWN],
        "unreadable_more": max(0, len(listed.unreadable) - SHOWN),
        "twice": DayPart(seen.twice, None),
        "newest": list(_newest(listed, seen)),
        "line_count": len(listed.lines),
        "left": left(listed, seen, on),
        "late": ClosedQuarter.objects.filter(quarter__in=quarters).exists(),
        "unaccredited": sum(
            sum(map(len, seen.good[day])) for day in days if accreditations.on(organisation.pk, day) is None
        ),
    }


def _sums(good: int, refused: int, unreadable: int) -> Iterable[tuple[str, str]]:
    """The whole list in a line: `23 kunnen mee`, `1 kan niet`."""
    yield "success", counted(good, "kan", "kunnen") + " mee"
    if refused:
        yield "refusal", counted(refused, "kan", "kunnen") + " niet"
    if unreadable:
        yield "attention", f"{number(unreadable)} niet te lezen"


def left(listed: HandoutList, seen: ListPreview, on: date) -> str:
    """What cannot go, as a list that can be put right."""
    lines = [_text(serials, refusal.on, on) for refusal in seen.refused for serials in refusal.serials]
    return "\n".join([*lines, *(_typed(each.typed, line.day, on) for line, each in listed.unreadable)])


def _typed(text: str, day: date | None, on: date) -> str:
    """What could not be read, with the day that stood behind it: put right, it must not become another day's."""
    return text if day in (None, on) else f"{text} {day:%d-%m-%Y}"


def _text(serials: SerialRange, day: date, on: date) -> str:
    return str(serials) if day == on else f"{serials} {day:%d-%m-%Y}"


def _other(day: date, on: date) -> date | None:
    return None if day == on else day


def _groups(seen: ListPreview, on: date) -> Iterable[Group]:
    """What cannot go, a row per sentence: numbers with another possible day have a row of their own."""
    told: dict[Advice, list[HandoutRefusal]] = {}
    for refusal in seen.refused:
        told.setdefault(refusal.advice, []).append(refusal)
    for advice, those in told.items():
        parts = tuple(DayPart(refusal.serials, _other(refusal.on, on)) for refusal in those)
        numbers = {serial for refusal in those for each in refusal.serials for serial in each}
        yield Group(parts, len(numbers), advice)


def _newest(listed: HandoutList, seen: ListPreview) -> Iterable[LineVerdict]:
    """The last lines, the newest first: what somebody who scans wants to see."""
    why = seen.why()
    doubles = {serial for each in seen.twice for serial in each}
    first: dict[int, int] = {}
    for line in listed.lines if doubles else ():
        for serials in line.ranges:
            for serial in serials:
                if serial in doubles:
                    first.setdefault(serial, line.place)
    for line in listed.lines[: -NEWEST - 1 : -1]:
        yield _verdict(line, why, first)


def _verdict(line: ListLine, why: Mapping[int, Advice], first: dict[int, int]) -> LineVerdict:
    words = ", ".join([*map(str, line.ranges[:4]), *(each.typed[:40] for each in line.unreadable[:4])])
    serials = [serial for each in line.ranges for serial in each]
    reasons = list(dict.fromkeys(why[serial] for serial in serials if serial in why))
    if line.unreadable:
        return LineVerdict(words, "attention", "Niet te lezen")
    if reasons:
        title = reasons[0].title
        return LineVerdict(words, "refusal", title if len(reasons) == 1 and len(serials) == 1 else "Niet alles kan mee")
    if any(first.get(serial, line.place) < line.place for serial in serials):
        return LineVerdict(words, "info", "Stond er al: telt één keer")
    return LineVerdict(words, "success", "Kan mee")
