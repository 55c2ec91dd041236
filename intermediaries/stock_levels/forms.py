"""The form for minimum levels: the same for Cubiss and for the intermediary itself."""

from django import forms
from django.http import HttpRequest

from intermediaries.orders.sentences import ON_PAPER
from intermediaries.stock_levels import levels
from intermediaries.stock_levels.levels import Supply
from kbl.clock import now, today
from kbl.organisations.models import Organisation
from vouchers.fields import CountField
from vouchers.numbers import LARGEST_RANGE

HOW_MANY = {
    "required": "Vul in hoeveel vouchers u wilt.",
    "invalid": "Vul een heel getal in, bijvoorbeeld 500 of 12.500.",
    "min_value": "Bestel minstens 1 voucher.",
    "max_value": "Bestel er hooguit 1.000.000 tegelijk.",
}


def count_field(**kwargs) -> CountField:
    """How many vouchers."""
    return CountField(min_value=1, max_value=LARGEST_RANGE, error_messages=HOW_MANY, **kwargs)


class LevelForm(forms.Form):
    """When a medium is low, and up to how many it is filled."""

    use_required_attribute = False

    minimum = CountField(
        label="Waarschuw onder",
        min_value=0,
        max_value=LARGEST_RANGE - 1,
        error_messages={
            "required": "Vul een getal in; 0 is ook goed.",
            "invalid": "Vul een heel getal in, bijvoorbeeld 500 of 12.500.",
            "min_value": "Vul 0 of meer in.",
            "max_value": "Dit getal is te groot.",
        },
    )
    fill_up_to = count_field(label="Vul aan tot")

    def clean(self) -> dict:
        data = super().clean() or {}
        if None not in (data.get("minimum"), data.get("fill_up_to")) and data["fill_up_to"] <= data["minimum"]:
            self.add_error("fill_up_to", f"Vul aan tot meer dan {data['minimum']}.")
        return data


Rows = list[tuple[Supply, str, LevelForm]]


def level_forms(request: HttpRequest, organisation: Organisation) -> Rows:
    """A form per medium, filled in with what holds now."""
    return [
        (
            each,
            ON_PAPER[each.medium],
            LevelForm(
                request.POST or None,
                prefix=each.medium,
                initial={"minimum": each.level.minimum, "fill_up_to": each.level.fill_up_to},
            ),
        )
        for each in levels.supply(organisation, today())
    ]


def save_levels(organisation: Organisation, forms: Rows, *, by) -> bool:
    """Keep what was changed; False when something is not right. What nobody touched stays a matter of use."""
    valid = [form.is_valid() for _, _, form in forms]
    if not all(valid):
        return False
    for each, _, form in forms:
        if form.has_changed():
            levels.set_level(organisation, medium=each.medium, **form.cleaned_data, by=by, at=now())
    return True
