"""Form fields for voucher numbers: everything that people type, scan or paste."""

import re

from django import forms

from vouchers.entry import NumberEntry, read
from vouchers.numbers import LARGEST_RANGE, NumberError, SerialRange, parse_ranges
from vouchers.sentences import RANGE_EXAMPLE, about_serials

LONGEST_TEXT = 20_000
THOUSANDS = re.compile(r"\d{1,3}(?:[. \u00a0]\d{3})+")
HELP = f"Losse nummers of een reeks, zoals {RANGE_EXAMPLE}. Meer mag: zet er een komma tussen."
SENTENCES = 5
TOO_MANY = "Dit zijn te veel nummers voor één keer. Deel ze op."


class RangesField(forms.CharField):
    """Serials and ranges, separated by commas or lines; cleans to sorted `SerialRange`s."""

    widget = forms.Textarea

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", "Nummers")
        kwargs.setdefault("help_text", HELP)
        kwargs.setdefault("error_messages", {"required": f"Vul nummers in, bijvoorbeeld {RANGE_EXAMPLE}."})
        super().__init__(max_length=LONGEST_TEXT, **kwargs)
        self.widget.attrs.update({"rows": 3, "autocomplete": "off", "inputmode": "text", "spellcheck": "false"})

    def clean(self, value: str) -> list[SerialRange]:
        typed = super().clean(value)
        try:
            ranges = parse_ranges(typed)
        except NumberError as error:
            raise forms.ValidationError(about_serials(error), code="number") from error
        if sum(map(len, ranges)) > LARGEST_RANGE:
            raise forms.ValidationError(TOO_MANY, code="too_many")
        return ranges


class EntryField(RangesField):
    """The same field, read entry by entry; cleans to a `NumberEntry`, which also says what could not be read.

    Only when nothing at all can be read the field itself is wrong.
    """

    def clean(self, value: str) -> NumberEntry:  # type: ignore[override]
        entry = read(forms.CharField.clean(self, value))
        if not entry.ranges:
            raise forms.ValidationError([each.sentence for each in entry.unreadable[:SENTENCES]], code="number")
        if entry.count > LARGEST_RANGE:
            raise forms.ValidationError(TOO_MANY, code="too_many")
        return entry


class CountField(forms.IntegerField):
    """How many, also when it is written as 100.000: Django, and a browser's field for numbers, would read a hundred."""

    widget = forms.TextInput

    def to_python(self, value: object) -> int | None:
        typed = str("" if value is None else value).strip()
        if THOUSANDS.fullmatch(typed):
            typed = re.sub(r"[. \u00a0]", "", typed)
        elif not typed.lstrip("-").isdecimal() and typed:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed)

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {"inputmode": "numeric", "autocomplete": "off"}


def day_field(label: str, **kwargs) -> forms.DateField:
    """A day, with the browser's own calendar."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Kies een dag.", "invalid": "Dit is geen dag. Schrijf hem als 31-12-2026."},
        **kwargs,
    )
