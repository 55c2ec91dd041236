"""What is printed of a voucher, and how many go into one file: known without loading what draws them."""

from datetime import date
from typing import NamedTuple

from django.utils import formats, translation

MOST = 10_000  # vouchers in one file: more is work for a printing house


class PrintedVoucher(NamedTuple):
    """What one voucher says of itself: its fourteen digits, and its last day."""

    digits: str
    until: date


def day_in_words(day: date) -> str:
    """`31 december 2027`."""
    with translation.override("nl"):
        return formats.date_format(day, "j F Y")
