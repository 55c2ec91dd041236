"""The list for a printing house: what it prints on each voucher of a batch, as CSV or as a workbook.

Whole numbers leave the house here, so every list is kept as a fact first: who took it, and when.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from kbl.spreadsheets import BYTE_ORDER_MARK, inert, to_xlsx
from vouchers.models import Batch, ListTaken
from vouchers.paper.choice import printable, printed_within
from vouchers.paper.codes import public_url
from vouchers.paper.printed import PrintedVoucher, day_in_words

HEADERS = ("Nummer", "Nummer zoals gedrukt", "Streepjescode (Code128)", "QR-code", "Geldig tot en met", "Datum")
MOST_IN_XLSX = 100_000  # a workbook of a million rows opens nowhere
AT_A_TIME = 2_000


class ListRefused(ValueError):
    """There is nothing to print, or it is too much for a workbook: `reason` is one of the class's constants."""

    class Reason(StrEnum):
        EMPTY = "empty"
        TOO_LARGE = "too_large"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def take(batch: Batch, *, kind: str, on: date, by, at: datetime) -> ListTaken:
    """Keep that somebody takes the list along; call it before the first line leaves. Raises ListRefused."""
    count = printable([batch.range], on=on).count
    if not count:
        raise ListRefused(ListRefused.Reason.EMPTY)
    if kind == ListTaken.Kind.XLSX and count > MOST_IN_XLSX:
        raise ListRefused(ListRefused.Reason.TOO_LARGE)
    return ListTaken.objects.create(batch=batch, kind=kind, count=count, taken_by=by, taken_at=at)


def _row(each: PrintedVoucher) -> tuple[str, ...]:
    digits = each.digits
    grouped = f"{digits[:7]} {digits[7:13]} {digits[13:]}"
    return digits, grouped, digits, public_url(digits), day_in_words(each.until), each.until.isoformat()


def csv_lines(batch: Batch, *, on: date) -> Iterator[str]:
    """The list in pieces: UTF-8 with semicolons. A million numbers take no more memory than a thousand."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow(HEADERS)
    piece: list[str] = []
    for each in printed_within(batch.range, on=on):
        piece.append(writer.writerow([inert(cell) for cell in _row(each)]))
        if len(piece) == AT_A_TIME:
            yield "".join(piece)
            piece.clear()
    if piece:
        yield "".join(piece)


def xlsx(batch: Batch, *, on: date) -> bytes:
    """The list as a workbook in which every cell is text, so that no zero is lost."""
    return to_xlsx(HEADERS, map(_row, printed_within(batch.range, on=on)), title=f"Serie {batch.range}")
