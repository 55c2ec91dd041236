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
from kbl.spreadsheets.values import UNCALCULATED, plain_number


def rows_of(content: bytes, hidden: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the one sheet that is filled and seen; the names of hidden sheets that are filled go to `hidden`."""
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
                if (first := next(rows, None)) is None:
                    continue
                if (
                    sheet.sheet_state != "visible"
                ):  # the choices of a drop-down, as a rule: nobody sees that it is there
                    hidden.append(sheet.title)
                    continue
                filled.append((sheet.title, chain([first], rows)))
            if len(filled) > 1:
                raise UnreadableFile(FileProblem.SEVERAL_SHEETS, sheets=[title for title, _ in filled])
            if not filled and hidden:
                raise UnreadableFile(FileProblem.HIDDEN_SHEETS, sheets=hidden)
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
    last = 0
    with sheet._get_source() as source:
        for number, cells in _parser(sheet, source).parse():
            if number > LAST_ROW:
                break
            if number <= last and any(cell["value"] is not None for cell in cells):
                raise UnreadableFile(FileProblem.DAMAGED)  # a row that stands there twice: which one is meant?
            last = max(last, number)
            texts = [""] * (MOST_COLUMNS + 1)
            for cell in cells:
                if cell["value"] is not None and cell["column"] >= 1:
                    # What stands further away is not read, and not taken for nothing either.
                    texts[min(cell["column"], MOST_COLUMNS + 1) - 1] = _shown(cell["value"])
            if any(texts):
                yield number, texts


def _parser(sheet, source):
    """openpyxl's own parser of a sheet, that tells a formula without an outcome from an empty cell.

    Excel keeps the outcome beside the formula; a program that only writes the formula does not. openpyxl reads both as
    nothing, and a row, or its day, would vanish without a word.
    """
    from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

    class Parser(WorkSheetParser):
        def parse_cell(self, element):
            cell = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                outcome = element.find(VALUE_TAG)
                # Of a text formula an empty outcome is an outcome: =IF(A1="";"";A1).
                if outcome is None or element.get("t") != "str":
                    cell["value"] = UNCALCULATED
            return cell

    book = sheet.parent
    return Parser(
        source,
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


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
