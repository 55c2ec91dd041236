"""The forms of the worklists: what to show, and which answer to give."""

from datetime import date

from django import forms

from intermediaries.models import Track
from kbl.discrepancies.answers import AnswerRefused, check, pauses
from kbl.discrepancies.discrepancy import Discrepancy
from kbl.discrepancies.models import PAUSES, AnswerWords
from kbl.discrepancies.sentences import about_refused
from kbl.discrepancies.worklist import RowOrder, RowState, WorklistFilter
from kbl.facts import RevokeReason
from kbl.organisations.models import Organisation
from kbl.organisations.picking import PickField, municipality_filter


def day_field(label: str, **more) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more
    )


class FilterForm(forms.Form):
    """What to show; anything strange shows everything."""

    stand = forms.ChoiceField(label="Stand", choices=RowState.choices, required=False, initial=RowState.OPEN)
    organisatie = PickField(
        Organisation.objects.none(),
        source="organisaties",
        guesses=True,
        label="Organisatie",
        required=False,
        empty_label="Alle organisaties",
    )
    gemeente = municipality_filter()
    spoor = forms.TypedChoiceField(
        label="Spoor", choices=[("", "Alle sporen"), *Track.choices], coerce=int, empty_value=None, required=False
    )
    ouder = forms.TypedChoiceField(
        label="Ouder dan",
        choices=[
            ("", "Elke leeftijd"),
            ("14", "14 dagen"),
            ("30", "30 dagen"),
            ("90", "90 dagen"),
            ("180", "180 dagen"),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    van = day_field("Van")
    tot = day_field("Tot en met")
    volgorde = forms.ChoiceField(label="Volgorde", choices=RowOrder.choices, required=False, initial=RowOrder.OLDEST)

    def __init__(self, *args, parties, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisatie"].queryset = parties  # type: ignore[attr-defined]

    def chosen(self) -> WorklistFilter:
        """The filter as it was asked; a field that could not be read is left out."""
        self.is_valid()
        found = self.cleaned_data
        organisation, municipality = found.get("organisatie"), found.get("gemeente")
        return WorklistFilter(
            organisation=organisation.pk if organisation else None,
            municipality=municipality.pk if municipality else None,
            track=found.get("spoor"),
            older_than=found.get("ouder"),
            since=found.get("van"),
            until=found.get("tot"),
            state=RowState(found.get("stand") or RowState.OPEN),
            order=RowOrder(found.get("volgorde") or RowOrder.OLDEST),
        )


class AnswerForm(forms.Form):
    """One of the answers of a class; a day only for those that come back."""

    antwoord = forms.ChoiceField(label="Wat is uw antwoord?", error_messages={"required": "Kies een antwoord."})
    terug = day_field("Terug in de lijst op", help_text="Alleen bij een antwoord dat nog niet het laatste is.")

    def __init__(self, *args, of: Discrepancy, on: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.of, self.on = of, on
        words = [(each.value, _label(each)) for each in of.offered]
        first = [] if len(words) == 1 else [("", "Kies een antwoord")]
        self.fields["antwoord"].choices = [*first, *words]  # type: ignore[attr-defined]

    def clean(self) -> dict:
        """The day is filled in where it is usual; what cannot be is said with the field."""
        data = super().clean() or {}
        words, until = data.get("antwoord"), data.get("terug")
        if not words or "terug" in self.errors:
            return data
        if pauses(words) and until is None:
            until = data["terug"] = self.on + PAUSES[AnswerWords(words)]
        try:
            check(self.of, words, until, on=self.on)
        except AnswerRefused as refused:
            self.add_error("terug", about_refused(refused))
        return data


def _label(words: AnswerWords) -> str:
    label = str(words.label)
    label = label[:1].upper() + label[1:]
    return f"{label} (over {PAUSES[AnswerWords(words)].days} dagen terug in de lijst)" if pauses(words) else label


class RevokeForm(forms.Form):
    """Why an answer is taken back."""

    reden = forms.ChoiceField(
        label="Waarom trekt u dit antwoord in?",
        choices=[
            (each.value, each.label)
            for each in (RevokeReason.CORRECTION, RevokeReason.TWICE, RevokeReason.DID_NOT_HAPPEN)
        ],
    )
