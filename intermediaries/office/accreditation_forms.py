"""What Cubiss fills in about who may hand out vouchers."""

from django import forms

from intermediaries.models import Track
from kbl.texts.personal import validate_free_text
from vouchers.fields import day_field


class AccreditForm(forms.Form):
    """An organisation may hand out from a day on."""

    use_required_attribute = False

    track = forms.TypedChoiceField(
        label="Spoor",
        choices=Track.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een spoor.", "invalid_choice": "Kies een spoor uit de lijst."},
    )
    protocol = forms.RegexField(
        r"^[0-9]+(\.[0-9]+)*$",
        label="Versie van het protocol",
        max_length=12,
        validators=[validate_free_text],
        help_text="Bijvoorbeeld 1.0.",
        error_messages={
            "required": "Vul de versie van het protocol in.",
            "invalid": "Een versie heeft alleen cijfers en punten, bijvoorbeeld 1.0.",
            "max_length": "Deze versie is te lang. Gebruik hooguit 12 tekens.",
        },
    )
    valid_from = day_field("Geldig vanaf")
    valid_until = day_field("Geldig tot en met", required=False, help_text="Laat leeg als er nog geen einde is.")


class EndForm(forms.Form):
    """The last day of an accreditation."""

    use_required_attribute = False

    last_day = day_field(
        "Laatste dag",
        help_text="Na deze dag komen er geen nieuwe vouchers bij. Wat al is uitgereikt, blijft gewoon geldig.",
    )
