"""The running figures as a file for a spreadsheet."""

from collections.abc import Iterable

from kbl.spreadsheets import to_csv as written
from reporting.figures.current import CurrentFigures, CurrentTable


def to_csv(running: CurrentFigures, breakdowns: Iterable[CurrentTable]) -> bytes:
    """A line per row and heading."""
    since = f"sinds {running.closing.quarter}" if running.closing else "tot nu toe"
    return written(
        ["tabel", "rij", "wat", since, "sinds de start", "stand op"],
        (
            [breakdown.title, name, heading, figure.added, figure.all, running.on]
            for breakdown in breakdowns
            for name, figures in breakdown.rows
            for heading, figure in zip(breakdown.headings, figures, strict=True)
        ),
    )
