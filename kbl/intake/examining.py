"""Looking at a file: which columns it has, what every row says, and what it would do. Changes nothing.

An extra column that is filled refuses the whole file: that is where a resident's name would stand (docs/threats.md,
28).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kbl.intake.resource import Column, Intake, Judged, Upload, Verdict
from kbl.spreadsheets import SheetTable, folded_heading

# The columns that we add to a list of rows that could not be saved: read back, they say nothing.
ROW_COLUMN, WHY_COLUMN = "Regel", "Waarom niet"
OURS = {"regel", "waaromniet"}


class ColumnReason(StrEnum):
    """What is wrong with the columns of a file."""

    EXTRA = "extra"
    UNNAMED = "unnamed"
    MISSING = "missing"
    NONE = "none"


class WrongColumns(Exception):
    """The file has other columns than this kind of list; `names` are the headings that it is about."""

    def __init__(self, reason: ColumnReason, names: Sequence[str] = ()) -> None:
        super().__init__(reason.value)  # the headings are somebody's text: never in a log
        self.reason, self.names = reason, tuple(names)


@dataclass(frozen=True)
class Examined:
    """A file, looked at."""

    rows: list[Judged]

    def of(self, verdict: Verdict) -> list[Judged]:
        return [row for row in self.rows if row.verdict == verdict]

    def count(self) -> dict[str, int]:
        """How many rows there are of each verdict, by its name."""
        counts = Counter(row.verdict for row in self.rows)
        return {verdict.value: counts[verdict] for verdict in Verdict}


def own_columns(intake: Intake, table: SheetTable) -> SheetTable:
    """The file with our columns alone, in our order. Raises WrongColumns."""
    known = {folded_heading(name): column for column in intake.columns for name in (*column.also, column.column_name)}
    place: dict[Column, int] = {}
    extra = []
    for i, heading in enumerate(table.headers):
        column = known.get(folded_heading(heading))
        if column is not None and column not in place:
            place[column] = i
        elif folded_heading(heading) not in OURS and any(row.cells[i] for row in table.rows):
            extra.append(heading)
    if not place:
        raise WrongColumns(ColumnReason.NONE, table.headers)
    if any(extra):
        raise WrongColumns(ColumnReason.EXTRA, [heading for heading in extra if heading])
    if extra:
        raise WrongColumns(ColumnReason.UNNAMED)
    if missing := [column.column_name for column in intake.columns if column.required and column not in place]:
        raise WrongColumns(ColumnReason.MISSING, missing)
    order = [place.get(column) for column in intake.columns]
    rows = [type(row)(row.number, tuple("" if i is None else row.cells[i] for i in order)) for row in table.rows]
    return SheetTable(tuple(intake.headers), tuple(row for row in rows if any(row.cells)))


def examine(intake: Intake, table: SheetTable, upload: Upload) -> Examined:
    """Say of every row of `own_columns` what it would do."""
    intake.learn()
    reader = _CellReader(intake)
    rows = [reader.read(row.number, row.cells) for row in table.rows]
    readable = [row for row in rows if row.verdict != Verdict.WRONG]
    _refuse_repeated(intake, readable)
    intake.judge([row for row in readable if row.verdict != Verdict.WRONG], upload)
    return Examined(rows)


class _CellReader:
    """What the cells of a row mean. The same text in the same column means the same: it is looked at once."""

    def __init__(self, intake: Intake) -> None:
        self.columns: list[tuple[str, Column, dict]] = [(name, column, {}) for name, column in intake.fields.items()]

    def read(self, number: int, cells: tuple[str, ...]) -> Judged:
        row = Judged(number, cells, Verdict.NEW)
        for (name, column, known), cell in zip(self.columns, cells, strict=True):
            if cell not in known:
                known[cell] = self._meaning(column, cell)
            row.values[name], wrong = known[cell]
            if wrong:
                row.refuse(wrong)
        return row

    @staticmethod
    def _meaning(column: Column, cell: str) -> tuple[Any, str]:
        """The value, and what is wrong with it."""
        try:
            return column.widget.clean(cell), ""
        except ValueError as error:
            return None, f"{column.column_name}: {error}"


def _refuse_repeated(intake: Intake, rows: list[Judged]) -> None:
    """Of rows that say the same the first is kept; of rows that contradict each other none is."""
    about: dict[object, list[Judged]] = defaultdict(list)
    for row in rows:
        about[intake.key(row.values)].append(row)
    for group in about.values():
        first, *others = group
        if all(row.values == first.values for row in others):
            for row in others:
                row.refuse(f"Dit staat ook op regel {first.number}. Eén keer is genoeg.")
            continue
        for row in group:
            rest = ", ".join(str(other.number) for other in group if other is not row)
            row.refuse(f"Dit spreekt regel {rest} tegen. Laat staan wat klopt.")
