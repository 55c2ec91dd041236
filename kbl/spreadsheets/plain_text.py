"""The rows of a text file (.csv, with commas, semicolons or tabs)."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from kbl.spreadsheets import letters
from kbl.spreadsheets.limits import FAR_TOO_WIDE, LAST_ROW, MOST_COLUMNS, MOST_ROWS
from kbl.spreadsheets.unreadable import FileProblem, UnreadableFile

# How a program keeps Excel from making a number of a text: a formula that is nothing but the text itself.
AS_TEXT = re.compile(r'^="([^"]*)"$')
END_MARKS = b"\x1a\x00"  # DOS ends a text with Ctrl-Z, and fills what is left of a block with it or with nothing
# Excel writes this line and never shows it.
SEPARATOR_LINE = re.compile(r'^\s*"?sep=([;,|\t])"?[;,\t ]*(?:\r\n|\r|\n)', re.IGNORECASE)
LOOKED_AT = 300  # lines
LONGEST_LINE = 20_000
WHOLE_LINE = re.compile(r'^[ \t]*"((?:[^"\r\n]|"")*)"[;,\t ]*(\r\n|\r|\n|)$')


def decoded(content: bytes) -> str:
    """The text: by its byte order mark, else UTF-8, else what Windows wrote in Western Europe."""
    if content.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        content = content.decode("utf-32", errors="replace").encode()
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    unpadded = content.rstrip(END_MARKS)
    if not marked and b"\x00" not in unpadded:
        content = unpadded
    try:
        if marked:
            text = content.decode("utf-16")
        elif b"\x00" in content:
            text = content.decode("utf-16-le" if content[1:2] == b"\x00" else "utf-16-be")
        else:
            text = _single_bytes(content)
    except UnicodeDecodeError:
        raise UnreadableFile(FileProblem.WRONG_KIND, kind="unknown") from None
    text = text.rstrip(END_MARKS.decode())
    if re.search(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]", text):
        raise UnreadableFile(FileProblem.WRONG_KIND, kind="unknown")
    return text


def _single_bytes(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return letters.read(content)


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have something in them, with the number of the line on which they begin."""
    text = _without_empty_end(text)
    said = SEPARATOR_LINE.match(text)
    if said:
        text = text[said.end() :]
    lines: Iterator[str] = io.StringIO(text, newline="")
    if _are_wrapped(text):
        lines = map(_unwrapped, lines)
        text = "".join(map(_unwrapped, islice(io.StringIO(text, newline=""), LOOKED_AT)))
    reader = csv.reader(lines, delimiter=said[1] if said else _delimiter(text))
    skipped = 1 if said else 0
    number = 1 + skipped
    last, has_formulas = "", '="' in text
    try:
        for cells in reader:
            if len(cells) > FAR_TOO_WIDE:
                raise UnreadableFile(FileProblem.TOO_MANY_COLUMNS, limit=MOST_COLUMNS)
            if reader.line_num > LAST_ROW:  # no spreadsheet wrote this: a gap of millions of lines need not be read
                raise UnreadableFile(FileProblem.TOO_MANY_ROWS, limit=MOST_ROWS)
            texts = [cell.strip() for cell in cells]
            if any(texts):
                if has_formulas:
                    texts = [AS_TEXT.sub(r"\1", each).strip() for each in texts]
                last = texts[-1]
                yield number, texts
            number = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise UnreadableFile(FileProblem.DAMAGED) from error
    # A quote that is opened and never closed takes all the rows behind it into one cell.
    if re.search(r"[\r\n]", last) and not text.rstrip(" \t;,|").endswith('"'):
        raise UnreadableFile(FileProblem.QUOTE)


def _are_wrapped(text: str) -> bool:
    """Whether an Excel with another separator took each line for one cell, and put quotes around it.

    So it is when the headings are such a line, or every line under them (of the first hundreds) is.
    """
    filled = [line for line in islice(io.StringIO(text, newline=""), LOOKED_AT) if line.strip()]
    wrapped = [_unwrapped(line) != line for line in filled]
    return bool(wrapped) and (wrapped[0] or (len(wrapped) > 1 and all(wrapped[1:])))


def _unwrapped(line: str) -> str:
    """A line without the quotes around the whole of it; another line as it is."""
    whole = WHOLE_LINE.match(line) if line[:1] in '" \t' and len(line) <= LONGEST_LINE else None
    if whole is None or not re.search("[;,\t]", whole[1]):
        return line
    return whole[1].replace('""', '"') + whole[2]


def _without_empty_end(text: str) -> str:
    """The text up to the end of its last line that has something in it: of what is empty there may be millions."""
    filled = len(text.rstrip("\r\n;,\t "))
    ends = [at for at in (text.find("\n", filled), text.find("\r", filled)) if at >= 0]
    return text[: min(ends)] if ends else text


def _delimiter(text: str) -> str:
    """What separates the headings: the sign that stands there most, outside quotes."""
    first = next((line for line in islice(text.splitlines(), 100) if line.strip()), "")
    first = re.sub(r'"[^"]*"', "", first)
    return max(";,\t|", key=first.count)
