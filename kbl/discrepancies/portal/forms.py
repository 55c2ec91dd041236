"""The forms of an intermediary's open items."""

from datetime import date

from django import forms

from kbl.discrepancies.answers import PAUSES
from kbl.discrepancies.models import Answer
from vouchers.fields import EntryField, day_field

Words = Answer.Words
REPORTED = "uitgereikt"


class UnreportedForm(forms.Form):
    """What happened to the vouchers that are ticked; a day only where they were handed out."""

    use_required_attribute = False

    wat = forms.ChoiceField(
        label="Wat is er met deze vouchers gebeurd?",
        choices=[
            (REPORTED, "Wij reikten ze uit"),
            (Words.NOT_OURS.value, "Wij reikten ze niet uit: Cubiss zoekt het uit"),
            (Words.LATER.value, f"Dat komt later: vraag het over {PAUSES[Words.LATER].days} dagen weer"),
        ],
        widget=forms.RadioSelect,
        initial=REPORTED,
        error_messages={"required": "Kies wat er gebeurd is."},
    )
    on = day_field("Op welke dag?", required=False, help_text="Alleen als u ze uitreikte: de dag waarop u ze meegaf.")

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        # Asked for unless something else happened; a form that nobody filled in yet says so too.
        self.fields["on"].required = self.data.get("wat", REPORTED) == REPORTED

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("wat") == REPORTED and "on" not in self.errors and data["on"] > self.today:
            self.add_error("on", "Deze dag moet nog komen. Kies vandaag of een eerdere dag.")
        return data


class UnusedForm(forms.Form):
    """An answer for whole quarters."""

    use_required_attribute = False

    antwoord = forms.ChoiceField(
        label="Wat weet u ervan?",
        choices=[
            (Words.UNDER_WAY.value, "Mensen zijn nog onderweg: vraag het over 90 dagen weer"),
            (Words.UNUSED.value, "Deze vouchers worden niet meer gebruikt"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een antwoord."},
    )


class NumbersForm(forms.Form):
    """Numbers that the organisation knows about itself."""

    use_required_attribute = False

    nummers = EntryField(label="Welke nummers?")
    wat = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[("terug", "De voucher ligt weer bij ons"), ("kwijt", "De voucher is kwijt")],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er gebeurd is."},
    )
