"""The values of a camt file, read as the standard lets a bank write them.

An amount is an `xs:decimal` (leading zeros, a plus sign, no digits on one side of the point), a count is
`Max15NumericText` (padded with zeros), and a day is a date or a moment. A moment that tells its offset is a moment of
the whole world: its day is that of Amsterdam, as everywhere in KBL. One without an offset is the bank's own clock.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from kbl.clock import local_day
from kbl.money import euro
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason

DECIMAL = re.compile(r"([+-]?)(?:([0-9]+)\.?([0-9]*)|\.([0-9]+))")
LONGEST_DECIMAL = 60  # no bank pads further, and nobody waits for a million digits
LARGEST = Decimal(10) ** 12  # what a column of the database holds; the standard has no larger sums of money either
COUNT = re.compile(r"[0-9]{1,15}")
# Also as programs write it that do not keep to the standard: without seconds, an offset without its colon.
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)
DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def text(element: etree._Element, path: str) -> str:
    """What stands at a path, without the space around it; empty when nothing does."""
    return (element.findtext(path) or "").strip()


def number(amount: etree._Element) -> Decimal:
    """An amount in euros, without its sign. Raises BankFileUnreadable (DAMAGED)."""
    written = (amount.text or "").strip()
    if len(written) > LONGEST_DECIMAL or not DECIMAL.fullmatch(written):
        raise BankFileUnreadable(UnreadableReason.DAMAGED)
    exact = Decimal(written)
    if exact < 0 or exact >= LARGEST or exact != euro(exact):
        raise BankFileUnreadable(UnreadableReason.DAMAGED)
    return abs(euro(exact))  # the standard's `-0.00` is nothing too


def count(written: str) -> int:
    """How many, however many zeros stand before it; 0 when the bank does not say."""
    return int(written) if COUNT.fullmatch(written) else 0


def day(element: etree._Element, path: str) -> date:
    """The day at a path, of which the standard lets a bank choose: `Dt` or `DtTm`. Raises BankFileUnreadable."""
    return day_of(text(element, f"{path}/Dt") or text(element, f"{path}/DtTm"))


def day_of(written: str) -> date:
    """The day in Amsterdam of a date or a moment. Raises BankFileUnreadable (INCOMPLETE)."""
    try:
        if found := MOMENT.fullmatch(written):
            return _day_of_moment(*found.groups())
        if found := DAY.fullmatch(written):
            return date.fromisoformat(found[1])
    except (ValueError, OverflowError) as error:
        raise BankFileUnreadable(UnreadableReason.INCOMPLETE) from error
    raise BankFileUnreadable(UnreadableReason.INCOMPLETE)


def _day_of_moment(on: str, clock: str, offset: str | None) -> date:
    """24:00:00 is the end of its day, as whoever writes it so means it."""
    clock = "23:59:59" if clock in ("24:00:00", "24:00") else clock
    moment = datetime.fromisoformat(f"{on}T{clock}{(offset or '').upper()}")
    return moment.date() if moment.tzinfo is None else local_day(moment)
