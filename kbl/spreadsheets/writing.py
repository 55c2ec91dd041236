"""Writing: a CSV as Dutch spreadsheets expect it, or an XLSX. No cell can start a formula (docs/threats.md, 26)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell


Cell = str | int | Decimal | date | bool | None

STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BYTE_ORDER_MARK = "\ufeff"
# What XML cannot carry; a spreadsheet would call the file damaged.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

# Where a workbook says when it was made.
CORE = "docProps/core.xml"
MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")

# Thousands and two decimals, in the way of the reader's own country.
AMOUNT = "#,##0.00"

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def inert(text: str) -> str:
    """Text that a spreadsheet shows as it is: one that would start a formula gets an apostrophe in front.

    What no spreadsheet can hold goes first: behind it may stand a formula (`\\x08=1+1`).
    """
    text = UNPRINTABLE.sub("", text)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(STARTERS) else text


def to_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, comma: bool = False) -> bytes:
    """Rows with semicolons, in UTF-8 with a byte order mark; days as 2026-12-31, so that every program reads them.

    With `comma` an amount is written as Dutch bookkeeping programs read it: `1234,50`.
    """
    return b"".join(csv_pieces(headers, rows, comma=comma))


def csv_pieces(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, comma: bool = False) -> Iterator[bytes]:
    """The same file in pieces of a thousand rows, for a list that is too long to hold."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([inert(header) for header in headers])
    waiting = iter(rows)
    while some := list(islice(waiting, 1000)):
        writer.writerows([_comma(cell) if comma else _text(cell) for cell in row] for row in some)
        yield _emptied(out)
    yield _emptied(out)


def zipped(name: str, pieces: Iterable[bytes]) -> bytes:
    """One file in a zip, written piece by piece: of a million rows only the small result is held."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as whole, whole.open(name, "w") as member:
        for piece in pieces:
            member.write(piece)
    return out.getvalue()


def _emptied(out: io.StringIO) -> bytes:
    """What was written so far."""
    piece = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return piece


def to_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "KBL") -> bytes:
    """A workbook of one sheet, written row by row. Texts are typed as text, days as days, numbers as numbers.

    What must keep its leading zeros (a serial) is given as text. `title` is the sheet's name.
    """
    # Only where a workbook is made: openpyxl is a twelfth of what every process would load to start.
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
    for i, header in enumerate(headers):
        sheet.column_dimensions[get_column_letter(i + 1)].width = max(14, len(header) + 4)
    sheet.freeze_panes = "A2"
    sheet.append(list(_headings(sheet, headers)))
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def steady(content: bytes) -> bytes:
    """The same workbook without the moment at which it was made: the same figures give the same bytes."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == CORE:
                data = MOMENT.sub(rb"\g<1>1980-01-01T00:00:00Z\g<2>", data)
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, data)
    return out.getvalue()


def _text(cell: Cell) -> str | int | Decimal:
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nee"
        case datetime() | date():
            return cell.isoformat()
        case str():
            return inert(cell)
    return cell


def _comma(cell: Cell) -> str | int | Decimal:
    """A number that can only be a number needs no apostrophe, also below zero."""
    return f"{cell:f}".replace(".", ",") if isinstance(cell, Decimal) else _text(cell)


def _headings(sheet, headers: Sequence[str]) -> Iterator["SheetCell"]:
    from openpyxl.styles import Font

    for header in headers:
        cell = _cell(sheet, header)
        cell.font = Font(bold=True)
        yield cell


def _cell(sheet, value: Cell):
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, bool):
        value = "ja" if value else "nee"
    if isinstance(value, Decimal):
        number: Any = value
        amount = WriteOnlyCell(sheet, number)
        amount.number_format = AMOUNT
        return amount
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, UNPRINTABLE.sub("", inert(value)))
    cell.data_type = "s"  # openpyxl takes whatever starts with = for a formula
    cell.number_format = "@"
    return cell
