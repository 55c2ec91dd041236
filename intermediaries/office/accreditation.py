"""Cubiss accredits intermediaries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from intermediaries import accreditation
from intermediaries.accreditation import AccreditationRefused
from intermediaries.models import Accreditation
from intermediaries.office.accreditation_forms import AccreditForm, EndForm
from intermediaries.office.recording import Refused, record
from intermediaries.sentences import about_period
from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import today
from kbl.organisations.models import Organisation

ONLY_COORDINATOR_ACCREDITS = "Alleen de coördinator van Cubiss verandert accreditaties. U kunt ze wel bekijken."


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_ACCREDITS)
def accredit(request: HttpRequest, slug: str) -> HttpResponse:
    """Let an organisation hand out from a day on."""
    organisation = get_object_or_404(Organisation, slug=slug)

    def begin(filled: dict[str, Any]) -> str:
        try:
            accreditation.accredit(organisation, **filled)
        except AccreditationRefused as refused:
            late = refused.reason == AccreditationRefused.Reason.BEFORE_START
            raise Refused("valid_until" if late else "valid_from", about_period(refused)) from None
        return f"{organisation} is nu geaccrediteerd."

    initial = {"valid_from": today(), "protocol": "1.0"}
    return record(request, organisation, AccreditForm, begin, initial=initial, template="cubiss/accredit.html")


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_ACCREDITS)
def accreditation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on which day an accreditation ends."""
    running = get_object_or_404(Accreditation.objects.select_related("organisation"), pk=pk)

    def end(filled: dict[str, Any]) -> str:
        try:
            accreditation.end(running, last_day=filled["last_day"])
        except AccreditationRefused as refused:
            raise Refused("last_day", about_period(refused)) from None
        return "De laatste dag van de accreditatie staat vast."

    return record(
        request,
        running.organisation,
        EndForm,
        end,
        initial={"last_day": today()},
        template="cubiss/accreditation_end.html",
        accreditation=running,
    )
