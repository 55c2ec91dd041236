"""The way back up: in which quarters, reports, figures and amounts something counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from intermediaries.models import Handout
from kbl.fund.models import FundEntry
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Statement
from libraries.models import Enrolment, MembershipYear
from reporting.audit.figure_facts import TITLES, about
from reporting.audit.fund_amounts import TITLES as MONEY_TITLES
from reporting.figures import as_of, counted_facts
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure, dimensions, measures_of
from reporting.figures.query import FigureQuery, FundAmount

Counting = Handout | Enrolment | MembershipYear


@dataclass(frozen=True)
class CountedFigure:
    """A figure in which something counts; `sign` is -1 where it was taken off again."""

    title: str
    details: str
    query: FigureQuery
    sign: int = 1


@dataclass(frozen=True)
class CountedIn:
    """The figures of one quarter's report; `quarter` is None for the figures of now, that no report has yet."""

    quarter: Quarter | None
    figures: tuple[CountedFigure, ...]


def of_fact(fact: Counting, *, on: date, at: datetime) -> list[CountedIn]:
    """Where a fact counts: in the quarter that first knew it, and taken off in the one that learned it was revoked."""
    closings = as_of.closings()
    moments = [*map(AsOf.at_closing, closings), AsOf(on, at)]
    quarters = [*(each.quarter for each in closings), None]
    found: dict[int, list[CountedFigure]] = {}
    for measure in measures_of(type(fact)):
        there = counted_facts.counted_at(measure, moments, fact.pk)
        for i, (before, now) in enumerate(zip([False, *there], there, strict=False)):
            if before != now:
                since = quarters[i - 1] if i else None
                seen = moments[i] if now else moments[i - 1]
                figures = _figures(measure, fact, FigureQuery(measure, quarters[i], since), seen, 1 if now else -1)
                found.setdefault(i, []).extend(figures)
    return [CountedIn(quarters[i], tuple(figures)) for i, figures in sorted(found.items())]


def _figures(measure: Measure, fact: Counting, query: FigureQuery, seen: AsOf, sign: int) -> Iterable[CountedFigure]:
    """The figure of the programme, and its rows per organisation, municipality, track and kind."""
    columns = dimensions(measure)
    values = type(fact)._default_manager.values(**{f"by_{name}": F(column) for name, column in columns.items()})
    row: Any = values.get(pk=fact.pk)
    yield CountedFigure(TITLES[measure], "het hele programma", query, sign)
    if isinstance(fact, Handout):
        row["by_municipality"] = counted_facts.place_of(fact, seen)
    for name in columns:
        narrowed = query.narrowed(name, row[f"by_{name}"])
        yield CountedFigure(TITLES[measure], about(narrowed)[0], narrowed, sign)
    tracked = query.narrowed("track", counted_facts.track_of(measure, seen, fact))
    yield CountedFigure(TITLES[measure], about(tracked)[0], tracked, sign)
    kind = query.narrowed("kind", counted_facts.kind_of(measure, seen, fact))
    yield CountedFigure(TITLES[measure], about(kind)[0], kind, sign)


def of_statement(statement: Statement) -> CountedIn:
    """The figures that the lines of a statement are in: those of its party, added in its quarter."""
    quarter = statement.closing.quarter
    invoice = statement.kind == Statement.Kind.INVOICE
    years = statement.lines.filter(membership_year__isnull=False).order_by()
    billed = set(years.values_list("membership_year__ordinal", "membership_year__enrolment__kind").distinct())
    kinds = {kind for ordinal, kind in billed if ordinal == 1}
    measures = [measure for measure in (Measure.NEW, Measure.CONVERSION) if measure in kinds]
    measures = [Measure.PLUS, *measures] if measures else []
    if any(ordinal > 1 for ordinal, _ in billed):
        measures.append(Measure.RENEWED)
    if not invoice and statement.lines.exists():
        measures = [Measure.HANDED_OUT]
    party = ("library" if invoice else "intermediary", statement.organisation_id)
    queries = [FigureQuery(measure, quarter, quarter.previous, (party,)) for measure in measures]
    return CountedIn(
        quarter, tuple(CountedFigure(TITLES[query.what], str(statement.organisation), query) for query in queries)
    )


def of_entry(entry: FundEntry) -> list[CountedFigure]:
    """The amount of the fund that an entry is in: of the first closing that knew it, and of now."""
    what = FundAmount.RECEIVED if entry.kind == FundEntry.Kind.INSTALMENT or _is_income(entry) else FundAmount.SPENT
    return _amounts([what], entry.recorded_at, entry.on)


def of_unapproved(statement: Statement) -> list[CountedFigure]:
    """The amounts that a statement is in before Cubiss approves it."""
    return _amounts([FundAmount.OWED, FundAmount.COMMITTED], statement.closing.closed_at)


def _is_income(entry: FundEntry) -> bool:
    return entry.reverses is not None and entry.reverses.kind == FundEntry.Kind.INSTALMENT


def _amounts(names: list[FundAmount], at: datetime, on: date | None = None) -> list[CountedFigure]:
    closings = Closing.objects.filter(closed_at__gte=at).order_by("quarter")
    first = next((each for each in closings if on is None or on <= each.quarter.last_day), None)
    moments = [(first.quarter, f"stand bij de afsluiting van het {first.quarter.label}")] if first else []
    return [
        CountedFigure(MONEY_TITLES[name], words, FigureQuery(name, quarter))
        for name in names
        for quarter, words in [*moments, _NOW]
    ]


_NOW: tuple[Quarter | None, str] = (None, "stand van nu")
