"""A table of figures, ready for a document or a page: headings, rows of cells, and what is held back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kbl.formats import number
from kbl.periods import Quarter
from reporting.figures.measures import Measure
from reporting.figures.query import FigureQuery
from reporting.figures.suppression import PublishedFigure

By = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class FigureCell:
    """What stands in one cell; `held` gets the star of figures that are too small to show.

    `query` leads to the facts of the figure. Only Cubiss' own pages follow it.
    """

    text: str
    held: bool = False
    label: str = ""
    query: FigureQuery | None = None


@dataclass(frozen=True)
class FigureRow:
    label: str
    cells: tuple[FigureCell, ...]
    note: str = ""


@dataclass(frozen=True)
class FigureTable:
    """A table with its title; `rest` is the row of what was too small to stand apart."""

    title: str
    first: str
    headings: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    rest: FigureRow | None = None
    total: FigureRow | None = None

    @property
    def has_stars(self) -> bool:
        rows = [*self.rows, *filter(None, [self.total])]
        return any(cell.held for row in rows for cell in row.cells)


def value_cell(shown: PublishedFigure | None) -> FigureCell:
    """The figure since the start; the former one when what was added since is too small."""
    if shown is None:
        return FigureCell(number(0))
    return FigureCell(number(shown.value) if shown.value or not shown.held else "", shown.held)


def added_cell(shown: PublishedFigure | None) -> FigureCell:
    """What was added since the report before, if that may be told."""
    if shown is None:
        return FigureCell(number(0))
    return FigureCell("", held=True) if shown.added is None else FigureCell(number(shown.added))


def row(label: str, headings: Sequence[str], cells: Iterable[FigureCell], note: str = "") -> FigureRow:
    """A row whose cells carry their heading, for narrow screens."""
    labelled = tuple(replace(cell, label=head) for cell, head in zip(cells, headings, strict=True))
    return FigureRow(label, labelled, note)


@dataclass(frozen=True)
class FigureColumn:
    """A column of a table of figures: a measure since the start, or what was added."""

    heading: str
    measure: Measure
    is_added: bool = False

    def cell(self, shown: PublishedFigure | None, quarter: Quarter, by: By = ()) -> FigureCell:
        since = quarter.previous if self.is_added else None
        asked = FigureQuery(self.measure, quarter, since, by)
        return replace(added_cell(shown) if self.is_added else value_cell(shown), query=asked)
