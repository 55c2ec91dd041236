"""Forms of the office's money pages."""

import re
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from kbl.settlements.models import Correction


class EuroField(forms.DecimalField):
    """An amount as people type it: `2500`, `2.500,00`, `€ 47.250`."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Dit is geen bedrag. Typ bijvoorbeeld 2.500,00."}

    def __init__(self, **kwargs) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        text = re.sub(r"[\s€]", "", str(value or ""))
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        elif re.fullmatch(r"\d{1,3}(\.\d{3})+", text):
            text = text.replace(".", "")
        return super().to_python(text)

    def prepare_value(self, value: object) -> object:
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value


class DayForm(forms.Form):
    """A form with a day that is not in the future; `today` is what the view read."""

    use_required_attribute = False

    def __init__(self, *args, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def not_future(self, name: str) -> date | None:
        day = self.cleaned_data[name]
        if day and day > self.today:
            raise ValidationError("Deze dag is nog niet geweest. Kies vandaag of een eerdere dag.")
        return day


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CorrectionForm(forms.Form):
    """Why a line is taken back."""

    use_required_attribute = False
    reason = forms.ChoiceField(
        label="Waarom klopt deze regel niet?",
        choices=Correction.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een reden.", "invalid_choice": "Kies een reden uit de lijst."},
    )
