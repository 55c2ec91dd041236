"""A table ready to be set on paper or on a page: headings, rows of cells, and what is held back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kbl.formats import number
from kbl.periods import Quarter
from reporting.figures.counting import Measure
from reporting.figures.query import Ask
from reporting.figures.suppression import Shown

By = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Cell:
    """What stands in one cell; `held` gets the star of figures that are too small to show.

    `ask` is the question behind the figure. Only Cubiss' own pages follow it.
    """

    text: str
    held: bool = False
    label: str = ""
    ask: Ask | None = None


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table with its title; `rest` is the row of what was too small to stand apart."""

    title: str
    first: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    rest: Row | None = None
    total: Row | None = None

    @property
    def has_stars(self) -> bool:
        rows = [*self.rows, *filter(None, [self.total])]
        return any(cell.held for row in rows for cell in row.cells)


def stand(shown: Shown | None) -> Cell:
    """The figure since the start; the former one when what was added since is too small."""
    if shown is None:
        return Cell(number(0))
    return Cell(number(shown.stand) if shown.stand or not shown.held else "", shown.held)


def added(shown: Shown | None) -> Cell:
    """What was added since the report before, if that may be told."""
    if shown is None:
        return Cell(number(0))
    return Cell("", held=True) if shown.added is None else Cell(number(shown.added))


def row(label: str, headings: Sequence[str], cells: Iterable[Cell], note: str = "") -> Row:
    """A row whose cells know their heading, for narrow screens."""
    labelled = tuple(replace(cell, label=head) for cell, head in zip(cells, headings, strict=True))
    return Row(label, labelled, note)


@dataclass(frozen=True)
class Column:
    """A column of a breakdown: a measure, as it stands or as it was added."""

    heading: str
    measure: Measure
    is_added: bool = False

    def cell(self, shown: Shown | None, quarter: Quarter, by: By = ()) -> Cell:
        since = quarter.previous if self.is_added else None
        asked = Ask(self.measure, quarter, since, by)
        return replace(added(shown) if self.is_added else stand(shown), ask=asked)
