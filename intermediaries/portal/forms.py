"""The forms of the intermediaries' portal."""

from django import forms

from intermediaries.sentences import UNDO_REASONS
from kbl.jobs.fields import KeyField
from vouchers.entry import AT_ONCE, Entry, read
from vouchers.fields import LONGEST_TEXT, day_field


class HandOutForm(forms.Form):
    """Numbers that go out and the day; cleans the numbers to an `Entry`."""

    use_required_attribute = False

    numbers = forms.CharField(
        label="Welke vouchers geeft u mee?",
        help_text="Scan ze een voor een, typ ze, of plak een kolom. Een reeks mag ook: 0012345-0012370. "
        "Zet elk nummer op een eigen regel of zet er een komma tussen.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Vul eerst een of meer nummers in.",
            "max_length": "Dit is te veel voor één keer. Deel het op.",
        },
    )
    on = day_field("Op welke dag?", help_text="Vandaag, of een eerdere dag.")

    def clean_numbers(self) -> Entry:
        entry = read(self.cleaned_data["numbers"])
        if entry.count > AT_ONCE:
            raise forms.ValidationError(f"Meld hoogstens {AT_ONCE:,} nummers tegelijk.".replace(",", "."))
        return entry


class UndoForm(forms.Form):
    """Why a hand-out is taken back."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[(reason.value, words) for reason, words in UNDO_REASONS],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er gebeurd is."},
    )


class DigitalForm(forms.Form):
    """The button that gives the next digital voucher along; its key makes two presses one."""

    key = KeyField()
