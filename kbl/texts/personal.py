"""Does a text look like somebody? Numbers and addresses of a person have no place here (docs/threats.md, 28 and 48).

A guard on patterns: it finds what has a form (a citizen service number, a telephone number, a mail address, an account,
a postal address), never a name. Names of organisations have digits too (`Cultura 2000`): what is honest passes, which
a list of such names and texts shows (tests/texts/honest.txt). The integrity checks look for the same again, on purpose.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from enum import StrEnum

from django.core.exceptions import ValidationError
from stdnum import iban as stdnum_iban
from stdnum.nl import bsn as stdnum_bsn


class Looks(StrEnum):
    """What a text looks like, by the names that the register of columns uses."""

    BSN = "bsn"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"


WORDS = {
    Looks.BSN: "Hier staat iets dat op een BSN lijkt. Dat mag hier niet staan.",
    Looks.IBAN: "Hier staat iets dat op een rekeningnummer lijkt. Haal dat weg.",
    Looks.EMAIL: "Hier staat iets dat op een e-mailadres lijkt. Haal dat weg.",
    Looks.PHONE: "Hier staat iets dat op een telefoonnummer lijkt. Haal dat weg.",
    Looks.ADDRESS: "Hier staat iets dat op een huisadres lijkt. Haal dat weg.",
}

# As they are written: in one piece, by threes, or as on old letters of the tax office (1112.22.333).
BSN = re.compile(r"(?<![0-9])(?:[0-9]{3}([ ._/-]?)[0-9]{3}\1[0-9]{3}|[0-9]{4}[ .][0-9]{2}[ .][0-9]{3})(?![0-9])")
MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Ours, and those of the neighbours that many people of Limburg have.
PHONE = re.compile(
    r"(?<!\w)(?:(?:\+31|0031|0)[\s._/-]?(?:\(0\))?[\s._/-]?[1-9](?:[\s._/-]?[0-9]){8}"
    r"|\((?:0[0-9]{1,3})\)[\s._/-]?[0-9](?:[\s._/-]?[0-9]){5,7}"
    r"|(?:\+|00)(?:32|49)[\s._/-]?(?:\(0\))?(?:[\s._/-]?[0-9]){8,11})(?![0-9])"
)
PHONE_IN_ONE_PIECE = re.compile(r"(?<![0-9])(?:\+31|0031|0)[1-9][0-9]{8}(?![0-9])")
SEPARATORS = re.compile(r"[\s._\-()/]")
ACCOUNT = re.compile(r"(?=([A-Za-z]{2}[0-9]{2}[A-Za-z0-9]{11,30}))")
# A postcode with the number of a house beside it. What begins with 19 or 20 is a year as a rule (`2026 KW 3`).
POSTCODE = r"(?!19|20)[1-9][0-9]{3} ?[A-Z]{2}"
ADDRESS = re.compile(
    rf"(?<![0-9A-Za-z]){POSTCODE}[ ,]*(?:nr\.? ?)?[0-9]{{1,4}}(?![0-9])"
    rf"|[A-Za-z]{{3,}}\.? [0-9]{{1,4}}[A-Za-z]?[ ,;]+{POSTCODE}(?![0-9A-Za-z])"
)


def plain(text: str) -> str:
    """The text as somebody reads it: wide or foreign digits are digits, every dash a dash, no signs without a width."""
    kept = []
    for sign in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(sign)
        if category == "Nd":
            kept.append(str(unicodedata.digit(sign)))
        elif category == "Pd" or sign == "\N{MINUS SIGN}":
            kept.append("-")
        elif category in ("Zs", "Zl", "Zp", "Cc"):
            kept.append(" ")
        elif category != "Cf":
            kept.append(sign)
    return re.sub(" +", " ", "".join(kept))


def looks_like(text: str) -> set[Looks]:
    """What of a person this text looks like; empty when it is honest."""
    if not any(sign.isdigit() or sign in "@\uff20\ufe6b" for sign in text):  # as nearly every text
        return set()
    return set(_found(plain(text)))


def _found(text: str) -> Iterator[Looks]:
    joined = SEPARATORS.sub("", text)
    if any(stdnum_bsn.is_valid(SEPARATORS.sub("", each[0])) for each in BSN.finditer(text)):
        yield Looks.BSN
    if any(_is_account(each[1]) for each in ACCOUNT.finditer(joined)):
        yield Looks.IBAN
    if MAIL.search(text):
        yield Looks.EMAIL
    # Beside another number (`Markt 2 06-12345678`) it is seen only as it was written.
    if PHONE_IN_ONE_PIECE.search(joined) or PHONE.search(text):
        yield Looks.PHONE
    if ADDRESS.search(text):
        yield Looks.ADDRESS


def _is_account(candidate: str) -> bool:
    return any(
        stdnum_iban.is_valid(candidate[:length], check_country=False) for length in range(15, len(candidate) + 1)
    )


def refuse(text: str, but: Collection[str] = ()) -> None:
    """Raise ValidationError when the text looks like somebody, in another way than this place is for."""
    seen = looks_like(text)
    found = seen.difference(but)
    if Looks.PHONE in but and Looks.PHONE in seen:
        found.discard(Looks.BSN)  # the last digits of a telephone number are one by chance, now and then
    for each in Looks:
        if each in found:
            raise ValidationError(WORDS[each], code=each.value)


def validate_free_text(text: str) -> None:
    """Text without what points at a person: no citizen service number, mail or home address, telephone or account."""
    refuse(text)


def validate_bsn_free(text: str) -> None:
    """Text that holds no citizen service number; those have no place anywhere in this system."""
    refuse(text, but=set(Looks) - {Looks.BSN})
