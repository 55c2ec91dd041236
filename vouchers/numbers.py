"""The number on a voucher: `0012345 482913 7`. Pure functions, no database (docs/domain.md, "The number").

Seven digits of serial (what stock and bookkeeping use), six random digits (unguessable), one Damm check digit over
all thirteen, last, so that a swap with its neighbour is seen. Libraries need the full number, which proves that the
paper is there; intermediaries work with serials of their own stock.
"""

import os
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from stdnum import damm

from kbl.spreadsheets.values import is_rounded, plain_number

SERIAL_DIGITS = 7
SECRET_DIGITS = 6
LENGTH = SERIAL_DIGITS + SECRET_DIGITS + 1
LAST_SERIAL = 10**SERIAL_DIGITS - 1
SECRETS = 10**SECRET_DIGITS
LARGEST_RANGE = 1_000_000

NOISE = str.maketrans("", "", " .\u00b7\u2022,_/")
PREFIX = re.compile(r"^(?:KBL|NR|NUMMER)[:\-]?", re.IGNORECASE)
SERIAL_RANGE = re.compile(r"^(\d{1,7})(?:-|T/M|TM|TOT)(\d{1,7})$", re.IGNORECASE)

# A decimal, or thousands in groups: no serial is written so, and a list of serials could be.
GROUPED = re.compile(r"\d{1,3}(?:[.,']\d{3})+")
DECIMAL = re.compile(r"\d+[.,]\d+")
COMMA_IN_ONE = re.compile(r"\d+,\d{1,2}|\d{1,3}(?:,\d{3})+|\d[.,]\d{1,14}E\+?\d{1,2}", re.IGNORECASE)

# A scanner may say before a number what kind of code it read (ISO/IEC 15424): `]C0`, `]C1`, `]d2`, `]Q1`.
READ_FROM = re.compile(r"\][A-Za-z][0-9A-Za-z](?=[\s\x00-\x1f]*(?:\d|https?:|KBL|NR|#))", re.IGNORECASE)
ADDRESS = re.compile(r"(?=https?://)", re.IGNORECASE)
HASH = re.compile(r"%(?:25)*23")  # as some readers write `#`, once or twice
# What the keys of the digits give on AZERTY, or with Shift held: American, British, German.
OTHER_KEYS = (set("&é\"'(-§è_!çà"), set("!@#$%^&*()"), set('!"£$%^&*()'), set('!"§$%&/()='))


class Mistake(StrEnum):
    """What can be wrong with what was typed; `too_long` and `too_many_ranges` only where Cubiss searches."""

    NOT_A_NUMBER = "not_a_number"
    WRONG_LENGTH = "wrong_length"
    TYPING_ERROR = "typing_error"
    REVERSED = "reversed"
    RANGE_TOO_LARGE = "range_too_large"
    OVERLAPPING = "overlapping"
    TOO_LONG = "too_long"
    TOO_MANY_RANGES = "too_many_ranges"
    ROUNDED = "rounded"
    AMBIGUOUS = "ambiguous"
    KEYBOARD = "keyboard"
    SEVERAL = "several"


class NumberError(ValueError):
    """What was typed is no voucher number; `typed` is what somebody typed, `count` how many digits or ranges."""

    mistake: ClassVar[Mistake]

    def __init__(self, typed: str, count: int = 0) -> None:
        super().__init__(typed)
        self.typed, self.count = typed, count


class NotANumber(NumberError):
    """Letters, or nothing at all."""

    mistake = Mistake.NOT_A_NUMBER


class OtherKeyboard(NotANumber):
    """A scanner on a computer with another keyboard (AZERTY), or with Caps Lock on: `ààà&é"'` for `0001234`."""

    mistake = Mistake.KEYBOARD


class WrongLength(NumberError):
    """Too few or too many digits; `count` says how many there are."""

    mistake = Mistake.WRONG_LENGTH


class Several(WrongLength):
    """Whole numbers behind each other where one is asked: a scanner without an end key. `count` says how many."""

    mistake = Mistake.SEVERAL


class TypingError(NumberError):
    """The check digit does not fit: a digit is wrong, or two are swapped."""

    mistake = Mistake.TYPING_ERROR


class ReversedRange(NumberError):
    """A range whose last serial comes before its first."""

    mistake = Mistake.REVERSED


class RangeTooLarge(NumberError):
    """A range of more serials than one action takes."""

    mistake = Mistake.RANGE_TOO_LARGE


class Rounded(NumberError):
    """A spreadsheet kept only the first digits: `4,92104E+13`."""

    mistake = Mistake.ROUNDED


class Ambiguous(NumberError):
    """One number with a separator in it, or several numbers: `197,5` or `1,234,567`."""

    mistake = Mistake.AMBIGUOUS


class OverlappingRange(NumberError):
    """A serial that is named twice in one list."""

    mistake = Mistake.OVERLAPPING


@dataclass(frozen=True, order=True)
class Number:
    """A whole voucher number; `str()` gives it as printed."""

    serial: int
    secret: str

    @property
    def check(self) -> str:
        return damm.calc_check_digit(f"{self.serial:0{SERIAL_DIGITS}}{self.secret}")

    @property
    def digits(self) -> str:
        """All fourteen digits, without spaces: what the codes carry."""
        return f"{self.serial:0{SERIAL_DIGITS}}{self.secret}{self.check}"

    def __str__(self) -> str:
        return f"{self.serial:0{SERIAL_DIGITS}} {self.secret} {self.check}"


@dataclass(frozen=True, order=True)
class SerialRange:
    """Consecutive serials, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ReversedRange(str(self))

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __contains__(self, serial: int) -> bool:
        return self.first <= serial <= self.last

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __str__(self) -> str:
        if self.first == self.last:
            return show_serial(self.first)
        return f"{show_serial(self.first)}-{show_serial(self.last)}"


def show_serial(serial: int) -> str:
    """A serial as printed: seven digits."""
    return f"{serial:0{SERIAL_DIGITS}}"


def tidy(typed: str) -> str:
    """What people type, scan or paste, down to its digits and dashes.

    An address gives what stands behind its `#` (or `%23`), without a query behind that; what a scanner puts before a
    number is dropped.
    """
    text = HASH.sub("#", unicodedata.normalize("NFKC", typed).strip())
    if "#" in text:
        text = re.split(r"[?&]", text.rsplit("#", 1)[1], maxsplit=1)[0]
    text = READ_FROM.sub("", text)
    return PREFIX.sub("", "".join(map(_plain, text)).translate(NOISE))


def _plain(character: str) -> str:
    """One character as we keep it: any script's digit as 0-9, any dash as `-`, white and invisible ones dropped."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd" or character in "\u2212\u2043\u00ad":
        return "-" if character != "\u00ad" else ""
    return "" if category in ("Zs", "Zl", "Zp", "Cf", "Cc") else character


def parse_number(typed: str) -> Number:
    """Read a full number. Raises NotANumber, WrongLength or TypingError, all without asking the database."""
    refuse_other_keys(typed)
    if numbers := glued(typed):
        raise Several(typed, len(numbers))
    digits = tidy(typed).replace("-", "")
    if not re.fullmatch(r"[0-9]+", digits):
        raise NotANumber(typed)
    if len(digits) != LENGTH:  # Damm does not see leading zeros: the length is checked apart
        raise WrongLength(typed, len(digits))
    if not damm.is_valid(digits):
        raise TypingError(typed)
    return Number(int(digits[:SERIAL_DIGITS]), digits[SERIAL_DIGITS:-1])


def parse_serial(typed: str) -> int:
    """Read a serial (leading zeros may be dropped) or the serial of a full number.

    Raises NotANumber, WrongLength, TypingError, Rounded or Ambiguous.
    """
    refuse_other_keys(typed)
    meant = plain_number(unicodedata.normalize("NFKC", typed))
    if is_rounded(meant):
        raise Rounded(typed)
    digits = tidy(meant).replace("-", "")
    if len(digits) <= SERIAL_DIGITS and (GROUPED.fullmatch(meant) or DECIMAL.fullmatch(meant)):
        raise Ambiguous(typed)
    if not re.fullmatch(r"[0-9]+", digits):
        raise NotANumber(typed)
    if len(digits) == LENGTH:
        return parse_number(typed).serial
    if len(digits) > SERIAL_DIGITS or int(digits) == 0:
        raise WrongLength(typed, len(digits))
    return int(digits)


def refuse_other_keys(typed: str) -> None:
    """Raises OtherKeyboard for what a scanner writes on another keyboard, or with Caps Lock on."""
    keys = set(typed.strip())
    if len(typed.strip()) >= SERIAL_DIGITS and len(keys) > 1 and any(keys <= others for others in OTHER_KEYS):
        raise OtherKeyboard(typed)


def glued(typed: str) -> list[Number]:
    """Whole numbers that a scanner without an end key wrote behind each other; none when they are not just that."""
    if len(typed) < 2 * LENGTH:  # what nearly every number is
        return []
    numbers: list[Number] = []
    for part in filter(str.strip, ADDRESS.sub("\n", READ_FROM.sub("\n", typed)).split("\n")):
        digits = tidy(part)
        if not digits or len(digits) % LENGTH or not re.fullmatch(r"[0-9]+", digits):
            return []
        try:
            numbers += [parse_number(digits[at : at + LENGTH]) for at in range(0, len(digits), LENGTH)]
        except NumberError:
            return []
    return numbers if len(numbers) > 1 else []


def parse_range(typed: str) -> SerialRange:
    """Read `12345`, `0012345-0012370`, `12345 t/m 12370` or a full number as a range of serials.

    Raises NotANumber, WrongLength, TypingError, Rounded, Ambiguous, ReversedRange or RangeTooLarge.
    """
    found = SERIAL_RANGE.fullmatch(tidy(re.sub(r"t\s*/\s*m", "tm", typed, flags=re.IGNORECASE)))
    if not found:
        serial = parse_serial(typed)
        return SerialRange(serial, serial)
    first, last = int(found[1]), int(found[2])
    if first == 0:
        raise WrongLength(typed, 0)
    if last < first:
        raise ReversedRange(typed)
    if last - first >= LARGEST_RANGE:
        raise RangeTooLarge(typed)
    return SerialRange(first, last)


def parse_ranges(typed: str) -> list[SerialRange]:
    """Read everything people put in one field: ranges and serials separated by commas, semicolons or lines.

    Raises the first error, or OverlappingRange when a serial is named twice. Sorted, neighbours joined.
    """
    ranges = sorted(parse_range(part) for part in split_entries(typed))
    if not ranges:
        raise NotANumber(typed)
    for one, other in zip(ranges, ranges[1:], strict=False):
        if other.first <= one.last:
            raise OverlappingRange(str(SerialRange(other.first, min(one.last, other.last))))
    return join(ranges)


def split_entries(typed: str) -> list[str]:
    """The separate entries of a field, in order, as typed. A comma that may stand within one number parts nothing."""
    entries: list[str] = []
    typed = ADDRESS.sub("\n", READ_FROM.sub("\n", typed))  # also where nothing else stands between two scans
    for part in re.split(r"[;\n\r\t|]+", typed):
        entries += [part] if COMMA_IN_ONE.fullmatch(part.strip()) else part.split(",")
    return [entry.strip() for entry in entries if entry.strip()]


def join(ranges: Iterable[SerialRange]) -> list[SerialRange]:
    """Ranges that touch become one."""
    joined: list[SerialRange] = []
    for each in sorted(ranges):
        if joined and each.first <= joined[-1].last + 1:
            joined[-1] = SerialRange(joined[-1].first, max(joined[-1].last, each.last))
        else:
            joined.append(each)
    return joined


def ranges_of(serials: Iterable[int]) -> list[SerialRange]:
    """Separate serials as the fewest ranges."""
    return join(SerialRange(serial, serial) for serial in set(serials))


def draw_secrets(count: int) -> list[str]:
    """So many random secrets, from one block of the system's random bytes.

    64 bits modulo a million: the bias is below 10**-13. Fast enough for a printed million in half a second.
    """
    block = array("Q")
    block.frombytes(os.urandom(8 * count))
    return [f"{each % SECRETS:0{SECRET_DIGITS}}" for each in block]


def cut(ranges: Iterable[SerialRange], serials: SerialRange) -> Iterator[SerialRange]:
    """The parts of ranges that lie inside one range."""
    for each in ranges:
        first, last = max(each.first, serials.first), min(each.last, serials.last)
        if first <= last:
            yield SerialRange(first, last)


def without(serials: SerialRange, known: Iterable[SerialRange]) -> Iterator[SerialRange]:
    """What is left of a range when others are taken out of it."""
    first = serials.first
    for each in join(known):
        if first < each.first:
            yield SerialRange(first, each.first - 1)
        first = each.last + 1
    if first <= serials.last:
        yield SerialRange(first, serials.last)
