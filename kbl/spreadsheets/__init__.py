"""Files of a spreadsheet: written so that no cell calculates, read so that no file does harm. No models, no database.

    to_csv(headers, rows), to_xlsx(headers, rows)    bytes of a file
    read(content)                                    a Table, or Unreadable with the reason

Nothing that is uploaded is ever stored; everything happens in memory.
"""

from kbl.spreadsheets.limits import LARGEST_FILE, MOST_AT_ONCE, MOST_ROWS
from kbl.spreadsheets.reading import SheetRow, SheetTable, read
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile
from kbl.spreadsheets.values import UNCALCULATED, as_day, folded_heading, is_rounded, plain_number
from kbl.spreadsheets.writing import (
    BYTE_ORDER_MARK,
    CSV,
    STARTERS,
    XLSX,
    Cell,
    csv_pieces,
    inert,
    steady,
    to_csv,
    to_xlsx,
    zipped,
)

__all__ = [
    "BYTE_ORDER_MARK",
    "CSV",
    "LARGEST_FILE",
    "MOST_AT_ONCE",
    "MOST_ROWS",
    "STARTERS",
    "UNCALCULATED",
    "XLSX",
    "Cell",
    "FileProblem",
    "SheetRow",
    "SheetTable",
    "UnreadableFile",
    "as_day",
    "csv_pieces",
    "folded_heading",
    "inert",
    "is_rounded",
    "plain_number",
    "read",
    "steady",
    "to_csv",
    "to_xlsx",
    "zipped",
]
