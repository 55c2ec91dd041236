"""How the running quarter goes, for the project team: today's figures, nothing held back. Stays inside Cubiss."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from intermediaries.kinds.kinds import NAMES as KIND_NAMES
from intermediaries.models import Track
from kbl.formats import number
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.as_of import AsOf
from reporting.figures.counting import NOTHING
from reporting.figures.measures import Measure
from reporting.figures.places import ALSO_SHARED, PLACE, SEVERAL, shared_places, told
from reporting.figures.query import FigureQuery
from reporting.figures.table import FigureCell, FigureTable, row
from reporting.figures.tracked import NOT_ACCREDITED, NOT_REPORTED

TRACKS = {
    **{track.value: f"Spoor {track.label}" for track in Track},
    NOT_REPORTED: "Uitreiking nog niet gemeld",
    NOT_ACCREDITED: "Buiten een accreditatie",
}
WORDS = {
    Measure.HANDED_OUT: "Uitgereikt",
    Measure.NEW: "Nieuw lid",
    Measure.CONVERSION: "Omgezet",
    Measure.RENEWED: "Verlengd",
    Measure.FREE: "Al gratis",
}
MEMBERSHIPS = (Measure.NEW, Measure.CONVERSION, Measure.RENEWED, Measure.FREE)
EVERYTHING = tuple(WORDS)
PROGRAMME_ROWS = {
    "made": "Gemaakte vouchers",
    "allocated": "Naar intermediairs",
    "void": "Ongeldig gemaakt",
    "handed_out": "Uitgereikt",
    "redeemed": "Ingewisseld",
    "new": "Nieuw lid",
    "conversion": "Omgezet",
    "plus": "Nieuw en omgezet (doel A)",
    "renewed": "Verlengd",
    "free": "Al gratis door leeftijd",
}
NAMED_OTHERWISE = {"free": Measure.FREE}  # what is called otherwise


@dataclass(frozen=True)
class Figure:
    """A figure since the last closing, and since the start; `query` leads to the facts of the second."""

    added: int
    all: int
    query: FigureQuery | None = None

    def __add__(self, more: "Figure") -> "Figure":
        return Figure(self.added + more.added, self.all + more.all)


ZERO = Figure(0, 0)


@dataclass(frozen=True)
class CurrentTable:
    """A table of the page and of the file: a row per name, a figure per heading."""

    title: str
    first: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]
    queries: tuple[FigureQuery, ...] = ()
    since: Quarter | None = None
    shared: frozenset[str] = frozenset()

    def text(self, name: str, heading: str, figure: int) -> str | int:
        """What stands in a cell: never no hand-outs where they cannot be told apart from other municipalities'."""
        return told(figure, shared=name in self.shared and heading == WORDS[Measure.HANDED_OUT])

    @property
    def total(self) -> list[Figure]:
        """The rows together; empty where they overlap."""
        return [
            replace(sum((figures[i] for _, figures in self.rows), ZERO), query=query)
            for i, query in enumerate(self.queries)
        ]

    def table(self, *, since_start: bool) -> FigureTable:
        """The table to show: one of the two columns of every figure."""

        def cell(name: str, heading: str, figure: Figure) -> FigureCell:
            since = None if since_start else self.since
            asked = replace(figure.query, since=since) if figure.query else None
            text = self.text(name, heading, figure.all if since_start else figure.added)
            return FigureCell(number(text) if isinstance(text, int) else text, query=asked)

        def cells(name: str, figures: Sequence[Figure]) -> list[FigureCell]:
            return [cell(name, heading, each) for heading, each in zip(self.headings, figures, strict=True)]

        rows = tuple(
            row(name, self.headings, cells(name, figures), ALSO_SHARED if name in self.shared else "")
            for name, figures in self.rows
        )
        total = row("Totaal", self.headings, cells("Totaal", self.total)) if self.queries else None
        return FigureTable(self.title, self.first, self.headings, rows, total=total)


@dataclass(frozen=True)
class CurrentFigures:
    """What there is at a moment, beside what the last closing before it froze."""

    quarter: Quarter
    on: date
    closing: Closing | None
    moments: tuple[AsOf, ...]

    @classmethod
    def at(cls, on: date, at: datetime) -> "CurrentFigures":
        """The figures of a moment; `on` is its day."""
        closing = Closing.objects.filter(closed_at__lte=at).order_by("quarter").last()
        before = (AsOf.at_closing(closing),) if closing else ()
        return cls(Quarter.of(on), on, closing, (*before, AsOf(on, at)))

    def tables(self) -> list[CurrentTable]:
        """Every table, in a fixed number of queries whatever the number of facts."""
        libraries = Organisation.objects.filter(participation__isnull=False)
        started = Municipality.objects.filter(starts_on__lte=self.on)
        accredited = Organisation.objects.filter(accreditations__isnull=False).distinct()
        return [
            self.programme(),
            self._per("Per bibliotheek", "Bibliotheek", "library", libraries, MEMBERSHIPS),
            self._per("Per gemeente", "Gemeente", "municipality", started, EVERYTHING),
            self.tracks(),
            self.kinds(),
            self._per("Per intermediair", "Intermediair", "intermediary", accredited, (Measure.HANDED_OUT,)),
        ]

    def programme(self) -> CurrentTable:
        """The whole programme, a row per figure."""
        found = counting.totals(self.moments)
        added = found[-1] - (found[0] if self.closing else NOTHING)
        rows = tuple(
            (
                label,
                (Figure(getattr(added, name), getattr(found[-1], name), FigureQuery(NAMED_OTHERWISE.get(name, name))),),
            )
            for name, label in PROGRAMME_ROWS.items()
        )
        return CurrentTable("Het hele programma", "Wat", ("Aantal",), rows, since=self._since)

    @property
    def _since(self) -> Quarter | None:
        return self.closing.quarter if self.closing else None

    def tracks(self) -> CurrentTable:
        """Per track, and apart what has none and why."""
        counts: dict[Measure, dict] = {}
        for measure in EVERYTHING:
            moments = [counting.count_by_track(measure, each) for each in self.moments]
            counts[measure] = {(key,): [each.get(key, 0) for each in moments] for key in TRACKS}
        return self._table("Per spoor", "Spoor", "track", TRACKS, counts)

    def kinds(self) -> CurrentTable:
        """Per kind of intermediary, with what is not known yet; kinds without any figure have no row."""
        counts: dict[Measure, dict] = {}
        for measure in EVERYTHING:
            moments = [_per_kind(measure, each) for each in self.moments]
            counts[measure] = {(key,): [each.get(key, 0) for each in moments] for key in KIND_NAMES}
        there = {key for each in counts.values() for (key,), numbers in each.items() if any(numbers)}
        names = {key: name for key, name in KIND_NAMES.items() if key in there}
        return self._table("Per soort intermediair", "Soort", "kind", names, counts)

    def _per(self, title: str, first: str, dimension: str, expected, measures: Sequence[Measure]) -> CurrentTable:
        """Figures per row of a dimension: the rows that are expected, and whatever else has figures."""
        counts = {measure: counting.count(measure, self.moments, dimension) for measure in measures}
        found = {key for each in counts.values() for (key,) in each}
        names: dict = dict(expected.values_list("pk", "name"))
        others = expected.model._default_manager.filter(pk__in=found - set(names) - {None})
        names |= dict(others.values_list("pk", "name"))
        names = dict(sorted(names.items(), key=lambda item: item[1]))
        if None in found:
            names[None] = SEVERAL
        table = self._table(title, first, dimension, names, counts)
        if dimension != PLACE or not (shared := shared_places(self.moments[-1].at)):
            return table
        return replace(table, shared=frozenset(names[key] for key in shared if key in names))

    def _table(
        self, title: str, first: str, dimension: str, names: Mapping, counts: Mapping[Measure, Mapping]
    ) -> CurrentTable:
        rows = tuple(
            (
                name,
                tuple(
                    replace(self._figure(per_row.get((key,))), query=FigureQuery(measure, by=((dimension, key),)))
                    for measure, per_row in counts.items()
                ),
            )
            for key, name in names.items()
        )
        headings = tuple(WORDS[measure] for measure in counts)
        return CurrentTable(
            title, first, headings, rows, tuple(FigureQuery(measure) for measure in counts), self._since
        )

    def _figure(self, numbers: list[int] | None) -> Figure:
        if numbers is None:
            return ZERO
        return Figure(numbers[-1] - (numbers[0] if self.closing else 0), numbers[-1])


def _per_kind(measure: Measure, moment: AsOf) -> dict[int, int]:
    found: dict[int, int] = {}
    for (_, kind), n in counting.count_by_kind(measure, moment).items():
        found[kind] = found.get(kind, 0) + n
    return found
