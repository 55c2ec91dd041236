"""Choosing an organisation, a municipality or a branch: from a list while that is short, by typing when it is long.

One rule for the whole house: up to `MOST_IN_A_LIST` names are a list. More become a box in which somebody types (a part
of) the name and gets the names that fit (kbl/search/choosing.py). Without a script it is the same box: the name is
looked up when the form comes in, and of whom it cannot tell it says who can be meant. What was typed stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kbl.formats import number
from kbl.organisations import naming
from kbl.organisations.models import Branch, Municipality, Organisation

MOST_IN_A_LIST = 60
MOST_OFFERED = 12
MOST_NAMED = 4  # in a sentence
SOURCE_OF: dict[type[Model], str] = {Organisation: "organisaties", Municipality: "gemeenten", Branch: "vestigingen"}
LONGEST = 200
ROOM = 4  # boxes for more names
HELP = "Typ een deel van de naam en kies."


def called(row: Model) -> str:
    """What a row is called where it is chosen: a branch with its library, because many are called the same."""
    return f"{row.organisation}: {row}" if isinstance(row, Branch) else str(row)


def options(rows: Iterable[Model]) -> SafeString:
    """The names that fit, for the list under the box; an organisation with its place."""
    return format_html_join(
        "",
        '<option value="{}">{}</option>',
        ((called(each), (each.city if isinstance(each, Organisation) else "") or called(each)) for each in rows),
    )


class NameInput(forms.TextInput):
    """A box to type a name in, with the names that fit under it: the browser's own list, so by keyboard too."""

    def __init__(self, source: str, attrs: dict | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", "maxlength": LONGEST, **(attrs or {})})
        self.source = source
        self.offered: list[Model] = []

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        found = context["widget"]["attrs"]
        offers = f"{found.get('id', name)}_namen"
        found.update(
            {
                "list": offers,
                "hx-get": f"{reverse('cubiss:choose', args=[self.source])}?veld={name}",
                "hx-trigger": "input changed delay:150ms",
                "hx-target": f"#{offers}",
                "hx-sync": "this:replace",
            }
        )
        return context

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        offers = self.get_context(name, value, attrs)["widget"]["attrs"]["list"]
        return format_html('{}<datalist id="{}">{}</datalist>', box, offers, options(self.offered))


@dataclass(frozen=True)
class NotTold:
    """Why nobody was found: `offered` are the names that fit (of `count`), or that look like it when none does."""

    typed: str
    offered: list[Model]
    count: int

    @property
    def sentence(self) -> str:
        names = [called(each) for each in self.offered[:MOST_NAMED]]
        if not names:
            return f"“{self.typed}” staat niet in deze lijst. Kijk de naam na."
        if self.count > 1:
            shown = " of ".join(filter(None, (", ".join(names[:-1]), names[-1])))
            words = f"Bij “{self.typed}” passen {number(self.count)} namen: {shown}."
            return words.replace(f" of {names[-1]}.", f", {names[-1]} …") if self.count > MOST_NAMED else words
        return f"“{self.typed}” staat niet in deze lijst. Bedoelt u {' of '.join(names)}? Typ of kies die naam."


def first_of(among: Any) -> list[Model]:
    """As many as a list may have, and one more if there are more."""
    return list(among[: MOST_IN_A_LIST + 1])


def resolve(typed: str, among: Any, *, guesses: bool) -> Model | NotTold:
    """Who is meant by what was typed: the whole name, or (with `guesses`) the only one that fits."""
    fits = naming.named(typed, among)
    found = list(fits[: MOST_OFFERED + 1])
    whole = [each for each in found if each.closeness == naming.WHOLE]
    if len(whole) > 1:
        whole = [each for each in whole if called(each) == typed] or whole
    if len(whole) == 1:
        return whole[0]
    if guesses and len(found) == 1:
        return found[0]
    if not found:
        return NotTold(typed, naming.near(typed, among), 0)
    return NotTold(typed, found[:MOST_OFFERED], len(found) if len(found) <= MOST_OFFERED else fits.count())


def by_key(value: Any, among: Any) -> Model | None:
    """Who has this key, as links have it."""
    text = str(value)
    return among.filter(pk=text).first() if text.isdecimal() and text.isascii() and len(text) < 19 else None


def shown_as(value: Any, among: Any) -> Any:
    """A row, or the key that a link or the row brings, as the name; what was typed as it was typed."""
    if isinstance(value, Model):
        return called(value)
    row = by_key(value, among)
    if row is None or isinstance(resolve(str(value), among, guesses=False), Model):
        return value
    return called(row)


class PickField(forms.ModelChoiceField):
    """One of `queryset`; `source` is where the box gets its names (kbl/search/choosing.py).

    `guesses`: for a filter, which takes the only name that fits; what records something asks for the whole name.
    """

    def __init__(self, queryset: QuerySet, *, source: str, guesses: bool = False, **kwargs: Any) -> None:
        super().__init__(queryset, **kwargs)
        self.source, self.guesses = source, guesses
        self.is_long: bool | None = None
        self.rows: Sequence[Model] | None = None  # whoever has read them all already, gives them here

    def label_from_instance(self, obj: Model) -> str:
        return called(obj)

    def decide(self) -> None:
        """A list or a box, by how many there are to choose from; one question, which is also what the list shows."""
        if self.is_long is not None:
            return
        if self.rows is None:
            self.rows = first_of(self.queryset)
        self.is_long = len(self.rows) > MOST_IN_A_LIST
        if not self.is_long:
            first = [("", self.empty_label)] if self.empty_label is not None else []
            self.choices = [*first, *((each.pk, called(each)) for each in self.rows)]
            return
        attrs = {key: value for key, value in self.widget.attrs.items() if key != "size"}
        if self.guesses and self.empty_label:
            attrs["placeholder"] = self.empty_label
        self.widget = NameInput(self.source, attrs)
        self.widget.is_required = self.required
        if not self.guesses:
            self.help_text = f"{HELP} {self.help_text}".strip()

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        self.decide()
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        if not self.is_long or value in self.empty_values:
            return super().prepare_value(value)
        return shown_as(value, self.queryset)

    def to_python(self, value: Any) -> Any:
        self.decide()
        typed = " ".join(str(value or "").split())[:LONGEST]
        if not typed:
            return None
        if not self.is_long:
            key = str(value.pk if isinstance(value, Model) else value)
            if row := next((each for each in self.rows or () if str(each.pk) == key), None):
                return row
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        found = resolve(typed, self.queryset, guesses=self.guesses)
        if isinstance(found, NotTold) and (row := by_key(typed, self.queryset)):
            return row
        if isinstance(found, NotTold):
            self.widget.offered = found.offered
            raise forms.ValidationError(found.sentence, code="invalid_choice")
        return found


class NamesInput(forms.Widget):
    """What is chosen as boxes that are ticked, and room to type a few names more."""

    use_fieldset = True

    def __init__(self, source: str, queryset: Any, one_more: str) -> None:
        super().__init__()
        self.source, self.queryset, self.one_more = source, queryset, one_more

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> SafeString:
        asked = [str(getattr(each, "pk", each)) for each in value or [] if str(each).strip()]
        known = self.queryset.in_bulk([int(each) for each in asked if each.isdecimal() and len(each) < 19])
        ticked = [known[int(each)] for each in asked if each.isdecimal() and len(each) < 19 and int(each) in known]
        typed = [each for each in asked if not each.isdecimal() or len(each) >= 19 or int(each) not in known]
        base = (attrs or {}).get("id", f"id_{name}")
        boxes = format_html_join(
            "",
            '<label class="kbl-check"><input type="checkbox" name="{}" value="{}" checked><span>{}</span></label>',
            ((name, each.pk, called(each)) for each in ticked),
        )
        more = [
            NameInput(self.source, {"aria-label": self.one_more}).render(name, text, {"id": f"{base}_{place}"})
            for place, text in enumerate([*typed, *[""] * max(ROOM - len(typed), 1)])
        ]
        room = format_html_join("", "{}", ((each,) for each in more))
        return format_html('<div class="kbl-choices">{}</div><p>{}:</p>{}', boxes, self.one_more, room)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_0"


class PickManyField(forms.ModelMultipleChoiceField):
    """Several of `queryset`: boxes to tick while there are few; else what is chosen, and room to type more names.

    `one_more` is the label of that room.
    """

    def __init__(self, queryset: QuerySet, *, source: str, one_more: str, **kwargs: Any) -> None:
        super().__init__(queryset, widget=forms.CheckboxSelectMultiple, **kwargs)
        self.source, self.one_more = source, one_more
        self.is_long: bool | None = None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        if self.is_long is None:
            rows = first_of(self.queryset)
            self.is_long = len(rows) > MOST_IN_A_LIST
            if self.is_long:
                self.widget = NamesInput(self.source, self.queryset, self.one_more)
            else:
                self.choices = [(each.pk, called(each)) for each in rows]
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> QuerySet:
        """Names become the keys they are of. Raises ValidationError with a sentence for each that nobody can tell."""
        if not self.is_long:
            return super().clean(value)
        keys, wrong = [], []
        for each in (" ".join(str(each).split())[:LONGEST] for each in value or []):
            found = resolve(each, self.queryset, guesses=False) if each else None
            row = (by_key(each, self.queryset) if isinstance(found, NotTold) else None) or found
            if isinstance(row, NotTold):
                wrong.append(row.sentence)
            elif row:
                keys.append(str(row.pk))
        if wrong:
            raise forms.ValidationError(wrong, code="invalid_choice")
        return super().clean(keys)


def municipality_filter() -> PickField:
    """A list's filter by municipality: empty is all of them."""
    return PickField(
        Municipality.objects.all(),
        source="gemeenten",
        guesses=True,
        label="Gemeente",
        required=False,
        empty_label="Alle gemeenten",
    )
