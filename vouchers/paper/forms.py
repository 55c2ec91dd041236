"""What Cubiss fills in to print vouchers."""

from django import forms
from django.utils.formats import number_format

from kbl.jobs.fields import KeyField
from vouchers.entry import NumberEntry
from vouchers.fields import EntryField
from vouchers.paper.formats import DEFAULT, FORMATS
from vouchers.paper.printed import MOST


class PrintForm(forms.Form):
    """Which vouchers, and how many on a sheet; `per_page` cleans to an int."""

    use_required_attribute = False

    serials = EntryField(label="Welke nummers?")
    per_page = forms.TypedChoiceField(
        label="Hoe groot?",
        coerce=int,
        choices=[(per_page, each.name) for per_page, each in sorted(FORMATS.items())],
        initial=DEFAULT,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een formaat.", "invalid_choice": "Kies een formaat uit de lijst."},
    )
    key = KeyField()

    def clean_serials(self) -> NumberEntry:
        entry: NumberEntry = self.cleaned_data["serials"]
        if entry.count > MOST:
            most = number_format(MOST, force_grouping=True)
            raise forms.ValidationError(
                f"Er passen {most} vouchers in één bestand. Deel ze op. Of laat ze drukken: bij een serie staat "
                "de lijst voor de drukker."
            )
        return entry
