"""What people enter in the monitor: a form per kind of fact, each with the columns of its model."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from kbl.facts import Fact
from kbl.organisations.models import Organisation
from kbl.organisations.picking import PickField
from kbl.periods import Quarter
from reporting.monitor.models import (
    Agreement,
    CampaignActivity,
    LibraryUse,
    ReachMeasurement,
    Risk,
    RiskNote,
    Story,
)
from vouchers.fields import CountField, day_field

LARGEST = 2_000_000_000  # what a column of both engines holds
NUMBER = "Vul een heel getal in, zoals 1250."
WHOLE_PROGRAMME = "Het hele programma"


def people_field(label: str, **kwargs) -> CountField:
    """A number of people or contacts."""
    words = dict.fromkeys(("required", "invalid", "min_value", "max_value"), NUMBER)
    return CountField(label=label, min_value=0, max_value=LARGEST, error_messages=words, **kwargs)


def text_of(
    model: type[models.Model], name: str, label: str, help_text: str = "", *, long: bool = False
) -> forms.CharField:
    """A field for a column of words, as long as the column."""
    column = next(each for each in model._meta.concrete_fields if each.name == name)
    widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=column.max_length,
        widget=widget,
        error_messages={"required": f"{label}: vul dit in."},
    )


def choice_of(choices: list, label: str) -> forms.ChoiceField:
    """One of a list, with an empty first line, so that nobody sends what he did not choose."""
    words = dict.fromkeys(("required", "invalid_choice"), f"{label}: kies er een uit de lijst.")
    return forms.ChoiceField(label=label, choices=[("", "Kies…"), *choices], error_messages=words)


class LibraryField(PickField):
    """A library that takes part; empty is the whole programme, where that may be."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(
            Organisation.objects.filter(participation__isnull=False),
            source="bibliotheken",
            label="Bibliotheek",
            required=required,
            empty_label="Kies…" if required else WHOLE_PROGRAMME,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Kies een bibliotheek uit de lijst."),
        )


class EntryForm(forms.Form):
    """The base of what is entered: one fact of `model`."""

    use_required_attribute = False
    model: ClassVar[type[Fact]]

    def values(self) -> dict[str, Any]:
        """The columns of the fact."""
        return dict(self.cleaned_data)

    def tell(self, error: ValidationError) -> None:
        """What the columns said, each at its own field."""
        for name, found in getattr(error, "error_dict", {None: [error]}).items():
            for each in found:
                self.add_error(name if name in self.fields else None, each)


class ReachForm(EntryForm):
    """A measurement of reach."""

    model = ReachMeasurement
    on = day_field("Gemeten op")
    library = LibraryField()
    kind = choice_of(ReachMeasurement.Kind.choices, "Soort meting")
    reached = people_field("Hoeveel mensen bereikt?", help_text="Bij een peiling: hoeveel er ervan weten.")
    group = people_field(
        "Van hoeveel mensen?",
        required=False,
        help_text="Bij een peiling: hoeveel er zijn ondervraagd. Leeg bij een telling in het hele programma: dan is de"
        " doelgroep uit Beheer de noemer.",
    )
    source = text_of(ReachMeasurement, "source", "Bron", "Wie heeft dit gemeten, en waar staat het?")
    method = text_of(ReachMeasurement, "method", "Methode", "Hoe is er gemeten?")


class ActivityForm(EntryForm):
    """An activity of the campaign."""

    model = CampaignActivity
    on = day_field("Begon op")
    library = LibraryField()
    channel = choice_of(CampaignActivity.Channel.choices, "Kanaal")
    name = text_of(CampaignActivity, "name", "Activiteit")
    contacts = people_field("Bereik in contacten", help_text="Zoals het medium telt. Contacten zijn geen mensen.")
    source = text_of(CampaignActivity, "source", "Bron van het bereik")


class AgreementForm(EntryForm):
    """An agreement with a partner."""

    model = Agreement
    on = day_field("Getekend op")
    library = LibraryField(required=True)
    partner = text_of(Agreement, "partner", "Partner", "De naam van de organisatie, niet van een mens.")
    names_partner = forms.BooleanField(label="Benoemt de samenwerkingspartner", required=False)
    has_goals = forms.BooleanField(label="Doelen en verwachtingen", required=False)
    has_plan = forms.BooleanField(label="Actieplan", required=False)
    has_timeline = forms.BooleanField(label="Tijdlijn", required=False)
    has_roles = forms.BooleanField(label="Rollen en verantwoordelijkheden", required=False)


class RiskForm(EntryForm):
    """How a risk stands."""

    model = RiskNote
    risk = forms.ModelChoiceField(
        Risk.objects.all(),
        label="Risico",
        empty_label="Kies…",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Kies een risico uit de lijst."),
    )
    on = day_field("Stand op")
    figure = text_of(RiskNote, "figure", "Cijfer", "Zoals: 3 meldingen, of 62 % van het jaardoel.")
    trend = choice_of(RiskNote.Trend.choices, "Het risico")
    measure = text_of(RiskNote, "measure", "Maatregel", long=True)
    owner = text_of(RiskNote, "owner", "Wie doet het?", "Een functie, geen naam.")
    due_on = day_field("Klaar op")


class StoryForm(EntryForm):
    """A story of a quarter."""

    model = Story
    quarter = choice_of([], "Kwartaal")
    library = LibraryField()
    title = text_of(Story, "title", "Titel")
    text = text_of(
        Story,
        "text",
        "Verhaal",
        "Zonder naam, adres, telefoonnummer of iets anders waaraan iemand te herkennen is. Hooguit 1.200 tekens.",
        long=True,
    )
    no_names = forms.BooleanField(
        label="Ik heb gekeken: de woorden met een hoofdletter zijn geen mensen", required=False
    )

    def __init__(self, *args, quarters: list[Quarter], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 8
        choices = [(str(each), each.label) for each in quarters]
        self.fields["quarter"].choices = [("", "Kies…"), *choices]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "quarter": Quarter.parse(self.cleaned_data["quarter"])}


class UseForm(forms.Form):
    """What members of one library used in a quarter; what was not counted stays empty."""

    use_required_attribute = False

    quarter = choice_of([], "Kwartaal")
    members = people_field("Leden met een voucher naar wie u keek", help_text="Alleen het aantal.")
    borrowed = people_field("Leenden iets", required=False)
    online = people_field("Gebruikten de online Bibliotheek", required=False)
    took_part = people_field("Deden mee aan een activiteit of cursus", required=False)
    helped = people_field("Kregen hulp aan het informatiepunt", required=False)

    def __init__(self, *args, quarters: list[Quarter], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each), each.label) for each in quarters]
        self.fields["quarter"].choices = [("", "Kies…"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """No more users than members, and at least one count; said at the field that it is about."""
        found = super().clean() or {}
        members = found.get("members")
        if members == 0:
            self.add_error("members", "Keek u naar geen enkel lid? Dan hoeft u niets in te vullen.")
        for name in LibraryUse.COUNTS:
            count = found.get(name)
            if members and count is not None and count > members:
                self.add_error(name, "Dit is meer dan 100 %: dit aantal is groter dan het aantal leden hierboven.")
        if members and not self.errors and all(found.get(name) is None for name in LibraryUse.COUNTS):
            self.add_error("borrowed", "Vul minstens één van de vier aantallen in.")
        return found

    @property
    def counts(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in LibraryUse.COUNTS}
