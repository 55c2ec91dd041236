"""What Cubiss fills in when stock comes back or becomes void."""

from datetime import date

from django import forms

from kbl.organisations.models import Organisation
from vouchers.fields import RangesField, day_field
from vouchers.models import StockMovement, Voucher

CHOOSE = {"required": "Kies een organisatie.", "invalid_choice": "Kies een organisatie uit de lijst."}


class CustodyForm(forms.Form):
    """Numbers and the day on which they changed hands."""

    use_required_attribute = False

    serials = RangesField()
    on = day_field("Dag", help_text="De dag waarop het gebeurde.")

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"


def holders():
    """Organisations that have vouchers in their drawer."""
    held = Voucher.objects.filter(status=Voucher.Status.ALLOCATED, holder__isnull=False).order_by()
    return Organisation.objects.filter(pk__in=held.values("holder").distinct())


class TakeBackForm(CustodyForm):
    """Vouchers come back to Cubiss."""

    holder = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Van wie komen ze terug?",
        empty_label="Kies een organisatie",
        error_messages=CHOOSE,
    )
    field_order = ["holder", "serials", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = holders()  # type: ignore[attr-defined]


class VoidForm(CustodyForm):
    """Vouchers become void, for a reason from the list."""

    reason = forms.ChoiceField(
        label="Waarom?",
        choices=[choice for choice in StockMovement.Reason.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een reden.", "invalid_choice": "Kies een reden uit de lijst."},
    )
    field_order = ["serials", "reason", "on"]
