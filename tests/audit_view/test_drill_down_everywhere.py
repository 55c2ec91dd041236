"""Every figure of every report of a told programme is its facts; and a renewal under its year."""

from datetime import date, datetime
from functools import cache

import pytest

from kbl.periods import Quarter
from libraries import renewal
from libraries.models import Enrolment
from reporting.audit import figure_facts
from reporting.figures import counting
from reporting.figures.as_of import AsOf, closings
from reporting.figures.measures import Measure, dimensions
from reporting.figures.query import FigureQuery
from tests.audit_view.test_drill_down import NOW, _every_amount, _every_cell, check, taken_apart
from tests.conftest import at, branch_of
from tests.reporting import played


@pytest.fixture
def taken_apart_once(monkeypatch) -> None:
    """The books stand still: when a quarter was closed, and what a question comes to, is the same the second time."""
    spans: dict[tuple, figure_facts.FigureSpan] = {}
    span_of = figure_facts.span_of

    def span_once(query: FigureQuery, *, on: date, at: datetime) -> figure_facts.FigureSpan:
        about = query.until, query.since, query.day, on, at
        if about not in spans:
            spans[about] = span_of(query, on=on, at=at)
        return spans[about]

    monkeypatch.setattr(figure_facts, "span_of", span_once)
    monkeypatch.setattr(figure_facts, "facts_of", cache(figure_facts.facts_of))


def test_every_figure_of_every_report_is_its_facts(db, taken_apart_once):
    """Two years with one of everything: every measure, along every line, at every closing, and what came between."""
    played.play()
    history = closings()
    moments = [AsOf.at_closing(each) for each in history]
    before, taken_off = None, 0
    for i, closing in enumerate(history):
        quarter = closing.quarter
        for measure in Measure:
            for name in (None, *dimensions(measure)):
                counted = counting.count(measure, moments, *([name] if name else []))
                for key, numbers in counted.items():
                    by = ((name, *key),) if name else ()
                    check(FigureQuery(measure, quarter, by=by), numbers[i], NOW)
                    added = numbers[i] - (numbers[i - 1] if i else 0)
                    facts = check(FigureQuery(measure, quarter, quarter.previous, by), added, NOW)
                    taken_off += facts > abs(added)
            tracks = counting.count_by_track(measure, moments[i])
            earlier = counting.count_by_track(measure, before) if before else {}
            for track in {*tracks, *earlier}:
                by = (("track", track),)
                check(FigureQuery(measure, quarter, by=by), tracks.get(track, 0), NOW)
                check(
                    FigureQuery(measure, quarter, quarter.previous, by),
                    tracks.get(track, 0) - earlier.get(track, 0),
                    NOW,
                )
            _of_every_kind(measure, quarter, moments[i], before)
        before = moments[i]
    assert taken_off, "somewhere a fact was taken off again"
    totals = counting.totals(moments)
    for paper in ("made", "allocated", "void"):
        for i, closing in enumerate(history):
            stand = getattr(totals[i], paper)
            assert taken_apart(FigureQuery(paper, closing.quarter)).number == stand
            since = stand - (getattr(totals[i - 1], paper) if i else 0)
            assert taken_apart(FigureQuery(paper, closing.quarter, closing.quarter.previous)).number == since
    _every_cell(history[-1])
    for closing, each in zip(history, moments, strict=True):
        _every_amount(closing.quarter, each)


def _of_every_kind(measure: Measure, quarter: Quarter, moment: AsOf, before: AsOf | None) -> None:
    """Every kind of intermediary, and what is not known yet."""
    now, then = (_per_kind(measure, each) if each else {} for each in (moment, before))
    for kind in {*now, *then}:
        by = (("kind", kind),)
        check(FigureQuery(measure, quarter, by=by), now.get(kind, 0), NOW)
        check(FigureQuery(measure, quarter, quarter.previous, by), now.get(kind, 0) - then.get(kind, 0), NOW)


def _per_kind(measure: Measure, moment: AsOf) -> dict[int, int]:
    found: dict[int, int] = {}
    for (_, kind), number in counting.count_by_kind(measure, moment).items():
        found[kind] = found.get(kind, 0) + number
    return found


def test_a_renewal_is_found_under_its_year(history, venlo, clerk):
    history.both(1, venlo, date(2025, 9, 10), by=clerk)
    renewal.renew(Enrolment.objects.get().years.get(), by=clerk, at=at(date(2026, 9, 12)))
    moment = at(date(2026, 9, 30))
    check(FigureQuery(Measure.RENEWED), 1, moment)
    assert branch_of(venlo)
