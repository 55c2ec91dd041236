"""How many: a dot is a thousand in Dutch, and never a comma, wherever a number of things is typed."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django import forms

from vouchers.fields import CountField

HOUSE = ("intermediaries.", "kbl.", "libraries.", "reporting.", "vouchers.")
# Numbers that are no count, or never as large as a thousand.
NOT_TYPED = (forms.HiddenInput, forms.RadioSelect)
SMALL = {
    *("OfferForm.position", "WhatIfForm.tempo", "WhatIfForm.verlengen"),
    *(f"PlanForm.{which}_after" for which in ("first", "second", "third")),
}


def every_form(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for each in base.__subclasses__():
        yield from every_form(each)
        if each.__module__.startswith(HOUSE):
            yield each


@pytest.mark.parametrize("typed", ["1.000", "1 000", "1\N{NO-BREAK SPACE}000", " 1000 "])
def test_a_thousand_is_a_thousand_however_it_is_written(typed):
    assert CountField().clean(typed) == 1000
    assert CountField().clean("1.250.000") == 1_250_000
    assert CountField(min_value=0).clean("0") == CountField(min_value=0).clean(0) == 0


@pytest.mark.parametrize(
    "typed", ["1.00", "10.00", "1,5", "1.0000", "12.5", "veel", "1.000,5", ".000", "1e3", "-1.000"]
)
def test_what_may_be_another_number_is_asked_again(typed):
    with pytest.raises(forms.ValidationError):
        CountField(min_value=0).clean(typed)


def test_no_form_reads_a_thousand_as_one():
    import_module("kbl.urls")
    numbers = {
        f"{form.__name__}.{name}": field
        for form in every_form()
        for name, field in form.base_fields.items()
        if type(field) in (forms.IntegerField, forms.FloatField) and not isinstance(field.widget, NOT_TYPED)
    }
    assert set(numbers) == SMALL
    assert sum(isinstance(field, CountField) for form in every_form() for field in form.base_fields.values()) > 10
