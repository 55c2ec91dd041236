"""The dashboard: what the start page shows of the programme, chart by chart, each with its own words and table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse

from kbl.formats import number, percent, whole_euro
from reporting.dashboard.chart import Bar, Chart
from reporting.dashboard.drawing import Tile, bar, tile_map, trend
from reporting.dashboard.figures import HANDED_OUT, PLUS, REDEEMED, RENEWED, Figures, figures, stock_of
from reporting.dashboard.filters import Filters
from reporting.dashboard.other_goals import GoalPace, other_goals
from reporting.dashboard.outlook import FundNow, fund_now
from reporting.dashboard.pace import TargetPace, first_start, paces, part_over
from reporting.figures import tiles
from reporting.figures.places import ALSO_SHARED, SEVERAL, told

TRENDS = (("Uitgereikt", {HANDED_OUT}), ("Nieuw lid en omgezet", PLUS), ("Verlengd", {RENEWED}))
WHOLE_PROGRAMME = "Dit is altijd van het hele programma."
MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True)
class Dashboard:
    """All of it at a moment."""

    filters: Filters
    on: date
    at: datetime
    figures: Figures
    fund: FundNow
    over: Decimal
    paces: list[TargetPace]
    others: list[GoalPace]

    @classmethod
    def at_moment(cls, asked, on: date, at: datetime) -> "Dashboard":
        """What an address asks to see; `asked` are its parameters."""
        filters = Filters.of(asked, on)
        found, starts = figures(filters, on), first_start()
        over = part_over(on, starts, date(on.year, 1, 1), date(on.year, 12, 31))
        programme = filters.programme
        whole = part_over(on, starts, programme.starts_on, programme.ends_on) if programme else over
        others = other_goals(on, at, whole, programme, filters.library)
        return cls(
            filters, on, at, found, fund_now(on, at, programme), over, paces(found.plus_by_year, on, over), others
        )

    @property
    def this_year(self) -> TargetPace:
        """Target A of the running year."""
        return next(
            (each for each in self.paces if each.year == self.on.year), TargetPace(self.on.year, 0, 0, Decimal(0))
        )

    @property
    def charts(self) -> list[Chart]:
        return [make(self) for make in CHARTS.values()]

    def chart(self, name: str) -> Chart | None:
        """One of them by its name."""
        return CHARTS[name](self) if name in CHARTS else None


def targets(board: Dashboard) -> Chart:
    """Target A per year, beside what the days that are over ask for."""
    bars = tuple(
        Bar(
            f"Doel A in {each.year}",
            f"{number(each.reached)} van {number(each.target)}",
            _pace(each, board.on),
            bar([("is-main", each.reached)], max(each.target, each.reached), float(each.due) or None),
        )
        for each in board.paces
    )
    cells = [
        (
            str(each.year),
            each.target,
            int(each.due),
            each.reached,
            percent(each.pace) if each.pace is not None else None,
        )
        for each in board.paces
    ]
    lead = f"Nieuw lid en omgezet. Het streepje: waar het nu zou moeten staan. {_whole(board)}".strip()
    headings = ("Jaar", "Doel", "Zou er nu zijn", "Is er", "Tempo")
    return Chart("doelen", "Doelen en tempo", lead, headings, cells, bars)


def others(board: Dashboard) -> Chart:
    """Targets B to E, each beside what the plan asks for by now."""
    bars = tuple(
        Bar(
            each.name,
            each.words or "nog niet gemeten",
            _goal_note(each),
            bar([("is-main", float(each.part or 0))], 1, float(each.due) or None),
        )
        for each in board.others
    )
    cells = [
        (
            each.name,
            percent(each.norm),
            percent(each.due),
            percent(each.part) if each.part is not None else None,
            percent(each.pace) if each.pace is not None else None,
            each.when or None,
        )
        for each in board.others
    ]
    of_a_part = board.filters.track or board.filters.municipality
    why = "Dit is niet per spoor of gemeente te meten." if of_a_part else ""
    lead = f"Uit de monitor. Het streepje: waar het nu zou moeten staan. {why}".strip()
    headings = ("Doel", "Norm", "Zou er nu zijn", "Is er", "Tempo", "Gemeten")
    return Chart("doelen-b-e", "Doelen B tot en met E", lead, headings, cells, bars)


def _goal_note(each: GoalPace) -> str:
    norm = f"de norm is {percent(each.norm)}"
    if each.part is None:
        return norm
    measured = f"{each.when}; {norm}"
    return measured if each.pace is None else f"{measured}; {percent(each.pace)} van wat er nu zou moeten zijn"


def _whole(board: Dashboard) -> str:
    """What does not go with the filters says so when there are any."""
    return WHOLE_PROGRAMME if board.filters.narrows else ""


def _pace(each: TargetPace, on: date) -> str:
    if each.year > on.year:
        return "begint nog"
    if each.pace is None:
        return "er deed nog geen bibliotheek mee"
    if each.year < on.year:
        return f"{percent(each.pace)} van het doel gehaald"
    return f"{percent(each.pace)} van wat er nu zou moeten zijn ({number(int(each.due))})"


def funnel(board: Dashboard) -> Chart:
    """From made to renewed, in the period and of what the filters leave."""
    filters, found = board.filters, board.figures
    made, given = (None, None) if filters.narrows else stock_of(filters.period, board.on, board.at)
    handed_out = None if filters.library else found.total({HANDED_OUT})
    steps: list[tuple[str, int | None]] = [
        ("Gemaakt", made),
        ("Naar intermediairs", given),
        ("Uitgereikt", handed_out),
        ("Ingewisseld", found.total(REDEEMED)),
        ("Verlengd", found.total({RENEWED})),
    ]
    most = max(count or 0 for _, count in steps)
    place = filters.municipality
    why = ALSO_SHARED if place and place.pk in found.shared else ""
    notes = {
        "Gemaakt": "" if made is not None else "alleen van het hele programma",
        "Naar intermediairs": "" if given is not None else "alleen van het hele programma",
        "Uitgereikt": why,
        "Ingewisseld": f"waarvan {number(found.total(PLUS))} nieuw of omgezet",
        "Verlengd": "een volgend jaar op hetzelfde nummer",
    }
    shown = [(label, count) for label, count in steps if count is not None or not filters.narrows]
    bars = tuple(
        Bar(label, number(count), notes[label], bar([("is-main", count or 0)], most)) for label, count in shown
    )
    lead = f"Wat er gebeurde: {filters.words}."
    return Chart("trechter", "Van gemaakt tot verlengd", lead, ("Stap", "Aantal"), list(steps), bars)


def fund(board: Dashboard) -> Chart:
    """The membership fund beside its budget, and how it ends."""
    now = board.fund.position
    whole = max(now.budget, now.used, now.received)
    parts = [("is-main", float(now.spent)), ("is-soft", float(now.committed))]
    bars = [
        Bar(
            "Uitgegeven of toegezegd",
            whole_euro(now.used),
            f"{percent(now.utilisation)} van {whole_euro(now.budget)}; vrij is {whole_euro(now.free)}",
            bar(parts, float(whole)),
        ),
        Bar(
            "Ontvangen van de provincie",
            whole_euro(now.received),
            f"in kas {whole_euro(now.balance)}",
            bar([("is-main", float(now.received))], float(whole)),
        ),
    ]
    cells: list[tuple] = [
        ("Begroting van het fonds", now.budget),
        ("Ontvangen", now.received),
        ("Uitgegeven", now.spent),
        ("Toegezegd", now.committed),
        ("Vrij", now.free),
    ]
    if outlook := board.fund.outlook:
        cells += [("Blijft naar verwachting over", outlook.left_over), ("Minstens", outlook.lowest)]
        cells += [("Hoogstens", outlook.highest)]
    lead = f"Bedragen zonder btw. {_whole(board)}".strip()
    return Chart("fonds", "Lidmaatschapsfonds", lead, ("Wat", "Bedrag"), cells, tuple(bars))


def places(board: Dashboard) -> Chart:
    """New members per municipality, as tiles about where they lie."""
    filters, found = board.filters, board.figures
    every = filters.municipalities
    where = tiles.placed([(each.code, each.name) for each in every])
    counts = {each.pk: found.in_municipality(PLUS, each.pk) for each in every}
    most = max(counts.values(), default=0)

    def handed_out(place: int | None) -> int:
        return found.in_municipality({HANDED_OUT}, place)

    def members(place: int | None) -> list[int]:
        return [found.in_municipality(whats, place) for whats in (PLUS, {RENEWED})]

    home = reverse("cubiss:home")
    drawn = [
        Tile(
            column=where[each.code].column,
            row=where[each.code].row,
            short=where[each.code].short,
            name=each.name,
            count=counts[each.pk],
            shade=tiles.shade(counts[each.pk], most),
            started=each.starts_on is not None and each.starts_on <= board.on,
            chosen=filters.municipality == each,
            address=f"{home}?{filters.query(gemeente=None if filters.municipality == each else each.pk)}#gemeenten",
        )
        for each in every
    ]
    cells = [
        (each.name, told(handed_out(each.pk), shared=each.pk in found.shared), *members(each.pk))
        for each in every
        if counts[each.pk] or handed_out(each.pk) or (each.starts_on and each.starts_on <= board.on)
    ]
    if handed_out(None) or any(members(None)):
        cells.append((SEVERAL, handed_out(None), *members(None)))
    words = f"Nieuw lid en omgezet: {filters.words}. Kies een tegel, dan ziet u die gemeente."
    headings = ("Gemeente", *(label for label, _ in TRENDS))
    return Chart("gemeenten", "Gemeenten", words, headings, cells, drawings=(("", tile_map(drawn)),))


def trends(board: Dashboard) -> Chart:
    """What happened through time: per month, or per quarter since the start."""
    filters, found = board.filters, board.figures
    spans = list(_spans(filters))
    drawn = []
    for label, whats in TRENDS:
        points = [(short, found.in_months(whats, months)) for _, short, months in spans]
        words = f"{label}: {', '.join(f'{name} {number(count)}' for name, count in points)}"
        drawn.append((label, trend(points, words)))
    cells = [(name, *(found.in_months(whats, months) for _, whats in TRENDS)) for name, _, months in spans]
    headings = ("Kwartaal" if filters.period.is_whole else "Maand", *(label for label, _ in TRENDS))
    return Chart(
        "verloop", "Verloop", f"{filters.words[:1].upper()}{filters.words[1:]}.", headings, cells, drawings=tuple(drawn)
    )


def _spans(filters: Filters) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """The stretches of a trend: name, short name, and their months."""
    if not filters.period.is_whole:
        for month in filters.period.months:
            yield f"{MONTHS[month % 12]} {month // 12}", MONTHS[month % 12], (month,)
        return
    for first in range(filters.period.first, filters.period.last + 1, 3):
        year, place = divmod(first, 12)
        yield f"{place // 3 + 1}e {year}", f"{place // 3 + 1}e {year % 100:02}", (first, first + 1, first + 2)


CHARTS: dict[str, Callable[[Dashboard], Chart]] = {
    "doelen": targets,
    "doelen-b-e": others,
    "trechter": funnel,
    "fonds": fund,
    "gemeenten": places,
    "verloop": trends,
}
