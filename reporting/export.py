"""The running figures as a file for a spreadsheet. No cell can start a formula."""

import csv
import io
from collections.abc import Iterable

from reporting.running import Breakdown, Running

STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BYTE_ORDER_MARK = "\ufeff"


def inert(text: str) -> str:
    """Text that a spreadsheet shows as it is: one that would start a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(STARTERS) else text


def to_csv(running: Running, breakdowns: Iterable[Breakdown]) -> str:
    """A line per row and heading, with semicolons as Dutch spreadsheets expect."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    since = f"sinds {running.closing.quarter}" if running.closing else "tot nu toe"
    writer.writerow(["tabel", "rij", "wat", since, "sinds de start", "stand op"])
    for breakdown in breakdowns:
        for name, figures in breakdown.rows:
            for heading, figure in zip(breakdown.headings, figures, strict=True):
                words = [inert(each) for each in (breakdown.title, name, heading)]
                writer.writerow([*words, figure.added, figure.all, running.on.isoformat()])
    return out.getvalue()
