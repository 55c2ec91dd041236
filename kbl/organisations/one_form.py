"""One way of writing what an organisation fills in, so that what was let in is also what a bank or an e-invoice takes.

People paste from letters, mails and Word: dashes of every kind, dots, spaces that do not break, a tab that only Word
knows. What means the same is stored the same; what cannot stand in a file for a bank is not stored at all.
"""

import unicodedata

from django.db import models
from stdnum import iban as stdnum_iban
from stdnum.nl import btw as stdnum_btw

from kbl.organisations.validators import validate_drawable


def tidy_iban(value: str) -> str:
    """`NL70TEST0000099990`, however it was typed: with dashes, dots or spaces of any kind, in small letters."""
    return stdnum_iban.compact(_visible(value))


def tidy_vat_id(value: str) -> str:
    """`NL000099998B57`: with its country and all nine digits, however much of that was left out."""
    typed = _visible(value).strip()
    return f"NL{stdnum_btw.compact(typed)}" if typed else ""  # of nothing, stdnum would make nine noughts


def tidy_line(value: str) -> str:
    """A name or an address on one line: line ends and control characters are a space, invisible signs are nothing.

    A vertical tab (Word's line end) or U+FFFE can stand in no XML: with one, no e-invoice of this party could be made.
    """
    return " ".join(_visible(value).split())


def _visible(value: str) -> str:
    """The text without what nobody sees: controls become a space, signs without a width or a meaning go."""
    kept = []
    for sign in value:
        category = unicodedata.category(sign)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cs", "Cn") and (category != "Cf" or sign in "\u200c\u200d"):  # joiners shape letters
            kept.append(sign)
    return "".join(kept)


class TidyField(models.CharField):
    """A text column that is only ever written in its one form, whoever writes it: form, list, program, admin, update.

    For migrations it is an ordinary CharField.
    """

    @staticmethod
    def tidy(value: str) -> str:
        raise TypeError("A TidyField says what its one form is.")

    def to_python(self, value):
        return self._tidied(super().to_python(value))

    def get_db_prep_save(self, value, connection):
        """What is written; what is looked for (a pattern, say) stays as it was asked."""
        return super().get_db_prep_save(self._tidied(value), connection)

    def pre_save(self, model_instance, add):
        value = self._tidied(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def _tidied(self, value):
        """A text in its one form; an expression (of an update) is the database's to work out."""
        return self.tidy(value) if isinstance(value, str) else value

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class IbanField(TidyField):
    """An IBAN without spaces or dashes."""

    tidy = staticmethod(tidy_iban)


class VatIdField(TidyField):
    """A Dutch VAT id with NL and nine digits."""

    tidy = staticmethod(tidy_vat_id)


class LineField(TidyField):
    """A name or an address on one line, of signs that can be written anywhere."""

    tidy = staticmethod(tidy_line)
    default_validators = [validate_drawable]
