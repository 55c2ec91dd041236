"""Every line of a statement in a file inside its PDF, where the lines are too many to print.

Five hundred lines are six sheets that somebody may still turn. Beyond that (`LINES_ON_PAPER`) they cost a worker's time
and memory (4 ms and 0.1 MB a line) and no reader is served: then the PDF has its summary, and the lines open as a
spreadsheet.
"""

from collections.abc import Iterator, Sequence

from django.conf import settings

from kbl.settlements.documents.line_groups import LineGroup
from kbl.spreadsheets import writing
from kbl.spreadsheets.writing import Cell

WORDS = "Alle regels van dit stuk"
HEADERS = ["Voucher", "Dag", "Waarvoor", "Bedrag zonder btw", "Btw", "Opmerking"]


def filename(pdf: str, groups: Sequence[LineGroup]) -> str:
    """The name of the file beside that of the PDF; empty when the lines stand in the PDF itself."""
    many = sum(each.count for each in groups) > settings.LINES_ON_PAPER
    return f"{pdf.removesuffix('.pdf')}-regels.csv" if many else ""


def to_csv(groups: Sequence[LineGroup]) -> bytes:
    """The lines in the order of the PDF, amounts in euros. The same lines give the same bytes."""
    return writing.to_csv(HEADERS, _rows(groups), comma=True)


def _rows(groups: Sequence[LineGroup]) -> Iterator[list[Cell]]:
    for group in groups:
        for line, remark in group.rows:
            yield [f"{line.serial:07}", line.on, group.words, line.net, group.vat_words, remark]
