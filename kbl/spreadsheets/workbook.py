"""The rows of a workbook (.xlsx), as text."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import chain
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from kbl.spreadsheets import archive
from kbl.spreadsheets.limits import LAST_ROW, MOST_COLUMNS
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile
from kbl.spreadsheets.values import plain_number


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
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
