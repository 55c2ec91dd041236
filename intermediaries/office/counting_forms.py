"""What Cubiss fills in to settle what was counted differently."""

from django import forms

from intermediaries.counting.models import Difference, Settlement
from intermediaries.counting.settling import OUTCOMES
from vouchers.fields import EntryField

Outcome = Settlement.Outcome

# What each outcome does, in the words of who chooses it.
OUTCOME_WORDS = {
    Outcome.LOST: "Kwijt: maak ze ongeldig",
    Outcome.NOT_SENT: "Nooit verstuurd: zet ze terug in onze voorraad",
    Outcome.ARRIVED: "Toch binnen: ze liggen bij de intermediair",
    Outcome.GIVEN: "Laat ze daar: zet ze op naam van de intermediair",
    Outcome.SENT_BACK: "Ze gaan terug: in de boeken verandert niets",
    Outcome.MISTAKE: "Vergissing: ze liggen daar toch niet",
}


class SettleForm(forms.Form):
    """How numbers of a difference are put right."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label="Hoe loopt het af?",
        widget=forms.RadioSelect,
        error_messages={"required": "Kies hoe het afloopt.", "invalid_choice": "Kies uit de lijst."},
    )
    serials = EntryField(label="Welke nummers?", help_text="Een deel mag ook; de rest blijft dan open.")

    def __init__(self, *args, difference: Difference, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (outcome.value, OUTCOME_WORDS[outcome]) for outcome in OUTCOMES[difference.kind]
        ]
