"""What a municipality reads of itself: its row in every report that was released, and nothing that is counted now.

So whatever it adds, subtracts or lays beside the province's papers, there is no figure in it that those do not have.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString

from kbl.formats import number
from kbl.organisations.models import Municipality
from reporting.dashboard import small
from reporting.dashboard.drawing import trend
from reporting.dashboard.small import Published
from reporting.editions import found, parts
from reporting.editions.models import ReportEdition
from reporting.editions.parts import About, ReportRow
from reporting.figures.measures import Measure
from reporting.figures.places import SEVERAL
from reporting.figures.suppression import MUNICIPALITIES, PublishedFigure
from reporting.figures.table import FigureCell, FigureTable, added_cell, row, value_cell
from reporting.report import kept_reports
from reporting.report.kept_reports import ReadReport

HEADINGS = ("Erbij", "Sinds de start")
# A chart's name in an address, its title, and what it counts.
CHARTS = {
    "uitgereikt": ("Uitgereikt", Measure.HANDED_OUT),
    "leden": ("Nieuw lid en omgezet", Measure.PLUS),
    "verlengd": ("Verlengd", Measure.RENEWED),
}
SHARED = "Een intermediair deelt hier ook voor andere gemeenten uit. Wat daarvan van uw gemeente is, is niet te zeggen."


@dataclass(frozen=True)
class OwnChart:
    """One figure of a municipality, per quarter that was released: drawn, and as a table."""

    name: str
    title: str
    drawing: SafeString
    table: FigureTable
    note: str = ""

    @property
    def newest(self) -> FigureCell | None:
        """Since the start, after the last quarter."""
        return self.table.rows[-1].cells[-1] if self.table.rows else None


@dataclass(frozen=True)
class OwnPages:
    """The two pages about the municipality in the report of a quarter, to download."""

    edition: ReportEdition
    part: ReportRow


@dataclass(frozen=True)
class MunicipalBoard:
    """The dashboard of a municipality on a day; `pages` has the newest quarter first."""

    on: date
    municipality: Municipality
    charts: tuple[OwnChart, ...]
    programme: Published | None
    pages: tuple[OwnPages, ...]


@dataclass(frozen=True)
class _Told:
    """A released report with what it says of the municipality; `part` is None where it has no row for it."""

    edition: ReportEdition
    read: ReadReport
    part: ReportRow | None

    @property
    def is_shared(self) -> bool:
        """Its hand-outs may be more than its row tells, as the report itself says."""
        lines = self.read.shown[MUNICIPALITIES].rows
        return any(line.note for line in lines if self.part and line.label == self.part.name)


def board(municipality: Municipality, on: date) -> MunicipalBoard:
    """Everything on the start page of a municipality."""
    told = list(_told(municipality))
    charts = tuple(_chart(name, municipality, told) for name in CHARTS) if any(each.part for each in told) else ()
    pages = tuple(OwnPages(each.edition, each.part) for each in reversed(told) if each.part)
    return MunicipalBoard(on, municipality, charts, small.published(), pages)


def chart(name: str, municipality: Municipality) -> OwnChart | None:
    """One of its charts by its name; None when there is no such chart, or nothing to show."""
    told = list(_told(municipality))
    return _chart(name, municipality, told) if name in CHARTS and any(each.part for each in told) else None


def pages_of(edition: ReportEdition, municipality: Municipality) -> ReportRow | None:
    """The row of a municipality in a released report; None when it has none."""
    return parts.find(kept_reports.read(edition.closing), About.MUNICIPALITY, municipality.pk)


def _told(municipality: Municipality) -> Iterable[_Told]:
    """Every quarter of which a report was released, the oldest first."""
    for edition in found.newest():
        read = kept_reports.read(edition.closing)
        yield _Told(edition, read, parts.find(read, About.MUNICIPALITY, municipality.pk))


def _chart(name: str, municipality: Municipality, told: list[_Told]) -> OwnChart:
    title, measure = CHARTS[name]
    rows, points = [], []
    for each in told:
        period = each.read.period
        figure = period.measures[measure].tables[MUNICIPALITIES].rows.get(municipality.pk)
        shared = measure is Measure.HANDED_OUT and each.is_shared
        cells = [_several(added_cell(figure), shared), _several(value_cell(figure), shared)]
        rows.append(row(period.quarter.label, HEADINGS, cells))
        points.append((f"{period.quarter.number}e {period.quarter.year % 100:02}", figure or PublishedFigure(0, 0)))
    said = ", ".join(f"{line.label} {_aloud(line.cells[-1])}" for line in rows)
    drawing = trend([(short, figure.value) for short, figure in points], f"{title} sinds de start: {said}")
    table = FigureTable(f"{title} in {municipality}", "Kwartaal", HEADINGS, tuple(rows))
    note = SHARED if measure is Measure.HANDED_OUT and told[-1].is_shared else ""
    return OwnChart(name, title, drawing, table, note)


def _several(cell: FigureCell, shared: bool) -> FigureCell:
    """A nothing that may be a part of several municipalities is no zero."""
    return replace(cell, text=SEVERAL.lower()) if shared and cell.text == number(0) else cell


def _aloud(cell: FigureCell) -> str:
    if cell.held:
        return f"{cell.text} of iets meer" if cell.text else "te klein om te tonen"
    return cell.text
