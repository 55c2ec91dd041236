"""What somebody may take to be otherwise in the forecast. Nothing of it is kept."""

from decimal import Decimal

from django import forms

from kbl.money import half_up
from kbl.periods import Quarter
from kbl.settlements.office.forms import EuroField
from reporting.forecast.forecast import Basis, WhatIf


class Slider(forms.NumberInput):
    """A slider with its number beside it (static/theme/slider.js); without script it is still a slider."""

    input_type = "range"


class WhatIfForm(forms.Form):
    """Pace, renewals, tariff and from when. Empty is what is expected; what is wrong changes nothing."""

    use_required_attribute = False

    tempo = forms.IntegerField(
        label="Tempo van uitreiken (%)",
        min_value=0,
        max_value=400,
        required=False,
        widget=Slider,
        help_text="100 is het tempo van nu.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Kies een tempo van 0 tot en met 400."),
    )
    verlengen = forms.IntegerField(
        label="Verlengt na een jaar (%)",
        min_value=0,
        max_value=100,
        required=False,
        widget=Slider,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Kies een deel van 0 tot en met 100."),
    )
    vergoeding = EuroField(
        label="Vergoeding per lidmaatschapsjaar",
        min_value=Decimal(0),
        max_value=Decimal(1_000),
        required=False,
        error_messages=dict.fromkeys(("min_value", "max_value"), "Typ een bedrag van 0 tot en met 1.000 euro."),
    )
    vanaf = forms.ChoiceField(
        label="Vanaf",
        required=False,
        error_messages={"invalid_choice": "Kies een kwartaal uit de lijst."},
    )

    def __init__(self, *args, basis: Basis, quarters: list[Quarter], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vanaf"].choices = [("", "Nu meteen"), *((str(each), each.label) for each in quarters)]  # type: ignore[attr-defined]
        self.initial = {"tempo": 100, "verlengen": int(half_up(basis.renewal.middle * 100, 0))}

    def what_if(self) -> WhatIf:
        """What was asked, as far as it can be read; what is as expected is not asked."""
        asked = getattr(self, "cleaned_data", {})
        return WhatIf(
            pace=self._part("tempo"),
            renewal=self._part("verlengen"),
            fee=asked.get("vergoeding"),
            since=Quarter.parse(asked["vanaf"]) if asked.get("vanaf") else None,
        )

    def _part(self, name: str) -> Decimal | None:
        """A percentage as a part of one; None when it is empty, wrong, or what is expected anyway."""
        asked = getattr(self, "cleaned_data", {}).get(name)
        return None if asked is None or asked == self.initial[name] else Decimal(asked) / 100
