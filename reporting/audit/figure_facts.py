"""A figure taken apart: which facts make it, how they divide, what it is called. Counted by the figure's own query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Model, QuerySet, Sum
from django.http import Http404

from intermediaries.models import Track
from kbl.clock import end_of
from kbl.organisations.models import Municipality, Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.counting import NOT_ACCREDITED, NOT_REPORTED, Known, Measure
from reporting.figures.current import PROGRAMME
from reporting.figures.current import TRACKS as TRACK_WORDS
from reporting.figures.query import AMOUNTS, NO_TRACK, NOBODY, NOW, PARAMETERS, Ask
from reporting.figures.stock import Paper, paper_facts

TITLES = {**PROGRAMME, Measure.FREE: PROGRAMME["free"], Measure.NEW: "Nieuw lid", Measure.PLUS: "Nieuwe leden"}
MEASURES: frozenset[str] = frozenset(Measure)
PAPERS: frozenset[str] = frozenset(Paper)
NAMED: dict[str, type[Model]] = {"library": Organisation, "intermediary": Organisation, "municipality": Municipality}


@dataclass(frozen=True)
class Moments:
    """Between which moments a figure lies; `before` is None for everything since the start."""

    known: Known
    before: Known | None = None


@dataclass(frozen=True)
class Part:
    """A part of a figure, with the question that takes it apart further."""

    name: str
    number: int
    ask: Ask


@dataclass(frozen=True)
class Drill:
    """The facts of a figure of people: hand-outs, enrolments or membership years."""

    ask: Ask
    moments: Moments

    @cached_property
    def measure(self) -> Measure:
        return Measure(self.ask.what)

    @property
    def rows(self) -> QuerySet:
        """Every fact with `counts`, 1 or -1."""
        by = dict(self.ask.by)
        tracks = _tracks(by)
        of = {name: key for name, key in by.items() if name in NAMED}
        return counting.facts(self.measure, self.moments.known, self.moments.before, of=of, tracks=tracks)

    @cached_property
    def number(self) -> int:
        """The figure: what its facts add up to."""
        return self.rows.aggregate(number=Sum("counts"))["number"] or 0

    def parts(self) -> list[Part]:
        """The figure per library or intermediary, where it is not about one already."""
        name = "intermediary" if self.measure == Measure.HANDED_OUT else "library"
        if name in dict(self.ask.by):
            return []
        column = "organisation" if name == "intermediary" else "library"
        found = self.rows.values_list(f"{column}_id", f"{column}__name").annotate(number=Sum("counts"))
        return [
            Part(label, number, self.ask.narrowed(name, pk)) for pk, label, number in found.order_by(f"{column}__name")
        ]


@dataclass(frozen=True)
class PaperDrill:
    """The batches or movements of a figure of paper."""

    ask: Ask
    moments: Moments

    @property
    def rows(self) -> QuerySet:
        return paper_facts(Paper(self.ask.what), self.moments.known, self.moments.before)

    @cached_property
    def number(self) -> int:
        return self.rows.aggregate(number=Sum("counts"))["number"] or 0

    def parts(self) -> list[Part]:
        return []


def drill(ask: Ask, *, on: date, at: datetime) -> Drill | PaperDrill:
    """The figure that a question asks for; `on` and `at` are now. Raises Http404 for a quarter that is not closed."""
    found = moments(ask, on=on, at=at)
    return PaperDrill(ask, found) if ask.what in PAPERS else Drill(ask, found)


def moments(ask: Ask, *, on: date, at: datetime) -> Moments:
    """Between which moments a question lies. A quarter before the first closing is the start. Raises Http404."""
    known = Known(ask.day, end_of(ask.day)) if ask.day else Known(on, at)
    if ask.until:
        closing = Closing.objects.filter(quarter=ask.until).first()
        if closing is None:
            raise Http404
        known = Known.at_closing(closing)
    earlier = Closing.objects.filter(quarter__lte=ask.since).order_by("quarter").last() if ask.since else None
    return Moments(known, Known.at_closing(earlier) if earlier else None)


def read_ask(asked: Mapping[str, str], what: str = "") -> Ask:
    """The question that stands in an address. Raises Http404 for anything that is none."""
    what = what or asked.get("wat", Measure.PLUS)
    if what not in MEASURES | PAPERS | AMOUNTS:
        raise Http404
    until, since = asked.get("tot", NOW), asked.get("sinds", "")
    if what in AMOUNTS and (day := _day(until)):
        return Ask(what, day=day)
    ask = Ask(what, None if until == NOW else _quarter(until), _quarter(since) if since else None)
    if ask.since and ask.until and ask.since >= ask.until:
        raise Http404
    for name, parameter in PARAMETERS.items():
        if parameter in asked:
            ask = ask.narrowed(name, _key(name, asked[parameter]))
            _name(*ask.by[-1])
    possible = {*counting.dimensions(Measure(what)), "track", NO_TRACK} if what in MEASURES else set()
    if not {name for name, _ in ask.by} <= possible:
        raise Http404
    return ask


def title_of(ask: Ask) -> str:
    return TITLES[ask.what]


def about(ask: Ask) -> list[str]:
    """Of whom and of when a figure is, in words."""
    return [*(_name(name, key) for name, key in ask.by), _when(ask)]


def _when(ask: Ask) -> str:
    until = f"de afsluiting van het {ask.until.label}" if ask.until else "nu"
    if ask.since is None or not Closing.objects.filter(quarter__lte=ask.since).exists():
        return f"sinds de start, stand bij {until}" if ask.until else "sinds de start, stand van nu"
    if ask.until and ask.until.previous == ask.since:
        return f"erbij in het {ask.until.label}"
    return f"erbij van de afsluiting van het {ask.since.label} tot {until}"


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
    if name == NO_TRACK or text == NOBODY:
        return None
    try:
        key = int(text)
    except ValueError:
        raise Http404 from None
    known = {*Track.values, NOT_REPORTED, NOT_ACCREDITED} if name == "track" else range(1, 2**31)
    if key not in known:
        raise Http404
    return key


def _name(name: str, key: int | None) -> str:
    if name == NO_TRACK:
        return "zonder spoor"
    if name == "track":
        return TRACK_WORDS[key] if key is not None else "zonder spoor"
    if key is None:
        return "zonder gemeente"
    found = NAMED[name]._default_manager.filter(pk=key).first()
    if found is None:
        raise Http404
    return str(found)
