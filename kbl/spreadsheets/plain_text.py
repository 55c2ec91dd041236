"""The rows of a text file (.csv, with commas, semicolons or tabs)."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from kbl.spreadsheets.limits import FAR_TOO_WIDE, LAST_ROW, MOST_COLUMNS, MOST_ROWS
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile


def decoded(content: bytes) -> str:
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


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
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
