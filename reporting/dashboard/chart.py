"""A chart of the dashboard: its bars and drawings, its words, and the same as a table."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from kbl.formats import euro, number


@dataclass(frozen=True)
class Bar:
    """A line of a chart: what, how much in words, a note, and its bar."""

    label: str
    words: str
    note: str
    drawing: SafeString


@dataclass(frozen=True)
class Chart:
    """A chart with the same as a table. `name` is how its file is called; `cells` are texts and numbers."""

    name: str
    title: str
    lead: str
    headings: tuple[str, ...]
    cells: list[tuple]
    bars: tuple[Bar, ...] = ()
    drawings: tuple[tuple[str, SafeString], ...] = ()

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table as it is read: a name and its figures."""
        return [(str(first), [_text(each) for each in others]) for first, *others in self.cells]

    @property
    def is_empty(self) -> bool:
        """There is nothing to draw yet."""
        return not any(each for _, *others in self.cells for each in others)


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, Decimal):
        return euro(value)
    return number(value) if isinstance(value, int) else str(value)
