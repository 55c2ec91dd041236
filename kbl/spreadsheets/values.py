"""What a spreadsheet makes of numbers and days, and what was meant."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# `12345.0` or `12345,00`, but not `12.000`: there the dot separates thousands.
WHOLE = re.compile(r"^(\d+)[.,]0{1,2}$|^(\d{4,})[.,]0+$")
EXPONENT = re.compile(r"^(\d)(?:[.,](\d{1,14}))?[eE]\+?(\d{1,2})$")

# A form program writes the time behind the day. One with a zone is of another clock: its day is that of Amsterdam.
TIME = r"(?:[T ](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\.\d{1,6})?(?: ?[ap]m| ?uur)?)?"
ZONED = re.compile(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})? ?(z|utc|[+-]\d\d:?\d\d)$", re.IGNORECASE)
HERE = ZoneInfo("Europe/Amsterdam")
ISO_DAY = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){TIME}$", re.IGNORECASE)
DUTCH_DAY = re.compile(rf"^(\d{{1,2}})[-/. ](\d{{1,2}})[-/. ](\d{{4}}|\d{{2}}){TIME}$", re.IGNORECASE)
WRITTEN_DAY = re.compile(rf"^(\d{{1,2}})[- ]([a-z]{{3,9}})\.?[- ](\d{{4}}|\d{{2}}){TIME}$")
RUN_TOGETHER = re.compile(r"^(20\d\d)(\d\d)(\d\d)$")
WEEKDAY = re.compile(
    r"^(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo)\.?,? (?=\d)"
)
# What somebody types before a number so that a spreadsheet leaves it alone, and what a program puts around it.
LEFT_ALONE = re.compile(r"^['’‘`´](?=\s*\d)")
MONTHS = ("jan", "feb", "mrt maa", "apr", "mei may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec")
# A day whose cell lost its format is the number of days since 30 December 1899; these run from 2000 to 2100.
COUNTED_DAYS = range(36_526, 73_051)
COUNTED_FROM = date(1899, 12, 30)
COUNTED_DAY = re.compile(r"^(\d{5})(?:[.,]\d{1,17})?$")

# What a cell reads that holds a formula without an outcome. It begins as a formula does, so that whoever does not know
# it refuses it; it is never taken for an empty cell.
UNCALCULATED = "=(formule zonder uitkomst)"


def plain_number(text: str) -> str:
    """A whole number without the decimals or the exponent that a spreadsheet gave it; other text as it is.

    An exponent is taken away only when every digit is there: of a rounded number nobody knows the rest.
    """
    text = LEFT_ALONE.sub("", text.strip())
    if found := WHOLE.match(text):
        return found[1] or found[2]
    if (found := EXPONENT.match(text)) and len(found[2] or "") == int(found[3]):
        return found[1] + (found[2] or "")
    return text


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet rounded a number: `4,92104E+13` names six of its fourteen digits."""
    found = EXPONENT.match(text.strip())
    return found is not None and len(found[2] or "") < int(found[3])


def as_day(text: str) -> date | None:
    """A day as people and spreadsheets write it: 31-12-2026, 2026-12-31 14:05, 31 dec 2026; None when it is no day."""
    text = WEEKDAY.sub("", LEFT_ALONE.sub("", " ".join(_plain_dashes(text).casefold().split())))
    text = re.sub(r"(?<=\d) ?- ?(?=\d)", "-", text)
    if found := ZONED.match(text):
        return _day_here(*found.groups())
    if found := ISO_DAY.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := DUTCH_DAY.match(text):
        return _day(int(found[3]) + (2000 if len(found[3]) == 2 else 0), int(found[2]), int(found[1]))
    if found := WRITTEN_DAY.match(text):
        month = next((i for i, names in enumerate(MONTHS, 1) if found[2][:3] in names.split()), 0)
        return _day(int(found[3]) + (2000 if len(found[3]) == 2 else 0), month, int(found[1]))
    if found := RUN_TOGETHER.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if (counted := COUNTED_DAY.match(text)) and int(counted[1]) in COUNTED_DAYS:
        return COUNTED_FROM + timedelta(days=int(counted[1]))
    return None


def _plain_dashes(text: str) -> str:
    """Every dash a dash, and digits of any width as digits."""
    return "".join("-" if unicodedata.category(sign) == "Pd" or sign == "\N{MINUS SIGN}" else sign for sign in text)


def _day_here(on: str, clock: str, zone: str) -> date | None:
    """The day in Amsterdam of a moment that tells its offset."""
    offset = "+00:00" if zone in ("z", "utc") else zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    try:
        return datetime.fromisoformat(f"{on}T{clock}{offset}").astimezone(HERE).date()
    except (ValueError, OverflowError):
        return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def folded_heading(heading: str) -> str:
    """A heading as it is compared: letters and digits alone, without accents."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)
