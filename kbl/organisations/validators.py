"""Checks on what organisations fill in, by well-kept libraries, with sentences in Dutch."""

import re

from django.core.exceptions import ValidationError
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.nl import btw as stdnum_btw

# Old migrations know these by this place.
from kbl.texts.personal import validate_bsn_free as validate_bsn_free
from kbl.texts.personal import validate_free_text as validate_free_text


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
