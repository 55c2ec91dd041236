"""A voucher number out of a cell of a spreadsheet, which keeps numbers without their zeros in front and rounds them."""

import re

from kbl.spreadsheets.values import is_rounded, plain_number
from vouchers.entry import as_cell
from vouchers.numbers import LENGTH, SECRET_DIGITS, SERIAL_DIGITS, NumberError, Rounded, parse_number, tidy

ROUNDED_END = "0" * (SECRET_DIGITS + 1)


def line_of(cell: str) -> str:
    """A cell as a line of a field (vouchers/entry.py), that is refused there when the cell names no numbers."""
    text = re.sub(r"\s*[\r\n\t|;]+\s*", ", ", cell.strip())
    try:
        return as_cell(restored(text))
    except Rounded:
        digits = tidy(plain_number(text)).lstrip("0")
        return text if is_rounded(text) else f"{digits[0]},{digits[1:].rstrip('0') or '0'}E+{len(digits) - 1}"


def restored(cell: str) -> str:
    """A whole number with the zeros back that a spreadsheet dropped; whatever else stands there stays as it is.

    Raises Rounded for a whole number that keeps only its first digits. The check digit sees nine in ten of these, the
    tenth names another voucher: so one that ends in seven zeros is refused (of real ones that is one in ten million).
    """
    text = plain_number(cell)
    if is_rounded(text):
        raise Rounded(cell)
    digits = tidy(text)
    if not (re.fullmatch(r"[0-9]+", digits) and SERIAL_DIGITS < len(digits) <= LENGTH):
        return text
    if digits.endswith(ROUNDED_END):
        raise Rounded(cell)
    if len(digits) < LENGTH:
        try:
            return parse_number(digits.zfill(LENGTH)).digits
        except NumberError:
            return text
    return text
