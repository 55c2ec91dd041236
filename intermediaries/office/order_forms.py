"""What Cubiss fills in to answer an order, and to settle what was counted differently."""

from django import forms

from intermediaries.differences import OUTCOMES
from intermediaries.level_forms import count_field
from intermediaries.order_models import Difference, OrderStep, Settlement
from kbl.jobs.fields import KeyField
from vouchers.fields import EntryField, day_field

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


class SeenForm(forms.Form):
    """A form that answers an order as it was seen: with this number asked."""

    use_required_attribute = False

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ShipForm(SeenForm):
    """The ranges that go."""

    serials = EntryField(label="Nummers die meegaan")


class MakeForm(SeenForm):
    """A new batch for this order."""

    count = count_field(label="Hoeveel maakt u er?")
    valid_until = day_field("Geldig tot en met")
    key = KeyField()


class DeclineForm(SeenForm):
    """Why these are not sent."""

    reason = forms.ChoiceField(
        label="Waarom niet?",
        choices=[choice for choice in OrderStep.Reason.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een reden.", "invalid_choice": "Kies een reden uit de lijst."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.choices = [(value, words.capitalize()) for value, words in field.choices]  # type: ignore[attr-defined]


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
