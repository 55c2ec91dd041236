"""The two pages of a report that are about one library or one municipality: only what its released edition shows.

Name, rows and sums are read from what was kept, each row by the key that its figures were asked with. So these pages
tell nothing that the report itself does not. They are made after the release, once, and kept byte for byte.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kbl import pdf
from kbl.formats import number
from reporting.editions.models import EditionPart, ReportEdition
from reporting.editions.release import content_of
from reporting.figures.measures import Measure
from reporting.figures.suppression import LIBRARIES, MUNICIPALITIES, PublishedFigure
from reporting.figures.table import FigureRow, FigureTable, added_cell, row, value_cell
from reporting.report import drawings, kept_reports
from reporting.report.kept_reports import ReadReport
from reporting.report.periods import ReportPeriod

About = EditionPart.About
TABLES = {About.LIBRARY: LIBRARIES, About.MUNICIPALITY: MUNICIPALITIES}
WORDS = {About.LIBRARY: "bibliotheek", About.MUNICIPALITY: "gemeente"}


@dataclass(frozen=True)
class ReportRow:
    """A row of a released report: of whom, by the name of then."""

    about: About
    pk: int
    name: str


def parts(read: ReadReport, about: About) -> list[ReportRow]:
    """Everybody who has a row in a report."""
    table: FigureTable = read.shown[TABLES[about]]
    return [ReportRow(about, key, line.label) for line in table.rows if (key := _key(line, about)) is not None]


def find(read: ReadReport, about: About, pk: int) -> ReportRow | None:
    """One of them; None when it has no row."""
    return next((each for each in parts(read, about) if each.pk == pk), None)


def kept(edition: ReportEdition, part: ReportRow, *, at: datetime) -> EditionPart:
    """The two pages of a released edition: those that were kept, else made now and kept."""
    key = {"edition": edition, "about": part.about, "key": part.pk}
    if found := EditionPart.objects.filter(**key).first():
        return found
    content = render(edition, part)
    made = {"filename": filename(edition, part), "content": content, "sha256": hashlib.sha256(content).hexdigest()}
    try:
        with transaction.atomic():
            return EditionPart.objects.create(**key, **made, made_at=at)
    except IntegrityError:  # somebody fetched it in the same moment
        return EditionPart.objects.get(**key)


def everybody(edition: ReportEdition) -> list[ReportRow]:
    """Every library and municipality that has two pages."""
    read = kept_reports.read(edition.closing)
    return [each for about in About for each in parts(read, about)]


def render(edition: ReportEdition, part: ReportRow) -> bytes:
    """The two pages, made of what was kept alone."""
    read = kept_reports.read(edition.closing)
    periods = [*(each.period for each in kept_reports.history_of(edition.closing, at=edition.asked_at)), read.period]
    charts = drawings.drawn(read)
    context: dict[str, Any] = {
        **read.shown,
        "charts": charts,
        "kept": read.kept,
        "edition": edition,
        "words": content_of(edition),
        "part": part,
        "kind": str(About(part.about).label),
        "said": list(_sentences(read.period, part)),
        "own": _by_quarter(periods, part),
        "whole": _whole(periods),
    }
    return pdf.render(
        "documents/report_part.html",
        context,
        made_at=edition.asked_at,
        identifier=f"report:{read.period.quarter}:{edition.version}:{part.about}:{part.pk}",
        drawn={f"{name}.svg": chart.in_pdf for name, chart in charts.items()},
        kept=True,
    )


def filename(edition: ReportEdition, part: ReportRow) -> str:
    """`kbl-2026-Q2-bibliotheek-12.pdf`: by its key, because a name may change."""
    return f"kbl-{edition.closing.quarter}-{WORDS[part.about]}-{part.pk}.pdf"


def _key(line: FigureRow, about: About) -> int | None:
    """The key that a row's figures were asked with."""
    for cell in line.cells:
        if cell.query and cell.query.by and cell.query.by[0][0] == about.value:
            return cell.query.by[0][1]
    return None


def _figure(period: ReportPeriod, measure: Measure, part: ReportRow) -> PublishedFigure | None:
    return period.measures[measure].tables[TABLES[part.about]].rows.get(part.pk)


def _sentences(period: ReportPeriod, part: ReportRow) -> Iterator[str]:
    plus, quarter = _figure(period, Measure.PLUS, part), period.quarter.label
    if plus is None or (plus.added == 0 and not plus.value):
        yield f"{part.name} heeft nog geen nieuwe leden."
    elif plus.added is None:
        yield f"Het aantal nieuwe leden van {part.name} in het {quarter} is te klein om te tonen."
    else:
        yield f"{part.name} kreeg in het {quarter} {number(plus.added)} nieuwe leden."
    if plus and plus.value:
        yield f"Sinds de start zijn het er {'ten minste ' if plus.held else ''}{number(plus.value)}."
    yield f"In het hele programma zijn het er {number(period.plus.value)}."


def _by_quarter(periods: list[ReportPeriod], part: ReportRow) -> FigureTable:
    """Every closed quarter, as its own report told it."""
    measures = [Measure.PLUS, Measure.RENEWED]
    if part.about is About.MUNICIPALITY:
        measures.append(Measure.HANDED_OUT)
    return _table(part.name, periods, measures, lambda period, measure: _figure(period, measure, part))


def _whole(periods: list[ReportPeriod]) -> FigureTable:
    return _table(
        "Het hele programma",
        periods,
        [Measure.PLUS, Measure.RENEWED, Measure.HANDED_OUT],
        lambda period, measure: period.measures[measure].total,
    )


HEADINGS = {Measure.PLUS: "Nieuwe leden", Measure.RENEWED: "Verlengd", Measure.HANDED_OUT: "Uitgereikt"}


def _table(title: str, periods: list[ReportPeriod], measures: list[Measure], figure) -> FigureTable:
    headings = ("Erbij", *(HEADINGS[each] for each in measures))
    rows = []
    for period in periods:
        cells = [added_cell(figure(period, Measure.PLUS)), *(value_cell(figure(period, each)) for each in measures)]
        rows.append(row(period.quarter.label, headings, cells))
    return FigureTable(title, "Kwartaal", headings, tuple(rows))
