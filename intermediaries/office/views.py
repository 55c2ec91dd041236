"""What Cubiss does for intermediaries: make vouchers for them, and accredit them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries import accreditation
from intermediaries.accreditation import AccreditationRefused, NotAccredited
from intermediaries.jobs import ask_for_batch
from intermediaries.models import Accreditation
from intermediaries.office.forms import AccreditForm, BatchForm, EndForm
from intermediaries.sentences import about_accreditation, about_period
from kbl.accounts.access import requires_audience
from kbl.accounts.models import Audience, Role
from kbl.clock import now, today
from kbl.jobs.fields import renew_key
from kbl.jobs.work import AlreadyAsked
from kbl.organisations.models import Organisation, Programme
from vouchers.batches import BatchRefused
from vouchers.office.custody import ONLY_COORDINATOR
from vouchers.sentences import about_batch

ONLY_COORDINATOR_ACCREDITS = "Alleen de coördinator van Cubiss verandert accreditaties. U kunt ze wel bekijken."


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Role.CUBISS_COORDINATOR, because=ONLY_COORDINATOR)
def batch_new(request: HttpRequest) -> HttpResponse:
    """Ask for a batch, in our own stock or straight for an intermediary; the job's page shows how it goes."""
    form = BatchForm(request.POST or None, valid_until=Programme.current().ends_on)
    asked_before = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            job = ask_for_batch(
                data["intermediary"],
                count=data["count"],
                medium=data["medium"],
                valid_until=data["valid_until"],
                by=request.user,
                at=now(),
                key=data["key"],
            )
        except NotAccredited as refused:
            form.add_error("intermediary", about_accreditation(refused))
        except BatchRefused as refused:
            about_day = refused.reason == BatchRefused.ALREADY_EXPIRED
            form.add_error("valid_until" if about_day else "count", about_batch(refused))
        except AlreadyAsked as asked:
            asked_before = asked.job
            renew_key(form)
        else:
            return redirect("cubiss:job", pk=job.pk)
    page = {"form": form, "asked_before": asked_before}
    return render(request, "cubiss/batch_new.html", page, status=422 if form.errors or asked_before else 200)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Role.CUBISS_COORDINATOR, because=ONLY_COORDINATOR_ACCREDITS)
def accredit(request: HttpRequest, slug: str) -> HttpResponse:
    """Let an organisation hand out from a day on."""
    organisation = get_object_or_404(Organisation, slug=slug)
    form = AccreditForm(request.POST or None, initial={"valid_from": today(), "protocol": "1.0"})
    if request.method == "POST" and form.is_valid():
        try:
            accreditation.accredit(organisation, **form.cleaned_data)
        except AccreditationRefused as refused:
            late = refused.reason == AccreditationRefused.BEFORE_START
            form.add_error("valid_until" if late else "valid_from", about_period(refused))
        else:
            messages.success(request, f"{organisation} is nu geaccrediteerd.")
            return redirect("cubiss:organisation", slug=organisation.slug)
    page = {"form": form, "organisation": organisation}
    return render(request, "cubiss/accredit.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Role.CUBISS_COORDINATOR, because=ONLY_COORDINATOR_ACCREDITS)
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
