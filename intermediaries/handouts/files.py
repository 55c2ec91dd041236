"""A file of hand-outs, from a spreadsheet: a column of numbers, and a column of days if one likes. Nothing else.

Any other column that is filled refuses the whole file, with its name: that is where a resident's name would stand
(docs/threats.md, 28). The file is read in memory, becomes the lines of the field, and is gone.
"""

import re
from enum import StrEnum

from kbl.spreadsheets import SheetRow, SheetTable, as_day, folded_heading
from vouchers import cells
from vouchers.numbers import NumberError, parse_range

NUMBERS = {
    "nummer",
    "nummers",
    "vouchernummer",
    "vouchernummers",
    "nummervoucher",
    "voucher",
    "vouchers",
    "serienummer",
}
DAYS = {"dag", "datum", "uitgereiktop", "uitreikdatum", "datumuitreiking", "dagvanuitreiking", "uitgiftedatum"}
# What we add to the list of what could not go: read back, they say nothing.
OURS = {"regel", "waaromniet"}
NUMBER_HEADING, DAY_HEADING, WHY_HEADING = "Nummer", "Dag", "Waarom niet"


class Wrong(StrEnum):
    """What is the matter with the columns of a file."""

    EXTRA = "extra"
    UNNAMED = "unnamed"
    NO_NUMBERS = "no_numbers"


class WrongFile(Exception):
    """The file has other columns than numbers and days; `names` are the headings in the way."""

    def __init__(self, reason: Wrong, names: tuple[str, ...] = ()) -> None:
        super().__init__(reason.value)  # the headings are somebody's text: never in a log
        self.reason, self.names = reason, names


def lines_of(table: SheetTable) -> list[str]:
    """The rows of a file as lines of the field: a number, and its day behind it. Raises WrongFile.

    A file without headings will do when its columns hold numbers and days alone.
    """
    headings, rows = table.headers, table.rows
    if any(_is_number(each) for each in headings):
        rows = (SheetRow(1, headings), *rows)
        headings = tuple(_guess([row.cells[i] for row in rows]) for i in range(len(headings)))
    numbers, days, extra = None, None, []
    for i, heading in enumerate(headings):
        folded = folded_heading(heading)
        if folded in NUMBERS and numbers is None:
            numbers = i
        elif folded in DAYS and days is None:
            days = i
        elif folded not in OURS and any(row.cells[i] for row in rows):
            extra.append(heading)
    if any(extra):
        raise WrongFile(Wrong.EXTRA, tuple(filter(None, extra)))
    if extra:
        raise WrongFile(Wrong.UNNAMED)
    if numbers is None:
        raise WrongFile(Wrong.NO_NUMBERS)
    return [_line(row.cells[numbers], "" if days is None else row.cells[days]) for row in rows]


def _is_number(cell: str) -> bool:
    try:
        parse_range(cells.restored(cell))
    except NumberError:
        return False
    return as_day(cell) is None or cell.isdigit()


def _guess(cells: list[str]) -> str:
    """The heading that a column without one deserves, by all that is in it."""
    filled = [cell for cell in cells if cell]
    if all(map(_is_number, filled)):
        return NUMBER_HEADING
    return DAY_HEADING if all(as_day(cell) for cell in filled) else ""


def _line(number: str, day: str) -> str:
    number = cells.line_of(number)
    found = as_day(day)
    day = found.strftime("%d-%m-%Y") if found else re.sub(r"[\r\n\t]+", " ", day)
    return f"{number} {day}".strip()
