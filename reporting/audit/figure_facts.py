"""A figure taken apart: which facts make it, how they divide, what it is called. Counted by the figure's own query."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Model, QuerySet, Sum
from django.http import Http404

from intermediaries.kinds import kinds
from intermediaries.models import Track
from kbl.clock import end_of
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures import counted_facts
from reporting.figures.as_of import AsOf
from reporting.figures.current import PROGRAMME_ROWS
from reporting.figures.current import TRACKS as TRACK_NAMES
from reporting.figures.measures import Measure, dimensions
from reporting.figures.places import SEVERAL
from reporting.figures.query import FUND_AMOUNTS, NO_TRACK, NOBODY, NOW, PARAMETERS, FigureQuery
from reporting.figures.stock import StockMeasure, stock_facts
from reporting.figures.tracked import NOT_ACCREDITED, NOT_REPORTED

TITLES = {
    **PROGRAMME_ROWS,
    Measure.FREE: PROGRAMME_ROWS["free"],
    Measure.NEW: "Nieuw lid",
    Measure.PLUS: "Nieuwe leden",
}
MEASURES: frozenset[str] = frozenset(Measure)
STOCK_MEASURES: frozenset[str] = frozenset(StockMeasure)
YEAR = "year"
NAMED: dict[str, type[Model]] = {"library": Organisation, "intermediary": Organisation, "municipality": Municipality}


@dataclass(frozen=True)
class FigureSpan:
    """Between which moments a figure lies; `before` is None for everything since the start."""

    as_of: AsOf
    before: AsOf | None = None


@dataclass(frozen=True)
class FigurePart:
    """A part of a figure, with the question that takes it apart further."""

    name: str
    number: int
    query: FigureQuery


@dataclass(frozen=True)
class FigureFacts:
    """The facts of a figure of people: hand-outs, enrolments or membership years."""

    query: FigureQuery
    span: FigureSpan

    @cached_property
    def measure(self) -> Measure:
        return Measure(self.query.what)

    @property
    def rows(self) -> QuerySet:
        """Every fact with `counts`, 1 or -1."""
        by = dict(self.query.by)
        tracks = _tracks(by)
        of = {name: key for name, key in by.items() if name in NAMED or name == YEAR}
        return counted_facts.facts(
            self.measure, self.span.as_of, self.span.before, of=of, tracks=tracks, kind=by.get("kind")
        )

    @cached_property
    def number(self) -> int:
        """The figure: what its facts add up to. Each has one library or intermediary, so its parts tell it as well."""
        if self._parts:
            return sum(each.number for each in self._parts)
        return self.rows.aggregate(number=Sum("counts"))["number"] or 0

    @property
    def count(self) -> int | None:
        """How many facts there are, where the figure tells that: of a stand each counts one."""
        return self.number if self.span.before is None else None

    def parts(self) -> list[FigurePart]:
        """The figure per library or intermediary, where it is not about one already."""
        return self._parts

    @cached_property
    def _parts(self) -> list[FigurePart]:
        name = "intermediary" if self.measure == Measure.HANDED_OUT else "library"
        if name in dict(self.query.by):
            return []
        column = "organisation" if name == "intermediary" else "library"
        found = self.rows.values_list(f"{column}_id", f"{column}__name").annotate(number=Sum("counts"))
        return [
            FigurePart(label, number, self.query.narrowed(name, pk))
            for pk, label, number in found.order_by(f"{column}__name")
        ]


@dataclass(frozen=True)
class StockFacts:
    """The batches or movements of a stock measure."""

    query: FigureQuery
    span: FigureSpan

    @property
    def rows(self) -> QuerySet:
        return stock_facts(StockMeasure(self.query.what), self.span.as_of, self.span.before)

    @cached_property
    def number(self) -> int:
        return self.rows.aggregate(number=Sum("counts"))["number"] or 0

    @property
    def count(self) -> int | None:
        return None

    def parts(self) -> list[FigurePart]:
        return []


def facts_of(query: FigureQuery, *, on: date, at: datetime) -> FigureFacts | StockFacts:
    """The facts of a figure; `on` and `at` are now. Raises Http404 for a quarter that is not closed."""
    found = span_of(query, on=on, at=at)
    return StockFacts(query, found) if query.what in STOCK_MEASURES else FigureFacts(query, found)


def span_of(query: FigureQuery, *, on: date, at: datetime) -> FigureSpan:
    """Between which moments a question lies. A quarter before the first closing is the start. Raises Http404."""
    as_of = AsOf(query.day, end_of(query.day)) if query.day else AsOf(on, at)
    if query.until:
        closing = Closing.objects.filter(quarter=query.until).first()
        if closing is None:
            raise Http404
        as_of = AsOf.at_closing(closing)
    earlier = Closing.objects.filter(quarter__lte=query.since).order_by("quarter").last() if query.since else None
    return FigureSpan(as_of, AsOf.at_closing(earlier) if earlier else None)


def read_query(parameters: Mapping[str, str], what: str = "") -> FigureQuery:
    """The question that stands in an address. Raises Http404 for anything that is none."""
    what = what or parameters.get("wat", Measure.PLUS)
    if what not in MEASURES | STOCK_MEASURES | FUND_AMOUNTS:
        raise Http404
    until, since = parameters.get("tot", NOW), parameters.get("sinds", "")
    if what in FUND_AMOUNTS and (day := _day(until)):
        return FigureQuery(what, day=day)
    query = FigureQuery(what, None if until == NOW else _quarter(until), _quarter(since) if since else None)
    if query.since and query.until and query.since >= query.until:
        raise Http404
    for name, parameter in PARAMETERS.items():
        if parameter in parameters:
            query = query.narrowed(name, _key(name, parameters[parameter]))
            _name(*query.by[-1])
    possible = {*dimensions(Measure(what)), "track", "kind", NO_TRACK} if what in MEASURES else set()
    if not {name for name, _ in query.by} <= possible:
        raise Http404
    return query


def title_of(query: FigureQuery) -> str:
    return TITLES[query.what]


def about(query: FigureQuery) -> list[str]:
    """Of whom and of when a figure is, in words."""
    return [*(_name(name, key) for name, key in query.by), _when(query)]


def _when(query: FigureQuery) -> str:
    until = f"de afsluiting van het {query.until.label}" if query.until else "nu"
    if query.since is None or not Closing.objects.filter(quarter__lte=query.since).exists():
        return f"sinds de start, stand bij {until}" if query.until else "sinds de start, stand van nu"
    if query.until and query.until.previous == query.since:
        return f"erbij in het {query.until.label}"
    return f"erbij van de afsluiting van het {query.since.label} tot {until}"


def _tracks(by: Mapping[str, int | None]) -> list[int] | None:
    if NO_TRACK in by:
        return [NOT_REPORTED, NOT_ACCREDITED]
    track = by.get("track")
    return None if track is None else [track]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-31") else None
    except ValueError:
        return None


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except ValueError:
        raise Http404 from None


def _key(name: str, text: str) -> int | None:
    if name == NO_TRACK or (text == NOBODY and name != "kind"):
        return None
    try:
        key = int(text)
    except ValueError:
        raise Http404 from None
    known: Collection[int] = range(2000, 2200) if name == YEAR else range(1, 2**31)
    if name == "track":
        known = {*Track.values, NOT_REPORTED, NOT_ACCREDITED}
    if name == "kind":
        known = kinds.NAMES
    if key not in known:
        raise Http404
    return key


def _name(name: str, key: int | None) -> str:
    if name == NO_TRACK:
        return "zonder spoor"
    if name == "track":
        return TRACK_NAMES[key] if key is not None else "zonder spoor"
    if name == "kind":
        return f"soort intermediair: {kinds.NAMES[key or kinds.UNKNOWN].lower()}"
    if name == YEAR:
        return f"met een eerste dag in {key}"
    if key is None:
        return SEVERAL.lower()
    found = NAMED[name]._default_manager.filter(pk=key).first()
    if found is None:
        raise Http404
    return str(found)
