"""What an intermediary fills in about its orders."""

from django import forms

from intermediaries.orders.models import Order
from intermediaries.orders.sentences import ON_PAPER
from intermediaries.stock_levels.forms import count_field
from kbl.jobs.fields import KeyField


class OrderForm(forms.Form):
    """How many vouchers, on paper or digital; the key makes pressing twice one order."""

    use_required_attribute = False

    medium = forms.ChoiceField(
        label="Op papier of digitaal?",
        choices=[(medium, words.capitalize()) for medium, words in ON_PAPER.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies op papier of digitaal.", "invalid_choice": "Kies op papier of digitaal."},
    )
    count = count_field(label="Hoeveel vouchers wilt u?")
    key = KeyField()


class ChangeForm(forms.Form):
    """Another number; `seen` is the number that stood there."""

    use_required_attribute = False

    count = count_field(label="Hoeveel wilt u er?")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, order: Order) -> "ChangeForm":
        return cls(initial={"count": order.count, "seen": order.count})
