"""What Cubiss fills in to answer an order."""

from django import forms

from intermediaries.orders.models import OrderStep
from intermediaries.stock_levels.forms import count_field
from kbl.jobs.fields import KeyField
from vouchers.fields import EntryField, day_field


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
