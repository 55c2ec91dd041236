"""The monitor as a file: a row per target, of the programme and of every library."""

from collections.abc import Iterable, Sequence

from kbl.money import half_up
from kbl.spreadsheets import writing
from kbl.spreadsheets.writing import Cell
from reporting.monitor import goals
from reporting.monitor.goals import GoalPage, Scope

HEADERS = (
    "Doel", "Naam", "Van", "Definitie", "Norm", "Nulmeting", "Moment", "Cijfer", "Deel (%)", "Richting",
    "Bron", "Methode",
)  # fmt: skip


def rows(scopes: Iterable[Scope]) -> list[Sequence[Cell]]:
    """A row per target and point of its trend; a target without a point has one row all the same."""
    return [line for scope in scopes for page in goals.pages(scope) for line in _lines(page)]


def _lines(page: GoalPage) -> list[Sequence[Cell]]:
    definition, method, source = (
        (page.goal.definition, page.goal.method, page.goal.source) if page.goal else ("", "", "")
    )
    baseline = "; ".join(
        f"{each.name}: {each.value.normalize():f} {each.get_unit_display()}" for each in page.baselines
    )
    whom = page.library.name if page.library else "het hele programma"
    start: list[Cell] = [page.letter.value, str(page.letter.label), whom, definition, page.norm, baseline]
    if not page.trend:
        return [[*start, "", page.figure, None, "", source, method]]
    last = page.trend[-1]
    return [
        [
            *start,
            each.when,
            each.figure,
            None if each.part is None else half_up(each.part * 100, 1),
            page.change if each is last else "",
            each.source or source,
            method,
        ]
        for each in page.trend
    ]


def to_csv(found: Iterable[Sequence[Cell]]) -> bytes:
    return writing.to_csv(HEADERS, found)


def to_xlsx(found: Iterable[Sequence[Cell]]) -> bytes:
    return writing.to_xlsx(HEADERS, found, title="Monitor")
