"""What looks like somebody in the office's own lists, by place; the coordinator clears it."""

from collections.abc import Iterable
from typing import assert_never

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.accounts.roles import Right
from reporting.clearing import clearing
from reporting.clearing.clearing import Fixed
from reporting.models import ClearedText

LOOKS = {
    "bsn": "een BSN",
    "iban": "een rekeningnummer",
    "email": "een e-mailadres",
    "phone": "een telefoonnummer",
    "address": "een huisadres",
}


class PlaceForm(forms.Form):
    """One place of the list; what stands there is never sent along."""

    table = forms.CharField(max_length=80)
    column = forms.CharField(max_length=80)
    row = forms.CharField(max_length=80)


def why(fixed: Fixed) -> str:
    """Why this stays, and who can do something about it."""
    match fixed:
        case Fixed.FROZEN:
            return (
                "Dit staat vast: het hoort bij een feit of een stuk dat al is verstuurd. Overleg met uw functionaris "
                "gegevensbescherming."
            )
        case Fixed.ACCOUNT:
            return "Dit verandert met het rekeningnummer, met een tweede persoon."
        case Fixed.PROGRAM:
            return "Dit schrijft KBL zelf. Meld het aan uw beheerder."
        case _:
            assert_never(fixed)


def looks(names: Iterable[str]) -> str:
    """`een BSN en een telefoonnummer`."""
    return " en ".join(LOOKS.get(each, each) for each in names)


def was(cleared: ClearedText) -> str:
    """`Organisatie 3, plaats: leek op een e-mailadres`."""
    place = clearing.place_of(cleared.in_table, cleared.in_column, cleared.of_row, cleared.looks.split(", "))
    return f"{capfirst(place.kind)} {place.row}, {place.named}: leek op {looks(place.looks)}"


@require_safe
@requires_audience(Audience.CUBISS)
def personal_data(request: ActingRequest) -> HttpResponse:
    """Where something stands that looks like somebody's, and what was cleared before."""
    found, kept_at = clearing.found_lately()
    context = {
        "found": [(each, looks(each.looks), why(each.fixed) if each.fixed else "") for each in found],
        "kept_at": kept_at,
        "cleared": [(each, was(each)) for each in ClearedText.objects.select_related("cleared_by")[:50]],
        "may_clear": request.acting.may(Right.COORDINATE),
    }
    return render(request, "cubiss/audit/personal_data.html", context)


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because="Wissen doet de coördinator.")
def clear(request: ActingRequest) -> HttpResponse:
    """Clear one place. Twice is once: the second finds nothing there."""
    form = PlaceForm(request.POST)
    try:
        if not form.is_valid():
            raise clearing.NothingThere
        clearing.clear(**form.cleaned_data, by=request.acting.user, at=clock.now())
    except clearing.NothingThere:
        messages.info(request, "Hier staat niets meer dat gewist kan worden.")
    else:
        messages.success(request, "Het is gewist. Wat er stond, is nergens bewaard.")
    return redirect("cubiss:personal_data")
