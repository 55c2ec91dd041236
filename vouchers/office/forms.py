"""What Cubiss fills in when stock comes back, becomes void or valid again, or lasts longer."""

from datetime import date

from django import forms
from django.db.models import Exists, OuterRef

from kbl.organisations.models import Organisation
from kbl.organisations.picking import PickField
from vouchers.fields import EntryField, day_field
from vouchers.models import StockMovement, Voucher

CHOOSE = {"required": "Kies een organisatie.", "invalid_choice": "Kies een organisatie uit de lijst."}


class CustodyForm(forms.Form):
    """Numbers and the day on which they changed hands."""

    use_required_attribute = False

    serials = EntryField()
    on = day_field("Dag", help_text="De dag waarop het gebeurde.")

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today
        self.fields["on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"


def holders():
    """Organisations that have vouchers in their drawer."""
    return Organisation.objects.filter(
        Exists(Voucher.objects.filter(status=Voucher.Status.ALLOCATED, holder=OuterRef("pk")))
    )


class TakeBackForm(CustodyForm):
    """Vouchers come back to Cubiss."""

    holder = PickField(
        Organisation.objects.none(),
        source="houders",
        label="Van wie komen ze terug?",
        empty_label="Kies een organisatie",
        error_messages=CHOOSE,
    )
    field_order = ["holder", "serials", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = holders()  # type: ignore[attr-defined]


class RecallForm(TakeBackForm):
    """Cubiss asks vouchers back."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].label = "Van wie vraagt u ze terug?"
        self.fields["on"].help_text = "De dag waarop u erom vroeg."


def reason_field(reasons: list[tuple[str, str]]) -> forms.ChoiceField:
    """A reason from a list; never in somebody's own words."""
    return forms.ChoiceField(
        label="Waarom?",
        choices=reasons,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een reden.", "invalid_choice": "Kies een reden uit de lijst."},
    )


Reason = StockMovement.Reason
WHY_VOID = [
    (each.value, each.label.capitalize()) for each in (Reason.LOST, Reason.STOLEN, Reason.DAMAGED, Reason.MISPRINT)
]
WHY_AGAIN = [(each.value, each.label.capitalize()) for each in (Reason.FOUND, Reason.MISTAKE)]


class VoidForm(CustodyForm):
    """Vouchers become void, for a reason from the list."""

    reason = reason_field(WHY_VOID)
    field_order = ["serials", "reason", "on"]


class RevalidateForm(CustodyForm):
    """Void vouchers should be valid again; a second person decides."""

    reason = reason_field(WHY_AGAIN)
    field_order = ["serials", "reason", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = "De dag waarop dit bleek."


class ExtendForm(CustodyForm):
    """Vouchers become valid for longer."""

    valid_until = day_field("Geldig tot en met", help_text="De nieuwe laatste dag.")
    field_order = ["serials", "valid_until"]

    def __init__(self, *args, valid_until: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["on"]
        self.fields["valid_until"].initial = valid_until
