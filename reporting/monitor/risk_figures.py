"""What the figures say of the plan's risks: each by its own sign, quarter by quarter, and where it goes. Pure.

A sign is a part of one. What people write about a risk stands beside it and is never worked out from it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kbl.formats import NOTHING, number, percent
from kbl.periods import Quarter
from reporting.figures.table import FigureCell, FigureRow, FigureTable, row
from reporting.monitor.models import Risk
from reporting.monitor.use import UseTable

Sign = Risk.Sign
STEADY = Decimal("0.01")  # a change of less than one percentage point is none


@dataclass(frozen=True)
class QuarterSigns:
    """What the signs are read from, since the start and at the end of one quarter.

    `places`: municipalities, of which `silent` have no hand-out and no member that is shown. `planned`: members that
    the plan has by then. `of_fund`: the part of the fund's budget that is spent or committed; None without a budget.
    """

    quarter: Quarter
    handed_out: int
    redeemed: int
    members: int
    planned: int
    places: int
    silent: int
    of_fund: Decimal | None = None


@dataclass(frozen=True)
class RiskFigure:
    """One risk in figures: a sentence, where it goes, and per quarter (its name) the part as text."""

    words: str
    course: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _SignOf:
    """How one sign is read. `grows`: the risk grows with it, or else shrinks."""

    heading: str
    part: Callable[[QuarterSigns, UseTable | None], Decimal | None]
    words: Callable[[QuarterSigns, UseTable | None], str]
    grows: bool = True


def _part(some: int, whole: int) -> Decimal | None:
    return Decimal(some) / whole if whole else None


def _unused(at: QuarterSigns, use: UseTable | None) -> Decimal | None:
    return _part(max(0, at.handed_out - at.redeemed), at.handed_out)


def _silent(at: QuarterSigns, use: UseTable | None) -> Decimal | None:
    """Nothing before anything happened anywhere: then no municipality stays behind."""
    return _part(at.silent, at.places) if at.handed_out or at.members else None


def _borrow(at: QuarterSigns, use: UseTable | None) -> Decimal | None:
    borrowed = use.whole.counts.get("borrowed") if use and use.whole else None
    return None if borrowed is None or use is None or use.whole is None else _part(borrowed, use.whole.members)


def _say_unused(at: QuarterSigns, use: UseTable | None) -> str:
    out, unused = number(at.handed_out), percent(_unused(at, use))
    return f"Van de {out} uitgereikte vouchers is {unused} niet of nog niet ingewisseld."


def _say_silent(at: QuarterSigns, use: UseTable | None) -> str:
    # What was handed out for several municipalities at once is nobody's zero: it is said to stand apart.
    return (
        f"Van {number(at.silent)} van de {number(at.places)} gemeenten kennen wij nog geen uitreiking en geen nieuw"
        " lid, of te weinig om te tonen. Wat voor meer gemeenten samen is uitgereikt, zit hier niet bij."
    )


def _say_members(at: QuarterSigns, use: UseTable | None) -> str:
    share, by_then = percent(_part(at.members, at.planned)), "wat het plan aan het einde van het kwartaal heeft"
    said = f"Er zijn {number(at.members)} nieuwe leden. Dat is {share} van {by_then}"
    fund = "" if at.of_fund is None else f" Van het lidmaatschapsfonds is {percent(at.of_fund)} besteed of toegezegd."
    return f"{said} ({number(at.planned)}).{fund}"


def _say_use(at: QuarterSigns, use: UseTable | None) -> str:
    if use is None or use.whole is None:
        return ""
    parts = [f"{words} {percent(part)}" for words, _, part in use.whole.cells if part is not None]
    of = number(use.whole.members)
    return f"Van {of} leden met een voucher: {', '.join(parts)} ({use.quarter.label})." if parts else ""


SIGNS: Mapping[Sign, _SignOf] = {
    Sign.UNUSED: _SignOf("Niet ingewisseld", _unused, _say_unused),
    Sign.SILENT: _SignOf("Stille gemeenten", _silent, _say_silent),
    Sign.MEMBERS: _SignOf("Leden naast het plan", lambda at, use: _part(at.members, at.planned), _say_members),
    Sign.USE: _SignOf("Leden die leenden", _borrow, _say_use, grows=False),
}


def figure_of(sign: str, history: Sequence[QuarterSigns], uses: Sequence[UseTable]) -> RiskFigure | None:
    """One risk in figures, `history` the oldest quarter first; None without a sign, or while nothing can be said."""
    if not sign:
        return None
    how, of_quarter = SIGNS[Sign(sign)], {each.quarter: each for each in uses}
    told = [(each, of_quarter.get(each.quarter)) for each in history]
    parts = [(at, use, part) for at, use in told if (part := how.part(at, use)) is not None]
    if not parts:
        return None
    at, use, _ = parts[-1]
    return RiskFigure(
        how.words(at, use),
        course([part for _, _, part in parts], grows=how.grows),
        tuple((at.quarter.label, percent(part)) for at, _, part in parts),
    )


def course(parts: Sequence[Decimal], *, grows: bool) -> str:
    """Where a risk goes, by its last two quarters; nothing while there is only one."""
    if len(parts) < 2:
        return ""
    change = (parts[-1] - parts[-2]) * (1 if grows else -1)
    if abs(change) < STEADY:
        return str(Risk.Course.SAME.label)
    return str((Risk.Course.LARGER if change > 0 else Risk.Course.SMALLER).label)


def table(figures: Mapping[str, RiskFigure | None]) -> FigureTable | None:
    """Every quarter with the signs of all risks beside each other; `figures` by their sign. None without any."""
    shown = {sign: each for sign, each in figures.items() if each is not None}
    if not shown:
        return None
    headings = tuple(SIGNS[Sign(sign)].heading for sign in shown)
    longest = max(shown.values(), key=lambda each: len(each.points))
    labels = [when for when, _ in longest.points]
    labels += [when for each in shown.values() for when, _ in each.points if when not in labels]
    by_quarter = [dict(each.points) for each in shown.values()]
    rows: list[FigureRow] = [
        row(label, headings, [FigureCell(each.get(label, NOTHING)) for each in by_quarter])
        for label in dict.fromkeys(labels)
    ]
    return FigureTable("De risico’s in cijfers, sinds de start", "Na het", headings, tuple(rows))
