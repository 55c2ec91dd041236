"""Cubiss accredits intermediaries."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries import accreditation
from intermediaries.accreditation import AccreditationRefused
from intermediaries.models import Accreditation
from intermediaries.office.accreditation_forms import AccreditForm, EndForm
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
    form = AccreditForm(request.POST or None, initial={"valid_from": today(), "protocol": "1.0"})
    if request.method == "POST" and form.is_valid():
        try:
            accreditation.accredit(organisation, **form.cleaned_data)
        except AccreditationRefused as refused:
            late = refused.reason == AccreditationRefused.Reason.BEFORE_START
            form.add_error("valid_until" if late else "valid_from", about_period(refused))
        else:
            messages.success(request, f"{organisation} is nu geaccrediteerd.")
            return redirect("cubiss:organisation", slug=organisation.slug)
    page = {"form": form, "organisation": organisation}
    return render(request, "cubiss/accredit.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_ACCREDITS)
def accreditation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on which day an accreditation ends."""
    running = get_object_or_404(Accreditation.objects.select_related("organisation"), pk=pk)
    form = EndForm(request.POST or None, initial={"last_day": today()})
    if request.method == "POST" and form.is_valid():
        try:
            accreditation.end(running, last_day=form.cleaned_data["last_day"])
        except AccreditationRefused as refused:
            form.add_error("last_day", about_period(refused))
        else:
            messages.success(request, "De laatste dag van de accreditatie staat vast.")
            return redirect("cubiss:organisation", slug=running.organisation.slug)
    page = {"form": form, "accreditation": running, "organisation": running.organisation}
    return render(request, "cubiss/accreditation_end.html", page, status=422 if form.errors else 200)
