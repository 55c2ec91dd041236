"""What an intermediary fills in about what it counted."""

from django import forms

from vouchers.entry import NumberEntry, read
from vouchers.fields import LONGEST_TEXT, TOO_MANY
from vouchers.numbers import LARGEST_RANGE


class NumbersField(forms.CharField):
    """Numbers as people type them, read entry by entry; empty is allowed. Cleans to a `NumberEntry`."""

    def __init__(self, **kwargs) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=LONGEST_TEXT, widget=widget, **kwargs)

    def clean(self, value: str) -> NumberEntry:
        entry = read(super().clean(value))
        if entry.count > LARGEST_RANGE:
            raise forms.ValidationError(TOO_MANY, code="too_many")
        return entry


class CountForm(forms.Form):
    """What was counted differently: numbers that are missing, numbers that are there and should not be."""

    use_required_attribute = False

    missing = NumbersField(
        label="Welke nummers mist u?",
        help_text="Een reeks mag ook: 0012345-0012370. Zet elk nummer op een eigen regel of zet er een komma tussen.",
    )
    extra = NumbersField(label="Welke nummers hebt u extra?", help_text="Nummers die niet op de lijst staan.")

    def clean(self) -> dict:
        data = super().clean() or {}
        if not self.errors and not any(data[name].ranges or data[name].unreadable for name in ("missing", "extra")):
            raise forms.ValidationError("Vul in welke nummers u mist, of welke u extra hebt.")
        return data
