"""Choosing a file, and saying whether what is in it was paid already."""

from dataclasses import dataclass
from typing import Any

from django import forms

from kbl.facts import LateReason
from kbl.intake.resource import Intake
from kbl.intake.sentences import CHOOSE
from kbl.spreadsheets import LARGEST_FILE

PAID = [
    ("ja", "Deze zijn al betaald. KBL telt ze mee en betaalt niets meer."),
    ("nee", "Deze moeten nog betaald worden. Ze gaan mee in de volgende afsluiting."),
]
LATE = [("", "Niet nodig: alles is van dit of het vorige kwartaal"), *LateReason.choices]


@dataclass(frozen=True)
class Told:
    """What is said of a whole file of facts that cost money: settled in the old books or not, and why so late."""

    paid_before: bool = False
    late_reason: str = ""


class IntakeFileForm(forms.Form):
    """One file. For facts that cost money there are two questions more; whether they are paid has no ready answer."""

    file = forms.FileField(
        label="Bestand",
        help_text=f"Excel (.xlsx) of CSV, hooguit {LARGEST_FILE // 1_000_000} MB.",
        error_messages={"required": CHOOSE, "invalid": CHOOSE, "empty": "Dit bestand is leeg."},
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )
    paid = forms.ChoiceField(
        label="Zijn deze al betaald?",
        choices=PAID,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies of deze al betaald zijn.", "invalid_choice": "Kies ja of nee."},
    )
    late = forms.ChoiceField(
        label="Waarom komt dit zo laat?",
        choices=LATE,
        required=False,
        help_text="Alleen voor dagen die verder terug liggen. De reden blijft bij elk feit staan.",
        error_messages={"invalid_choice": "Kies een reden uit de lijst."},
    )

    def __init__(self, *args: Any, intake: type[Intake], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not intake.costs_money:
            del self.fields["paid"], self.fields["late"]

    @property
    def told(self) -> Told:
        """What holds for every fact of this file."""
        return Told(self.cleaned_data.get("paid") == "ja", self.cleaned_data.get("late", ""))
