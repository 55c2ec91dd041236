"""The forms of an intermediary's open items."""

from datetime import date

from django import forms
from django.core.exceptions import ImproperlyConfigured

from kbl.discrepancies.models import PAUSES, AnswerWords, DiscrepancyKind
from kbl.discrepancies.reconciliation import DISCREPANCIES, of
from vouchers.fields import EntryField, day_field

REPORTED = "uitgereikt"

# What an answer of the organisation itself is called in its forms, per class; empty when it is asked another way (a
# lost voucher by its number).
WORDS: dict[DiscrepancyKind, dict[AnswerWords, str]] = {
    DiscrepancyKind.UNREPORTED: {
        AnswerWords.NOT_OURS: "Wij reikten ze niet uit: Cubiss zoekt het uit",
        AnswerWords.LATER: f"Dat komt later: vraag het over {PAUSES[AnswerWords.LATER].days} dagen weer",
    },
    DiscrepancyKind.UNREDEEMED: {
        AnswerWords.UNDER_WAY: "Mensen zijn nog onderweg: "
        f"vraag het over {PAUSES[AnswerWords.UNDER_WAY].days} dagen weer",
        AnswerWords.UNUSED: "Deze vouchers worden niet meer gebruikt",
        AnswerWords.LOST: "",
    },
}

if _silent := [each.kind for each in DISCREPANCIES if set(each.offered_to_party) != set(WORDS.get(each.kind, ()))]:
    raise ImproperlyConfigured(
        f"The portal (kbl/discrepancies/portal/forms.py) has other words than the organisation may answer: {_silent}."
    )


def choices(kind: DiscrepancyKind) -> list[tuple[str, str]]:
    """The answers that a form offers for a class, in the order of the class."""
    return [(said.value, WORDS[kind][said]) for said in of(kind).offered_to_party if WORDS[kind][said]]


class UnreportedForm(forms.Form):
    """What happened to the vouchers that are ticked; a day only where they were handed out."""

    use_required_attribute = False

    wat = forms.ChoiceField(
        label="Wat is er met deze vouchers gebeurd?",
        choices=[(REPORTED, "Wij reikten ze uit"), *choices(DiscrepancyKind.UNREPORTED)],
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
        choices=choices(DiscrepancyKind.UNREDEEMED),
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een antwoord."},
    )


class KnownNumbersForm(forms.Form):
    """Numbers that the organisation knows about itself."""

    use_required_attribute = False

    nummers = EntryField(label="Welke nummers?")
    wat = forms.ChoiceField(
        label="Wat is er gebeurd?",
        choices=[("terug", "De voucher ligt weer bij ons"), ("kwijt", "De voucher is kwijt")],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies wat er gebeurd is."},
    )
