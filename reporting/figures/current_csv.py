"""The running figures as a file for a spreadsheet."""

from collections.abc import Iterable

from kbl.spreadsheets import to_csv as written
from reporting.figures.current import CurrentFigures, CurrentTable


def to_csv(current: CurrentFigures, tables: Iterable[CurrentTable]) -> bytes:
    """A line per row and heading."""
    since = f"sinds {current.closing.quarter}" if current.closing else "tot nu toe"
    return written(
        ["tabel", "rij", "wat", since, "sinds de start", "stand op"],
        (
            [
                *(table.title, name, heading),
                *(table.text(name, heading, each) for each in (figure.added, figure.all)),
                current.on,
            ]
            for table in tables
            for name, figures in table.rows
            for heading, figure in zip(table.headings, figures, strict=True)
        ),
    )
