"""What of the programme the dashboard shows: a period, a track, a municipality, a library. All of it in the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django import forms

from intermediaries.models import Track
from kbl.organisations.models import Municipality, Organisation, Programme
from kbl.organisations.picking import PickField
from kbl.periods import Quarter, quarters

FROM_THE_START = "start"


def month_of(day: date) -> int:
    """A month as one number: 12 times the year and the months before it, as the day summary keeps it."""
    return day.year * 12 + day.month - 1


@dataclass(frozen=True)
class Period:
    """Whole months, the last one included; `name` is how it stands in the address."""

    name: str
    label: str
    first: int
    last: int

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def is_whole(self) -> bool:
        """Since the start."""
        return self.name == FROM_THE_START


def periods(on: date, programme: Programme | None) -> list[Period]:
    """This year first, then the earlier years, the quarters from new to old, and the whole programme."""
    starts = min(programme.starts_on if programme else on, on)
    years = [
        Period(str(year), str(year), year * 12, min(year * 12 + 11, month_of(on)))
        for year in range(on.year, starts.year - 1, -1)
    ]
    each = [
        Period(str(one), one.label, month_of(one.first_day), min(month_of(one.last_day), month_of(on)))
        for one in reversed(list(quarters(starts, on)))
    ]
    whole = Period(FROM_THE_START, "sinds de start", month_of(Quarter.of(starts).first_day), month_of(on))
    return [*years, *each, whole]


class DashboardFilterForm(forms.Form):
    """What was asked; anything strange is told at its field, and shows everything there."""

    periode = forms.ChoiceField(label="Periode", required=False)
    spoor = forms.TypedChoiceField(label="Spoor", required=False, coerce=int, empty_value=None)
    gemeente = PickField(
        Municipality.objects.order_by("name"),
        source="gemeenten",
        guesses=True,
        label="Gemeente",
        required=False,
        empty_label="Alle",
    )
    bibliotheek = PickField(
        Organisation.objects.filter(participation__isnull=False).order_by("name"),
        source="bibliotheken",
        guesses=True,
        label="Bibliotheek",
        required=False,
        empty_label="Alle",
    )

    def __init__(self, *args, periods: Sequence[Period], municipalities: Sequence[Municipality], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        found = {
            "periode": [(each.name, each.label) for each in periods],
            "spoor": [("", "Alle"), *Track.choices],
        }
        for name, choices in found.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["gemeente"].rows = municipalities  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Filters:
    """What is shown. `form` holds what was typed, with what was wrong with it."""

    form: DashboardFilterForm
    period: Period
    track: int | None
    municipality: Municipality | None
    library: Organisation | None
    municipalities: Sequence[Municipality]
    programme: Programme | None

    @classmethod
    def of(cls, asked, on: date) -> "Filters":
        """As the address asks; this year when it asks nothing."""
        programme = Programme.objects.first()
        every = periods(on, programme)
        data = {name: asked.get(name, "") for name in ("periode", "spoor", "gemeente", "bibliotheek")}
        places = list(Municipality.objects.order_by("name"))
        asks = {**data, "periode": data["periode"] or every[0].name}
        form = DashboardFilterForm(asks, periods=every, municipalities=places)
        form.is_valid()
        found = form.cleaned_data
        period = next((each for each in every if each.name == found.get("periode")), every[0])
        place, library = found.get("gemeente"), found.get("bibliotheek")
        return cls(form, period, found.get("spoor"), place, library, places, programme)

    @property
    def narrows(self) -> bool:
        """It shows a part of the programme, whatever the period."""
        return bool(self.track or self.municipality or self.library)

    @cached_property
    def words(self) -> str:
        """`2026 · spoor 4 Rechtstreeks en IDO · Venlo`."""
        parts = [self.period.label]
        if self.track:
            parts.append(f"spoor {Track(self.track).label}")
        return " · ".join([*parts, *(str(each) for each in (self.municipality, self.library) if each)])

    def query(self, **otherwise: object) -> str:
        """The filters as they stand in an address, some of them otherwise."""
        words: dict[str, object] = {
            "periode": self.period.name,
            "spoor": self.track,
            "gemeente": self.municipality and self.municipality.pk,
            "bibliotheek": self.library and self.library.pk,
            **otherwise,
        }
        return urlencode({name: value for name, value in words.items() if value})
