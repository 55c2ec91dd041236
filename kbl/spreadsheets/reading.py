"""Reading an upload: a table of text, or a reason why not. Whatever the file is, it takes little time and memory.

What a file is, its first bytes say; its name is never trusted. Cells come out as text: days as 2026-12-31, whole
numbers without the `.0` or the exponent that a spreadsheet gave them. What the text means is up to the caller.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kbl.spreadsheets import plain_text, workbook
from kbl.spreadsheets.limits import LARGEST_FILE, LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile

OLE = b"\xd0\xcf\x11\xe0"  # .xls, or a workbook with a password
KINDS = {
    b"%PDF": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"GIF8": "picture",
    b"{\\rtf": "document",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"\x1f\x8b": "archive",
    b"ID;P": "unknown",  # SYLK
}


@dataclass(frozen=True)
class SheetRow:
    """A row with its number in the file, and a text per heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SheetTable:
    """The headings, as they stand there, and the rows under them; empty rows and columns are left out.

    `hidden` are the names of filled sheets that nobody sees in the file: these are not read.
    """

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    hidden: tuple[str, ...] = ()


def read(content: bytes) -> SheetTable:
    """Read a spreadsheet (.xlsx) or a text file (.csv, with commas, semicolons or tabs). Raises Unreadable."""
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=LARGEST_FILE // 1_000_000)
    hidden: list[str] = []
    if content.startswith(b"PK\x03\x04"):
        lines = workbook.rows_of(content, hidden)
    else:
        _refuse_other_kinds(content)
        lines = plain_text.rows_of(plain_text.decoded(content))
    table = _table(lines)
    return replace(table, hidden=tuple(hidden))


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(OLE):
        password = "EncryptedPackage".encode("utf-16-le") in content
        raise UnreadableFile(FileProblem.PASSWORD if password else FileProblem.OLD_EXCEL)
    for start, kind in KINDS.items():
        if content.startswith(start):
            raise UnreadableFile(FileProblem.WRONG_KIND, kind=kind)
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|table|svg)", content[:200], re.IGNORECASE):
        raise UnreadableFile(FileProblem.WRONG_KIND, kind="page")


def _table(lines: Iterator[tuple[int, list[str]]]) -> SheetTable:
    """The first filled row is the headings. Raises Unreadable."""
    head = next(lines, None)
    if head is None:
        raise UnreadableFile(FileProblem.EMPTY)
    headings = [re.sub(r"\s+", " ", heading) for heading in _trimmed(head[1])]
    rows: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if len(rows) == MOST_ROWS:
            raise UnreadableFile(FileProblem.TOO_MANY_ROWS, limit=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            cells = _trimmed(cells)
        if max(map(len, cells)) > LONGEST_CELL:
            raise UnreadableFile(FileProblem.LONG_CELL, row=number, limit=LONGEST_CELL)
        rows.append((number, cells))
    if not rows:
        raise UnreadableFile(FileProblem.NO_ROWS)
    width = max(len(headings), *(len(cells) for _, cells in rows))
    headings += [""] * (width - len(headings))
    kept = [i for i in range(width) if headings[i] or any(i < len(cells) and cells[i] for _, cells in rows)]
    _refuse_doubles([headings[i] for i in kept])
    return SheetTable(
        tuple(headings[i] for i in kept),
        tuple(SheetRow(number, tuple(cells[i] if i < len(cells) else "" for i in kept)) for number, cells in rows),
    )


def _trimmed(cells: list[str]) -> list[str]:
    """A row without the empty cells at its end. Raises Unreadable when it is wider than any list of ours."""
    last = next((i for i in range(len(cells), 0, -1) if cells[i - 1]), 0)
    if last > MOST_COLUMNS:
        raise UnreadableFile(FileProblem.TOO_MANY_COLUMNS, limit=MOST_COLUMNS)
    return cells[:last]


def _refuse_doubles(headings: list[str]) -> None:
    seen: set[str] = set()
    for heading in headings:
        if heading and heading.casefold() in seen:
            raise UnreadableFile(FileProblem.DOUBLE_HEADING, heading=heading[:60])
        seen.add(heading.casefold())
