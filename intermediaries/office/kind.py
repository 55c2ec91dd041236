"""Cubiss says of which kind an intermediary is."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from intermediaries.kinds import kinds
from intermediaries.kinds.kinds import Kinds
from intermediaries.kinds.models import IntermediaryKind
from intermediaries.office.recording import record
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now
from kbl.organisations.models import Organisation

ONLY_COORDINATOR_SAYS = "Alleen de coördinator van Cubiss kiest de soort van een intermediair. U kunt hem bekijken."


class KindForm(forms.Form):
    """Of which kind an intermediary is."""

    use_required_attribute = False

    kind = forms.TypedChoiceField(
        label="Soort",
        choices=IntermediaryKind.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een soort.", "invalid_choice": "Kies een soort uit de lijst."},
    )


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_SAYS)
def intermediary_kind(request: ActingRequest, slug: str) -> HttpResponse:
    """Choose the kind of an intermediary, filled in with what holds now."""
    organisation = get_object_or_404(Organisation, slug=slug)

    def say(filled: dict[str, Any]) -> str:
        added = kinds.say(organisation, filled["kind"], by=request.acting.user, at=now())
        return f"De soort van {organisation} {'is vastgelegd' if added else 'was al zo vastgelegd'}."

    holds = Kinds.known().said.get(organisation.pk) or kinds.told_by_track(organisation)
    initial = {"kind": holds or None}
    return record(request, organisation, KindForm, say, initial=initial, template="cubiss/intermediary_kind.html")
