"""What Cubiss fills in about vouchers that go to intermediaries."""

from datetime import date

from django import forms

from intermediaries.models import Accreditation
from kbl.jobs.fields import KeyField
from kbl.organisations.models import Organisation
from kbl.organisations.picking import PickField
from vouchers.fields import CountField, day_field
from vouchers.models import Batch
from vouchers.numbers import LARGEST_RANGE
from vouchers.office.forms import CHOOSE, CustodyForm, holders


def intermediaries():
    """Organisations that are or were accredited; whether they are on the day, the rule says."""
    return Organisation.objects.filter(pk__in=Accreditation.objects.order_by().values("organisation"))


def _choice(label: str, source: str, **kwargs) -> PickField:
    return PickField(
        Organisation.objects.none(),
        source=source,
        label=label,
        empty_label="Kies een organisatie",
        error_messages=CHOOSE,
        **kwargs,
    )


class AllocateForm(CustodyForm):
    """Vouchers go from our own stock to an intermediary."""

    to = _choice("Naar wie?", "intermediairs")
    field_order = ["to", "serials", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = intermediaries()  # type: ignore[attr-defined]


class HandOnForm(AllocateForm):
    """Vouchers move from one intermediary to another."""

    holder = _choice("Van wie?", "houders")
    field_order = ["holder", "to", "serials", "on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = holders()  # type: ignore[attr-defined]

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("holder") and data.get("holder") == data.get("to"):
            self.add_error("to", "Kies een andere organisatie dan die waar ze nu liggen.")
        return data


class BatchForm(forms.Form):
    """A new batch."""

    use_required_attribute = False

    key = KeyField()
    count = CountField(
        label="Hoeveel vouchers?",
        min_value=1,
        max_value=LARGEST_RANGE,
        help_text="Van 1 tot en met 1.000.000.",
        error_messages={
            "required": "Vul in hoeveel vouchers u nodig hebt.",
            "invalid": "Vul een heel getal in, bijvoorbeeld 500 of 12.500.",
            "min_value": "Maak minstens 1 voucher.",
            "max_value": (
                "Dit zijn er te veel voor één serie. Maak er hooguit 1.000.000 tegelijk. "
                "Meer nodig? Maak daarna nog een serie."
            ),
        },
    )
    medium = forms.ChoiceField(
        label="Op papier of digitaal?",
        choices=Batch.Medium.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies papier of digitaal."},
    )
    valid_until = day_field("Geldig tot en met")
    intermediary = _choice("Meteen voor een intermediair?", "intermediairs", required=False)

    def __init__(self, *args, valid_until: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["medium"].initial = Batch.Medium.PAPER
        self.fields["valid_until"].initial = valid_until
        field = self.fields["intermediary"]
        field.queryset = intermediaries()  # type: ignore[attr-defined]
        field.empty_label = "Nee, eerst in onze eigen voorraad"  # type: ignore[attr-defined]
        field.help_text = "Dan krijgt die intermediair de hele serie."
