"""The form in which people write in a report: a field per place, each guarded as its column is."""

from collections.abc import Iterator, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from reporting.editions.models import ReportEdition, ReportText, TextPlace

HELP = {
    TextPlace.SUMMARY: "Eén of twee zinnen die een bestuurder moet weten.",
    TextPlace.FUND: "Waarom loopt het fonds zo, en wat volgt er?",
    TextPlace.PLACES: "Welke gemeenten lopen voor of achter, en waardoor?",
    TextPlace.RISKS: "Wat vraagt aandacht in het volgende kwartaal?",
}
COLUMN = ReportText._meta.get_field("text")


class TextsForm(forms.Form):
    """All texts of a report. `seen` is the newest text that whoever types has seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, there: Mapping[str, ReportText], missed: tuple[str, ...] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.there = there
        for place in TextPlace:
            letter = place.value[-1].upper()
            lacks = place.value.startswith("why_") and letter in missed
            self.fields[place.value] = forms.CharField(
                label=str(place.label),
                help_text="Dit doel is niet gehaald. Schrijf waarom." if lacks else HELP.get(place, ""),
                initial=there[place].text if place in there else "",
                required=False,
                max_length=COLUMN.max_length,
                widget=forms.Textarea(attrs={"rows": 3, "data-writes": place.value}),
            )

    def clean(self) -> dict:
        data = super().clean() or {}
        for place in TextPlace.values:
            try:
                data[place] = COLUMN.clean(data.get(place) or "", None)
            except ValidationError as error:
                self.add_error(place, error)
        return data

    def overtaken(self, newest: Mapping[str, ReportText], by) -> bool:
        """Somebody else wrote at a place that is changed here, after this page was opened: it is said at that place."""
        seen = self.cleaned_data.get("seen") or 0
        for place, text in self.changes():
            now = newest.get(place)
            if now and now.pk > seen and now.written_by_id != by.pk and now.text != text:
                self.add_error(
                    place, f"{now.written_by} schreef hier net: ‘{now.text}’ Bewaart u nog eens, dan staat uw tekst er."
                )
        return bool(self.errors)

    def changes(self) -> Iterator[tuple[str, str]]:
        """Every place with what was typed there, where that is another text than the one that the page showed."""
        for place in self.changed_data:
            if place in TextPlace.values and place in self.cleaned_data:
                yield place, self.cleaned_data[place]

    def by_place(self) -> Iterator[tuple[str, BoundField]]:
        """The fields, each with its place."""
        for place in TextPlace.values:
            yield place, self[place]


class AskForm(forms.Form):
    """What a new version says of itself."""

    changes = forms.CharField(
        label="Wat is er anders dan in de vorige versie?",
        help_text="De provincie leest dit bovenaan.",
        max_length=ReportEdition._meta.get_field("changes").max_length,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
