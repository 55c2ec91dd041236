"""The flows as tables: for Cubiss all of them, and for others what a report shows of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kbl.clock import local_day
from kbl.formats import number
from kbl.jobs.kept import Keeper
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from kbl.spreadsheets import Cell
from reporting.figures.as_of import AsOf
from reporting.figures.flows import FLOWS, UNTOLD, Flow, count_flows
from reporting.figures.measures import Measure
from reporting.figures.places import SEVERAL
from reporting.figures.suppression import PublishedFigure, PublishedMeasure
from reporting.figures.table import FigureCell, FigureTable, row

TITLE = "Van gemeente naar bibliotheek"
FIRST = "Uitgereikt in, lid bij"
NOT_REPORTED_YET = "Uitreiking nog niet gemeld"
NOT_TOLD = "Meer gemeenten of nog niet gemeld"  # outside Cubiss it does not matter why
OTHERS = "Samen genomen"
HEADINGS = ("Nieuw dit kwartaal", "Nieuw sinds de start")


@dataclass(frozen=True)
class FlowNumber:
    """One flow since a closing, and since the start."""

    added: int
    all: int


@dataclass(frozen=True)
class AllFlows:
    """Every flow at a moment, nothing held back; stays inside Cubiss. `since` is the closing before it.

    `kept_at` is None when they were counted now.
    """

    until: Quarter | None
    since: Quarter | None
    libraries: dict[int, str]
    origins: dict[int | None, str]
    numbers: Mapping[Flow, FlowNumber]
    kept_at: datetime | None = None

    @classmethod
    def at(cls, closing: Closing | None, *, on: date, at: datetime) -> "AllFlows":
        """At the closing of a quarter, or (None) now: `on` and `at`."""
        known = Closing.objects.order_by("quarter")
        before = known.filter(quarter__lt=closing.quarter).last() if closing else known.filter(closed_at__lte=at).last()
        now = _summed(AsOf.at_closing(closing) if closing else AsOf(on, at))
        then = _summed(AsOf.at_closing(before)) if before else {}
        numbers = {key: FlowNumber(now.get(key, 0) - then.get(key, 0), now.get(key, 0)) for key in now.keys() | then}
        libraries, origins = _names(numbers)
        until, since = closing.quarter if closing else None, before.quarter if before else None
        return cls(until, since, libraries, origins, numbers)

    @classmethod
    def now(cls, at: datetime) -> "AllFlows":
        """Those of now: what a task kept, with very many vouchers, else counted."""
        kept = KEEPER.latest()
        if kept is None:
            return cls.at(None, on=local_day(at), at=at)
        numbers = {(library, origin): FlowNumber(*each) for library, origin, *each in kept.content["numbers"]}
        since = kept.content["since"]
        return cls(None, Quarter.parse(since) if since else None, *_names(numbers), numbers, kept.at)

    def rows(self, *, since_start: bool) -> list[tuple[str, list[int], int]]:
        """The matrix: a row per municipality, a number per library, and their sum."""
        found = []
        for origin, name in self.origins.items():
            flows = [self.numbers.get((library, origin), FlowNumber(0, 0)) for library in self.libraries]
            numbers = [each.all if since_start else each.added for each in flows]
            found.append((name, numbers, sum(numbers)))
        return found

    def totals(self, *, since_start: bool) -> list[int]:
        """Per library, and all of them together."""
        columns = [numbers for _, numbers, _ in self.rows(since_start=since_start)]
        sums = [sum(column) for column in zip(*columns, strict=True)]
        return [*sums, sum(sums)]

    def lines(self) -> Iterable[list[Cell]]:
        """A line per flow, for a file."""
        for origin, town in self.origins.items():
            for library, name in self.libraries.items():
                if each := self.numbers.get((library, origin)):
                    yield [town, name, each.added, each.all]


def flow_table(measures: Mapping[Measure, PublishedMeasure]) -> FigureTable | None:
    """What a report shows of the flows, of what was kept of it; None of a report that was kept before there were any.

    A flow that may not be shown, or is nobody's, has no row: it is in the last one.
    """
    table = measures[Measure.PLUS].tables.get(FLOWS)
    if table is None:
        return None
    shown = {key: figure for key, figure in table.rows.items() if figure.value}
    libraries, origins = _names(shown)
    if None in origins:
        origins[None] = NOT_TOLD
    rows = tuple(
        row(f"{town} naar {name}", HEADINGS, _cells(shown[library, origin]))
        for origin, town in origins.items()
        for library, name in libraries.items()
        if (library, origin) in shown
    )
    total = measures[Measure.PLUS].total
    added = "" if total.added is None else number(total.added)
    rest = row(OTHERS, HEADINGS, [FigureCell(""), FigureCell(number(table.rest))]) if table.rest else None
    return FigureTable(
        TITLE,
        FIRST,
        HEADINGS,
        rows,
        rest,
        row("Totaal", HEADINGS, [FigureCell(added), FigureCell(number(total.value))]),
    )


def _cells(figure: PublishedFigure) -> list[FigureCell]:
    """No star: who sees which flow stood still would know where few people came from."""
    return [FigureCell("" if figure.added is None else number(figure.added)), FigureCell(number(figure.value))]


def _summed(as_of: AsOf) -> dict[Flow, int]:
    return {flow: sum(tracks.values()) for flow, tracks in count_flows(as_of).items()}


def _names(flows: Iterable[Flow]) -> tuple[dict[int, str], dict[int | None, str]]:
    """The libraries and municipalities of flows, by name; what cannot be told comes last."""
    ends = list(flows)
    libraries = Organisation.objects.filter(pk__in={library for library, _ in ends}).order_by("name")
    towns = Municipality.objects.filter(pk__in={origin for _, origin in ends if origin}).order_by("name")
    origins: dict[int | None, str] = dict(towns.values_list("pk", "name"))
    for key, name in ((None, SEVERAL), (UNTOLD, NOT_REPORTED_YET)):
        if any(origin == key for _, origin in ends):
            origins[key] = name
    return dict(libraries.values_list("pk", "name")), origins


def _plain(at: datetime) -> dict[str, Any]:
    found = AllFlows.at(None, on=local_day(at), at=at)
    return {
        "since": str(found.since) if found.since else None,
        "numbers": [[*flow, each.added, each.all] for flow, each in found.numbers.items()],
    }


KEEPER = Keeper("flows", _plain)
