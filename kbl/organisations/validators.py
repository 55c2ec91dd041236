"""Checks on what organisations fill in, by well-kept libraries, with sentences in Dutch."""

import re

from django.core.exceptions import ValidationError
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.nl import bsn as stdnum_bsn
from stdnum.nl import btw as stdnum_btw

# What every letter of our papers can be drawn with (static/vendor/inter, held to it by a test): Latin with all its
# accents, and the marks of a text. Another sign would be a hole in an invoice that calls itself PDF/A.
UNDRAWABLE = re.compile(
    "[^ -~\u00a0-\u00ac\u00ae-\u0148\u014a-\u017f\u0218-\u021b\u1e00-\u1e9b\u1e9d-\u1e9f\u1ef2-\u1eff"
    "\u0300\u0301\u0303\u0304\u0308\u0309\u0323\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2122]"
)
PHONE = re.compile(r"(?<!\w)(?:\+31|0031|0)[\s.-]?(?:\(0\))?[\s.-]?[1-9](?:[\s.-]?\d){8}(?!\d)")


def validate_kvk(value: str) -> None:
    """A KvK number is eight digits; it has no check digit."""
    if not re.fullmatch(r"\d{8}", value.replace(" ", "")):
        raise ValidationError("Een KvK-nummer heeft 8 cijfers.", code="kvk")


def tidy_postcode(value: str) -> str:
    """`5911 AB`, however it was typed: `5911ab`, ` 5911  AB`."""
    tight = "".join(value.split()).upper()
    return f"{tight[:4]} {tight[4:]}" if re.fullmatch(r"\d{4}[A-Z]{2}", tight) else value.strip().upper()


def validate_postcode(value: str) -> None:
    """A Dutch postcode: four digits of which the first is no nought, and two letters."""
    if not re.fullmatch(r"[1-9]\d{3} [A-Z]{2}", tidy_postcode(value)):
        raise ValidationError("Een postcode ziet eruit als 5911 AB.", code="postcode")


ADDRESS = {"street": "straat en huisnummer", "postcode": "postcode", "city": "plaats"}


def missing_of_address(**parts: str) -> list[str]:
    """The parts (street, postcode, city) that are missing while another is there: an address is there wholly or not."""
    return [name for name in ADDRESS if not parts[name]] if any(parts.values()) else []


def half_an_address(missing: list[str]) -> str:
    """What to say about it."""
    return f"Bij het adres ontbreekt nog: {', '.join(ADDRESS[name] for name in missing)}. Vul het hele adres in."


def validate_vat_id(value: str) -> None:
    """A Dutch VAT id (btw-id), with its check digits."""
    try:
        stdnum_btw.validate(value)
    except StdnumError:
        raise ValidationError("Dit btw-id klopt niet. Het ziet eruit als NL123456789B01.", code="vat_id") from None


def validate_iban(value: str) -> None:
    """An IBAN whose check digits are right."""
    try:
        stdnum_iban.validate(value)
    except StdnumError:
        raise ValidationError("Dit IBAN klopt niet. Kijk het nog eens na.", code="iban") from None


def validate_drawable(value: str) -> None:
    """Text of which every sign can stand on our papers: their fonts have no emoji and no other alphabets."""
    if found := UNDRAWABLE.search(value):
        raise ValidationError(
            f"Het teken ‘{found[0]}’ kunnen wij niet op papier zetten. Schrijf de naam met gewone letters.",
            code="drawable",
        )


def validate_bsn_free(value: str) -> None:
    """Text that holds no citizen service number; those have no place anywhere in this system."""
    for digits in re.findall(r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)", value):
        if stdnum_bsn.is_valid(digits):
            raise ValidationError("Hier staat iets dat op een BSN lijkt. Dat mag hier niet staan.", code="bsn")


def validate_free_text(value: str) -> None:
    """Text without what points at a person: no citizen service number, e-mail address, telephone number or account."""
    validate_bsn_free(value)
    joined = re.sub(r"[\s.\-()/]", "", value)
    for candidate in re.findall(r"[A-Za-z]{2}\d{2}[A-Za-z0-9]{11,30}", joined):
        if any(stdnum_iban.is_valid(candidate[:length]) for length in range(15, len(candidate) + 1)):
            raise ValidationError("Hier staat iets dat op een rekeningnummer lijkt. Haal dat weg.", code="iban")
    if re.search(r"[^\s@]+@[^\s@]+\.[^\s@]+", value):
        raise ValidationError("Hier staat iets dat op een e-mailadres lijkt. Haal dat weg.", code="email")
    # Beside another number (`Markt 2 06-12345678`) it is seen only as it was written.
    if re.search(r"(?<!\d)(?:\+31|0031|0)[1-9]\d{8}(?!\d)", joined) or PHONE.search(value):
        raise ValidationError("Hier staat iets dat op een telefoonnummer lijkt. Haal dat weg.", code="phone")
