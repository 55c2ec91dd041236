"""The hidden key of a form that asks for work: pressing twice is asking once."""

from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict


class KeyField(forms.UUIDField):
    """A fresh key with every empty form, which comes back with what was filled in; a garbled one is replaced."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs) -> None:
        super().__init__(required=False, initial=uuid4, **kwargs)

    def clean(self, value: str) -> UUID:
        try:
            return super().clean(value) or uuid4()
        except forms.ValidationError:
            return uuid4()


def renew_key(form: forms.Form, name: str = "key") -> None:
    """Give a form that was filled in another key: pressing it again is a new question."""
    typed = QueryDict(mutable=True)
    typed.update(form.data)
    typed[form.add_prefix(name)] = str(uuid4())
    form.data = typed
