"""A name, an address, a description: one line of signs that can be written anywhere, and that looks like nobody.

People paste from letters, mails and Word: spaces that do not break, a tab that only Word knows, letters of which the
accent is a sign of its own. What reads the same is stored the same; what cannot stand on a paper or in a file for a
bank is not stored at all.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property

from kbl.texts.personal import Looks, looks_like, refuse

# What the fonts of our papers can draw (static/vendor, held to it by a test): Latin with all its accents, Vietnamese,
# Greek, Cyrillic, Hebrew, Arabic, and the marks of a text. Another sign would be a hole in an invoice that calls itself
# PDF/A.
DRAWABLE = (
    " -~\u00a0-\u00ac\u00ae-\u0148\u014a-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1e00-\u1e9b\u1e9d-\u1eff"
    "\u0300\u0301\u0303\u0304\u0308\u0309\u0323\u200c\u200d\u2013\u2014\u2018-\u201a\u201c-\u201e\u2022\u2026\u20ac\u2122"
    "\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03d7\u1f00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d"
    "\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fc4\u1fc6-\u1fd3\u1fd6-\u1fdb\u1fdd-\u1fef\u1ff2-\u1ff4\u1ff6-\u1ffe"
    "\u0400-\u0479\u0480-\u049d\u04a0-\u04ff\u2116"
    "\u0591-\u05c7\u05d0-\u05ea\u05ef-\u05f4"
    "\u0606-\u061b\u061d-\u06dc\u06de-\u06ff\u0750-\u077f"
)
UNDRAWABLE = re.compile(f"[^{DRAWABLE}]")
# Signs that nobody sees, turn the reading around, or can stand in no XML; in the words of both engines. The joiners
# (U+200C, U+200D) shape letters and stay.
INVISIBLE = (
    r"[\u0001-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF0-\uFFFB"
    r"\uFFFE\uFFFF]"
)


def validate_drawable(value: str) -> None:
    """Text of which every sign can stand on our papers: their fonts have no emoji and not every alphabet."""
    if found := UNDRAWABLE.search(value):
        raise ValidationError(
            f"Het teken ‘{found[0]}’ kunnen wij niet op papier zetten. Schrijf de naam met gewone letters.",
            code="drawable",
        )


def tidy_line(value: str) -> str:
    """A name or an address on one line: line ends and control characters are a space, invisible signs are nothing.

    A letter with its accent is one sign (NFC), however it was typed. A vertical tab (Word's line end) or U+FFFE can
    stand in no XML: with one, no e-invoice of this party could be made.
    """
    return " ".join(unicodedata.normalize("NFC", visible(value)).split())


def visible(value: str) -> str:
    """The text without what nobody sees: controls become a space, signs without a width or a meaning go."""
    kept = []
    for sign in value:
        category = unicodedata.category(sign)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cs", "Cn") and (category != "Cf" or sign in "\u200c\u200d"):
            kept.append(sign)
    return "".join(kept)


def all_visible(*names: str) -> models.Q:
    """The condition of a constraint: none of these columns has a sign that nobody sees."""
    found = models.Q()
    for name in names:
        found |= models.Q((f"{name}__regex", INVISIBLE))
    return ~found


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


class _Stands(str):
    """A text that stands in its row already, on its way to be written once more."""


class GuardedField(TidyField):
    """A column for words that people type: in its one form, and never what looks like somebody (docs/threats.md, 48).

    A form, a list and the admin hear it from the validators; whoever writes past those (`objects.create`,
    `bulk_create`, `update`, a command) from the column itself, as a ValidationError. `holds` names what the column is
    for all the same, and says so in the register (reporting/integrity/data_register.toml). What slipped through before
    stays where it stands until it is cleared, so that no row is in the way of its other columns.
    """

    tidy = staticmethod(tidy_line)

    def __init__(self, *args, holds: Iterable[Looks] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.holds = frozenset(holds)

    @cached_property
    def validators(self):
        # Kept once made: a CharField adds what it knows of its own length to this very list.
        return [*super().validators, self._refuse]

    def _refuse(self, value: str) -> None:
        refuse(value, but=self.holds)

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if not add and isinstance(value, str) and looks_like(value) - self.holds:
            rows = type(model_instance)._base_manager.filter(pk=model_instance.pk, **{self.attname: value})
            return _Stands(value) if rows.exists() else value
        return value

    def get_db_prep_save(self, value, connection):
        if isinstance(value, _Stands):
            return str(value)
        if isinstance(value, str):
            self._refuse(value)
        return super().get_db_prep_save(value, connection)


class LineField(GuardedField):
    """Words that come on paper: all of their signs can be drawn."""

    default_validators = [validate_drawable]


class GuardedSlugField(GuardedField, models.SlugField):
    """A short name, for in addresses."""

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.SlugField", args, kwargs
