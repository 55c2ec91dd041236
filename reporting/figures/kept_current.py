"""The running figures as a page shows them: what a task kept, with very many vouchers, else counted now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kbl.clock import local_day
from kbl.jobs.kept import Keeper
from kbl.periods import Quarter
from reporting.figures.current import CurrentFigures, CurrentTable, Figure
from reporting.figures.query import FigureQuery


@dataclass(frozen=True)
class ShownFigures:
    """The running figures with their tables; `kept_at` is None when they are of now."""

    current: CurrentFigures
    tables: list[CurrentTable]
    kept_at: datetime | None = None


def whole(at: datetime) -> ShownFigures:
    """Every table."""
    if kept := KEEPER.latest():
        tables = [_table(each) for each in kept.content]
        return ShownFigures(CurrentFigures.at(local_day(kept.at), kept.at), tables, kept.at)
    current = CurrentFigures.at(local_day(at), at)
    return ShownFigures(current, current.tables())


def in_short(at: datetime) -> ShownFigures:
    """The table of the whole programme alone."""
    if kept := KEEPER.latest():
        tables = [_table(kept.content[0])]
        return ShownFigures(CurrentFigures.at(local_day(kept.at), kept.at), tables, kept.at)
    current = CurrentFigures.at(local_day(at), at)
    return ShownFigures(current, [current.programme()])


def _plain(at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": table.title,
            "first": table.first,
            "headings": table.headings,
            "rows": [[name, [_plain_figure(each) for each in figures]] for name, figures in table.rows],
            "queries": [_plain_query(each) for each in table.queries],
            "since": str(table.since) if table.since else None,
            "shared": sorted(table.shared),
        }
        for table in CurrentFigures.at(local_day(at), at).tables()
    ]


def _plain_figure(figure: Figure) -> list:
    return [figure.added, figure.all, _plain_query(figure.query) if figure.query else None]


def _plain_query(query: FigureQuery) -> list:
    """What it counts and of whom; the running figures ask nothing else of a query."""
    return [query.what, query.by]


def _table(plain: dict[str, Any]) -> CurrentTable:
    return CurrentTable(
        title=plain["title"],
        first=plain["first"],
        headings=tuple(plain["headings"]),
        rows=tuple((name, tuple(_figure(each) for each in figures)) for name, figures in plain["rows"]),
        queries=tuple(_query(each) for each in plain["queries"]),
        since=Quarter.parse(plain["since"]) if plain["since"] else None,
        shared=frozenset(plain["shared"]),
    )


def _figure(plain: list) -> Figure:
    added, all_of_it, query = plain
    return Figure(added, all_of_it, _query(query) if query else None)


def _query(plain: list) -> FigureQuery:
    what, by = plain
    return FigureQuery(what, by=tuple((name, key) for name, key in by))


KEEPER = Keeper("current_figures", _plain)
