"""Cubiss says which municipalities an intermediary serves."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from intermediaries.office.recording import Refused, record
from intermediaries.sentences import about_service_area
from intermediaries.service_areas import areas
from intermediaries.service_areas.areas import ServiceAreaRefused, ServiceAreas
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.organisations.models import Municipality, Organisation
from kbl.organisations.picking import PickManyField
from vouchers.fields import day_field

ONLY_COORDINATOR_SAYS = "Alleen de coördinator van Cubiss verandert een werkgebied. U kunt het wel bekijken."


class ServiceAreaForm(forms.Form):
    """What an intermediary serves from a day on."""

    use_required_attribute = False

    first_day = day_field("Vanaf", help_text="Wat voor die dag gold, blijft gelden voor wat toen is uitgereikt.")
    municipalities = PickManyField(
        Municipality.objects.all(),
        source="gemeenten",
        one_more="Nog een gemeente",
        label="Gemeenten",
        error_messages={
            "required": "Kies minstens één gemeente.",
            "invalid_choice": "Kies gemeenten uit de lijst.",
            "invalid_pk_value": "Kies gemeenten uit de lijst.",
        },
    )


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_SAYS)
def service_area(request: ActingRequest, slug: str) -> HttpResponse:
    """Which municipalities an intermediary serves from a day on, filled in with what holds now."""
    organisation = get_object_or_404(Organisation, slug=slug)

    def serve(filled: dict[str, Any]) -> str:
        try:
            added = areas.serve(organisation, by=request.acting.user, at=now(), **filled)
        except ServiceAreaRefused as refused:
            raise Refused("first_day", about_service_area(refused)) from None
        return f"Het werkgebied van {organisation} {'is vastgelegd' if added else 'was al zo vastgelegd'}."

    serves = ServiceAreas.known().served(organisation.pk, organisation.municipality_id, today())
    initial = {"first_day": today(), "municipalities": list(serves)}
    return record(request, organisation, ServiceAreaForm, serve, initial=initial, template="cubiss/service_area.html")
