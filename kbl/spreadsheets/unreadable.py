"""Why a file cannot be read: a reason and its facts. The Dutch sentence stands with the page that shows it."""

from enum import StrEnum
from typing import Any


class FileProblem(StrEnum):
    """What is the matter with a whole file."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    LONG_CELL = "long_cell"
    WRONG_KIND = "wrong_kind"
    OLD_EXCEL = "old_excel"
    PASSWORD = "password"
    MACROS = "macros"
    BOMB = "bomb"
    DAMAGED = "damaged"
    QUOTE = "quote"
    BUSY = "busy"
    SEVERAL_SHEETS = "several_sheets"
    HIDDEN_SHEETS = "hidden_sheets"
    STRICT = "strict"
    LETTERS = "letters"
    DOUBLE_HEADING = "double_heading"


class UnreadableFile(Exception):
    """The file cannot be read; `facts` are what a sentence about it needs."""

    def __init__(self, reason: FileProblem, **facts: Any) -> None:
        super().__init__(f"{reason} {facts or ''}".strip())
        self.reason, self.facts = reason, facts
