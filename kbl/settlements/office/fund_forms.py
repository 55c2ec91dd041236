"""Forms of the fund: on which day to look, what came in, what is agreed, what it cost."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from kbl.fund import costs
from kbl.fund.budget import FEES, HANDLING
from kbl.fund.evidence import LARGEST
from kbl.fund.ledger import AlreadyBooked
from kbl.fund.models import BudgetLine, Instalment
from kbl.organisations.models import Programme
from kbl.settlements.office.forms import DayForm, DayInput, EuroField
from kbl.texts.personal import validate_free_text

AMOUNT = {"required": "Vul het bedrag in.", "min_value": "Het bedrag is meer dan nul."}
DAY = {"required": "Kies de dag.", "invalid": "Kies een dag."}


class AsOfForm(DayForm):
    """On which day to look at the fund."""

    op = forms.DateField(label="Stand op", required=False, widget=DayInput, error_messages={"invalid": "Kies een dag."})

    def clean_op(self) -> date | None:
        return self.not_future("op")


class BudgetForm(AsOfForm):
    """On which day, and which year, to look at the budget."""

    jaar = forms.TypedChoiceField(
        label="Jaar",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Kies een jaar uit de lijst."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        years = BudgetLine.objects.order_by("year").values_list("year", flat=True).distinct()
        self.fields["jaar"].choices = [("", "Alle jaren"), *((each, each) for each in years)]  # type: ignore[attr-defined]


class ReceiptForm(DayForm):
    """What the province paid of an instalment."""

    amount = EuroField(
        label="Ontvangen bedrag",
        min_value=Decimal("0.01"),
        error_messages=AMOUNT,
    )
    on = forms.DateField(
        label="Op de rekening bijgeschreven op",
        widget=DayInput,
        error_messages=DAY,
    )

    def clean_on(self) -> date | None:
        return self.not_future("on")


class InstalmentForm(forms.Form):
    """What the province agreed to pay, and when; in the programme or the year after it (the final settlement)."""

    use_required_attribute = False
    description = forms.CharField(
        label="Omschrijving",
        max_length=80,
        help_text="Bijvoorbeeld: Lidmaatschapsfonds 2026, termijn 2.",
        validators=[validate_free_text],
        error_messages={"required": "Geef de termijn een naam."},
    )
    due_on = forms.DateField(label="Afgesproken op", widget=DayInput, error_messages=DAY)
    amount = EuroField(label="Bedrag", min_value=Decimal("0.01"), error_messages=AMOUNT)

    def clean_due_on(self) -> date:
        due_on = self.cleaned_data["due_on"]
        programme = Programme.current()
        if not programme.starts_on.year - 1 <= due_on.year <= programme.ends_on.year + 1:
            raise ValidationError(
                f"Deze dag ligt ver buiten het programma ({programme.starts_on.year} tot en met"
                f" {programme.ends_on.year}). Kijk het jaar nog eens na."
            )
        return due_on

    def clean(self) -> None:
        agreed = {name: self.cleaned_data.get(name) for name in ("description", "due_on")}
        if all(agreed.values()) and Instalment.objects.filter(**agreed).exists():
            self.add_error("description", "Deze termijn staat er al, met dezelfde naam en dag.")


class CostForm(DayForm):
    """A cost that no statement brings, and the document that proves it."""

    post = forms.ChoiceField(
        label="Post van de begroting",
        error_messages={"required": "Kies een post.", "invalid_choice": "Kies een post uit de lijst."},
    )
    year = forms.TypedChoiceField(
        label="Begrotingsjaar",
        coerce=int,
        help_text="Het jaar waar de kosten bij horen, ook als de factuur later kwam.",
        error_messages={"required": "Kies een jaar.", "invalid_choice": "Kies een jaar uit de lijst."},
    )
    amount = EuroField(
        label="Bedrag zonder btw",
        help_text="Bijvoorbeeld 2.500,00.",
        min_value=Decimal("0.01"),
        error_messages=AMOUNT,
    )
    description = forms.CharField(
        label="Waarvoor",
        max_length=120,
        help_text="Bijvoorbeeld: aanpassing formulier. Zet hier geen namen van personen.",
        validators=[validate_free_text],
        error_messages={"required": "Vul in waarvoor de kosten zijn."},
    )
    supplier = forms.CharField(
        label="Van welke organisatie",
        max_length=80,
        help_text="De naam van het bedrijf of de instelling, niet van een persoon. Eigen uren: Cubiss.",
        validators=[validate_free_text],
        error_messages={"required": "Vul in van welke organisatie de kosten komen."},
    )
    reference = forms.CharField(
        label="Kenmerk",
        max_length=60,
        help_text="Het nummer van de factuur of het besluit. Elk kenmerk wordt één keer geboekt. Hoort een factuur bij"
        " twee posten? Zet dan -1 en -2 achter het nummer.",
        validators=[validate_free_text],
        error_messages={"required": "Vul het kenmerk in."},
    )
    on = forms.DateField(label="Dag op het stuk", widget=DayInput, error_messages=DAY)
    document = forms.FileField(
        label="Bewijsstuk",
        max_length=200,
        help_text=f"De factuur of het besluit als pdf of foto (png, jpg), hoogstens {LARGEST // 1_000_000} MB. Er staat"
        " niets in over deelnemers.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
        error_messages={
            "required": "Kies het bewijsstuk.",
            "empty": "Dit bestand is leeg. Kies een ander bestand.",
            "max_length": "De naam van dit bestand is te lang. Geef het een kortere naam.",
        },
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        lines = BudgetLine.objects.exclude(post__in=[FEES, HANDLING]).order_by("post", "year")
        posts = {line.post: f"{line.post} {line.name}" for line in lines}
        years = sorted({line.year for line in lines})
        self.fields["post"].choices = [("", "Kies een post"), *posts.items()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "Kies een jaar"), *((each, each) for each in years)]  # type: ignore[attr-defined]

    def clean_on(self) -> date | None:
        return self.not_future("on")

    def clean_reference(self) -> str:
        typed = self.cleaned_data["reference"]
        try:
            costs.free_reference(costs.reference_of(typed))
        except AlreadyBooked:
            raise ValidationError("Dit kenmerk is al geboekt. Kijk in de lijst met kosten.") from None
        return typed

    def clean(self) -> None:
        post, year = self.cleaned_data.get("post"), self.cleaned_data.get("year")
        line = BudgetLine.objects.filter(post=post, year=year).first() if post and year else None
        if post and year and line is None:
            self.add_error(
                "year",
                f"Post {post} heeft in {year} geen regel in de begroting. Voeg die eerst toe bij Lijsten en"
                " instellingen, Begroting; een bedrag van nul mag.",
            )
        self.cleaned_data["line"] = line

    def refuse_too_large(self) -> None:
        """The whole request was too large to take in: nothing else of the form is known either."""
        self.refuse_document(f"Dit bestand is te groot: hoogstens {LARGEST // 1_000_000} MB.")

    def refuse_document(self, words: str) -> None:
        self.errors.pop("document", None)
        self.add_error("document", words)
