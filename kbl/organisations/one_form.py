"""One way of writing what an organisation fills in, so that what was let in is also what a bank or an e-invoice takes.

People paste from letters and mails: dashes of every kind, dots, spaces that do not break. What means the same is stored
the same. Names and addresses: kbl/texts/lines.py.
"""

from stdnum import iban as stdnum_iban
from stdnum.nl import btw as stdnum_btw

from kbl.organisations.validators import tidy_postcode
from kbl.texts.lines import TidyField, visible


def tidy_iban(value: str) -> str:
    """`NL70TEST0000099990`, however it was typed: with dashes, dots or spaces of any kind, in small letters."""
    return stdnum_iban.compact(visible(value))


def tidy_vat_id(value: str) -> str:
    """`NL000099998B57`: with its country and all nine digits, however much of that was left out."""
    typed = visible(value).strip()
    return f"NL{stdnum_btw.compact(typed)}" if typed else ""  # of nothing, stdnum would make nine noughts


class IbanField(TidyField):
    """An IBAN without spaces or dashes."""

    tidy = staticmethod(tidy_iban)


class VatIdField(TidyField):
    """A Dutch VAT id with NL and nine digits."""

    tidy = staticmethod(tidy_vat_id)


class PostcodeField(TidyField):
    """A Dutch postcode with its space."""

    tidy = staticmethod(tidy_postcode)
