"""Cells: what a text in a file means, and how the same is written in a download (import-export's widgets).

`clean` raises ValueError with a Dutch sentence. A cell that would be a formula, or in which a person could hide, is
refused: nothing of it goes further than the page that tells so.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from import_export.widgets import Widget

from kbl.spreadsheets import STARTERS, UNCALCULATED, as_day, is_rounded, plain_number
from kbl.spreadsheets.sentences import ROUNDED_CELL, UNCALCULATED_CELL
from kbl.texts.lines import tidy_line, validate_drawable
from kbl.texts.personal import validate_free_text
from vouchers import cells
from vouchers.entry import SERIALS_ON_ONE_LINE
from vouchers.numbers import (
    LENGTH,
    SERIAL_DIGITS,
    Ambiguous,
    NumberError,
    Rounded,
    TypingError,
    WrongLength,
    parse_serial,
    show_serial,
)

FORMULA = "Hier staat een formule of een teken als = + - of @ vooraan. Zet er gewone tekst neer."
# What a spreadsheet writes where it cannot work something out, in Dutch and in English, or has no room for it.
EXCEL_ERROR = re.compile(
    r"#(?:N/[AB]|VALUE!|WAARDE!|REF!|VERW!|NAME\?|NAAM\?|DIV/0!|DEEL/0!|NUM!|GETAL!|NULL!|LEEG!|SPILL!|CALC!|#+)",
    re.IGNORECASE,
)
FAILED = "Hier staat een foutmelding van Excel in plaats van tekst. Verbeter de cel, of maak de kolom breder."
SEVERAL = "In deze cel staan meer nummers. Zet elk nummer op een eigen regel."


def bare(text: str) -> str:
    """A cell without white space around it, and without the apostrophe that a download puts before a formula."""
    text = " ".join(text.split())
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(STARTERS) else text


def folded(text: str) -> str:
    """A name as it is compared: without capitals, and with one kind of white space."""
    return " ".join(text.casefold().split())


class CellWidget(Widget):
    """The base: an empty cell, a cell that must be filled, and no formulas."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(coerce_to_string=True)
        self.required = required

    def clean(self, value, row=None, **kwargs):
        text = bare(value or "")
        if not text:
            if self.required:
                raise ValueError("Dit moet ingevuld zijn.")
            return self.empty()
        if text == UNCALCULATED:
            raise ValueError(UNCALCULATED_CELL)
        if text.startswith(STARTERS):
            raise ValueError(FORMULA)
        if EXCEL_ERROR.fullmatch(text):
            raise ValueError(FAILED)
        return self.mean(text)

    def empty(self):
        return None

    def mean(self, text: str):
        """What a filled cell means. Raises ValueError."""
        return text

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else str(value)


class Text(CellWidget):
    """Plain text of a legal entity, its address or a colleague's name; never something that points at a resident."""

    def __init__(self, longest: int, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.longest = longest

    def empty(self) -> str:
        return ""

    def mean(self, text: str) -> str:
        text = tidy_line(text)
        if len(text) > self.longest:
            raise ValueError(f"Dit is te lang: er passen {self.longest} tekens.")
        return _validated(validate_free_text, _validated(validate_drawable, text))


class Code(CellWidget):
    """A number with a check of its own: KvK, btw-id, IBAN, e-mail."""

    def __init__(
        self, longest: int, *validators: Callable[[str], None], tidy: Callable[[str], str], required: bool = False
    ) -> None:
        super().__init__(required=required)
        self.longest, self.validators, self.tidy = longest, validators, tidy

    def empty(self) -> str:
        return ""

    def mean(self, text: str) -> str:
        if is_rounded(text):
            raise ValueError(ROUNDED_CELL)
        text = self.tidy(text)
        for validator in self.validators:
            _validated(validator, text)
        if len(text) > self.longest:
            raise ValueError(f"Dit is te lang: er passen {self.longest} tekens.")
        return text


class Email(Code):
    """An address of an organisation or a colleague."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(254, self._address, tidy=str.lower, required=required)

    @staticmethod
    def _address(text: str) -> None:
        try:
            validate_email(text)
        except ValidationError:
            raise ValueError("Dit is geen e-mailadres.") from None


class Day(CellWidget):
    """A day, as people and spreadsheets write it."""

    def mean(self, text: str) -> date:
        day = as_day(text)
        if day is None or not 2000 <= day.year < 2100:
            raise ValueError("Dit is geen dag die wij kennen. Schrijf hem als dag-maand-jaar.")
        return day

    def render(self, value, obj=None, **kwargs) -> str:
        return value.isoformat() if value else ""


class Serial(CellWidget):
    """A voucher by its seven digits or its whole number; dropped zeros and an exponent are accepted."""

    def clean(self, value, row=None, **kwargs):
        if len(re.findall(r"\d{3,}[^\n\r\t;|]*", re.sub(r"[^\d\n\r\t;|]", "", value or ""))) > 1:
            raise ValueError(SEVERAL)  # of two serials one in ten would pass for one whole number
        return super().clean(value, row, **kwargs)

    def mean(self, text: str) -> int:
        if SERIALS_ON_ONE_LINE.fullmatch(text):
            raise ValueError(SEVERAL)
        if text.isascii() and text.isdigit() and len(text) <= SERIAL_DIGITS and int(text):
            return int(text)  # what nearly every cell is
        try:
            digits = cells.restored(text)
            if digits.isdigit() and SERIAL_DIGITS < len(digits) < LENGTH:  # a whole number, and a slip in it
                digits = digits.zfill(LENGTH)
            return parse_serial(digits)
        except Rounded:
            raise ValueError(ROUNDED_CELL) from None
        except Ambiguous:
            raise ValueError("Dit kan één nummer zijn, of meer. Schrijf het zonder punt of komma.") from None
        except TypingError:
            raise ValueError("In dit nummer zit een typefout: het laatste cijfer past er niet bij.") from None
        except WrongLength:
            raise ValueError("Dit is geen vouchernummer: het heeft 7 cijfers, of 14 voor het hele nummer.") from None
        except NumberError:
            raise ValueError("Dit is geen vouchernummer. Het bestaat alleen uit cijfers.") from None

    def render(self, value, obj=None, **kwargs) -> str:
        return show_serial(value) if value else ""


class Choice(CellWidget):
    """One of a few words; `words` gives each value its name, `also` other ways to write it."""

    def __init__(
        self, words: Iterable[tuple], also: Mapping[str, object] | None = None, *, default=None, required: bool = False
    ) -> None:
        super().__init__(required=required)
        self.words = dict(words)
        self.default = default
        self.meanings = {folded(str(label)): value for value, label in self.words.items()}
        self.meanings |= {folded(str(value)): value for value in self.words}
        self.meanings |= {folded(word): value for word, value in (also or {}).items()}

    def empty(self):
        return self.default

    def mean(self, text: str):
        try:
            return self.meanings[folded(text)]
        except KeyError:
            raise ValueError(f"Kies uit: {'; '.join(map(str, self.words.values()))}.") from None

    def render(self, value, obj=None, **kwargs) -> str:
        return str(self.words.get(value, ""))


class Whole(CellWidget):
    """A whole number; an empty cell is `default`."""

    def __init__(self, lowest: int, highest: int, *, default: int | None = None, required: bool = False) -> None:
        super().__init__(required=required)
        self.lowest, self.highest, self.default = lowest, highest, default

    def empty(self) -> int | None:
        return self.default

    def mean(self, text: str) -> int:
        digits = plain_number(text)
        longest = max(4, len(str(self.highest)))
        if not re.fullmatch(rf"[0-9]{{1,{longest}}}", digits) or not self.lowest <= int(digits) <= self.highest:
            raise ValueError(f"Vul een getal in van {self.lowest} tot en met {self.highest}.")
        return int(digits)


class Named(CellWidget):
    """Something that is there already, by its name or short name. `known` is filled once, before the rows are read."""

    def __init__(self, what: str, *, required: bool = False) -> None:
        super().__init__(required=required)
        self.what = what
        self.known: dict[str, object] = {}

    def know(self, things: Iterable, *names: str) -> None:
        """Learn the things by the attributes that name them; the first attribute goes before the others."""
        found = list(things)
        for name in reversed(names):
            self.known |= {folded(str(getattr(thing, name))): thing for thing in found}

    def mean(self, text: str):
        try:
            return self.known[folded(text)]
        except KeyError:
            raise ValueError(f"Wij kennen geen {self.what} met deze naam.") from None


def _validated(validator: Callable[[str], None], text: str) -> str:
    try:
        validator(text)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from None
    return text
