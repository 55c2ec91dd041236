"""Reading an upload: a table of text, or a reason why not. Whatever the file is, it takes little time and memory.

What a file is, its first bytes say; its name is never trusted. Cells come out as text: days as 2026-12-31, whole
numbers without the `.0` or the exponent that a spreadsheet gave them. What the text means is up to the caller.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from kbl.spreadsheets import archive
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile
from kbl.spreadsheets.values import plain_number

LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 60
FAR_TOO_WIDE = 1_000  # empty cells at the end of a row do no harm, but a million of them are no list
LONGEST_CELL = 2_000
LAST_ROW = 1_048_576  # of any workbook

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
}


@dataclass(frozen=True)
class SheetRow:
    """A row with its number in the file, and a text per heading."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SheetTable:
    """The headings, as they stand there, and the rows under them; empty rows and columns are left out."""

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read(content: bytes) -> SheetTable:
    """Read a spreadsheet (.xlsx) or a text file (.csv, with commas, semicolons or tabs). Raises Unreadable."""
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(FileProblem.TOO_LARGE, limit=LARGEST_FILE // 1_000_000)
    if not content.strip():
        raise UnreadableFile(FileProblem.EMPTY)
    if content.startswith(b"PK\x03\x04"):
        lines = _workbook(content)
    else:
        _refuse_other_kinds(content)
        lines = _lines(_decoded(content))
    return _table(lines)


def _refuse_other_kinds(content: bytes) -> None:
    if content.startswith(OLE):
        password = "EncryptedPackage".encode("utf-16-le") in content
        raise UnreadableFile(FileProblem.PASSWORD if password else FileProblem.OLD_EXCEL)
    for start, kind in KINDS.items():
        if content.startswith(start):
            raise UnreadableFile(FileProblem.WRONG_KIND, kind=kind)
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|table|svg)", content[:200], re.IGNORECASE):
        raise UnreadableFile(FileProblem.WRONG_KIND, kind="page")


# --- a workbook ---------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the one sheet that is filled."""
    archive.look_through(content)
    # Only where a workbook is read: see kbl/spreadsheets/writing.py.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            filled = []
            for sheet in book.worksheets:
                rows = _sheet(sheet)
                if (first := next(rows, None)) is not None:
                    filled.append((sheet.title, chain([first], rows)))
            if len(filled) > 1:
                raise UnreadableFile(FileProblem.SEVERAL_SHEETS, sheets=[title for title, _ in filled])
            if not filled:
                raise UnreadableFile(FileProblem.EMPTY)
            yield from filled[0][1]
        finally:
            book.close()
    # What openpyxl says of a file that somebody changed by hand is anybody's guess; none of it is our fault.
    except (
        BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OverflowError,
        OSError,
        SyntaxError,
    ) as error:
        raise UnreadableFile(FileProblem.DAMAGED) from error


def _sheet(sheet) -> Iterator[tuple[int, list[str]]]:
    """The rows that have something in them, with their numbers."""
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    before: tuple = ()
    for number, cells in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS + 1, values_only=True), 1):
        if cells is before:  # openpyxl fills a gap of a million rows with one and the same empty one
            continue
        before = cells
        if any(cell is not None for cell in cells):
            texts = ["" if cell is None else _shown(cell) for cell in cells]
            if any(texts):
                yield number, texts


def _shown(value: object) -> str:
    """A cell of a workbook as text."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "ja" if value else "nee"
        case int():
            return str(value)
        case float():
            return plain_number(repr(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
    return str(value)


# --- a text file --------------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """The text: by its byte order mark, else UTF-8, else what Windows wrote in Western Europe."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in content:
        encodings = ["utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]", text):
            break
        return text
    raise UnreadableFile(FileProblem.WRONG_KIND, kind="unknown")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have something in them, with the number of the line on which they begin."""
    text = _without_empty_end(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 1
    try:
        for cells in reader:
            if len(cells) > FAR_TOO_WIDE:
                raise UnreadableFile(FileProblem.TOO_MANY_COLUMNS, limit=MOST_COLUMNS)
            if reader.line_num > LAST_ROW:  # no spreadsheet wrote this: a gap of millions of lines need not be read
                raise UnreadableFile(FileProblem.TOO_MANY_ROWS, limit=MOST_ROWS)
            texts = [cell.strip() for cell in cells]
            if any(texts):
                yield number, texts
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(FileProblem.DAMAGED) from error


def _without_empty_end(text: str) -> str:
    """The text up to the end of its last line that has something in it: of what is empty there may be millions."""
    filled = len(text.rstrip("\r\n;,\t "))
    ends = [at for at in (text.find("\n", filled), text.find("\r", filled)) if at >= 0]
    return text[: min(ends)] if ends else text


def _delimiter(text: str) -> str:
    """What separates the headings: the sign that stands there most, outside quotes."""
    first = next((line for line in islice(text.splitlines(), 100) if line.strip()), "")
    first = re.sub(r'"[^"]*"', "", first)
    return max(";,\t", key=first.count)


# --- both ---------------------------------------------------------------------------------------------------------


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
