"""Choosing a file, and saying whether what is in it was paid already."""

from typing import Any

from django import forms

from kbl.intake.resource import Intake
from kbl.intake.sentences import CHOOSE
from kbl.spreadsheets import LARGEST_FILE

PAID = [
    ("ja", "Deze zijn al betaald. KBL telt ze mee en betaalt niets meer."),
    ("nee", "Deze moeten nog betaald worden. Ze gaan mee in de volgende afsluiting."),
]


class IntakeFileForm(forms.Form):
    """One file. For facts that cost money there is one question more, without a ready answer."""

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

    def __init__(self, *args: Any, intake: type[Intake], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not intake.costs_money:
            del self.fields["paid"]

    @property
    def paid_before(self) -> bool:
        """Whether the facts of this file were settled in the old books."""
        return self.cleaned_data.get("paid") == "ja"
