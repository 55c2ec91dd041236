"""A form in which Cubiss records something about an intermediary: judged by its rule, told, and back to its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from kbl.organisations.models import Organisation


class Refused(Exception):
    """The rule does not allow what was filled in: `sentence` says why, at the form's `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


def record(
    request: HttpRequest,
    organisation: Organisation,
    form: type[Form],
    act: Callable[[dict[str, Any]], str],
    *,
    initial: dict[str, Any],
    template: str,
    **shown: Any,
) -> HttpResponse:
    """Show the form; on a good post do `act` with what was filled in. It returns what to tell, or raises Refused."""
    posted = request.method == "POST"
    filled = form(request.POST if posted else None, initial=initial)
    if posted and filled.is_valid():
        try:
            told = act(filled.cleaned_data)
        except Refused as refused:
            filled.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, told)
            return redirect("cubiss:organisation", slug=organisation.slug)
    page = {"form": filled, "organisation": organisation, **shown}
    return render(request, template, page, status=422 if filled.errors else 200)
