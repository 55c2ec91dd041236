"""The office's page about a library's invoices: the agreement on self-billing with its days, and whose number."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.organisations.models import Organisation
from kbl.settlements.closing import after_closing
from kbl.settlements.office.forms import DayForm, DayInput
from kbl.settlements.sentences import sentence
from kbl.settlements.statements import self_billing
from kbl.settlements.statements.self_billing import AgreementRefused
from libraries.models import Participation

BECAUSE = "Afspraken over facturen legt de coördinator of de financiële medewerker vast. U kunt wel alles bekijken."


class AgreedForm(DayForm):
    """On which day the library and Cubiss agreed, or ended it."""

    on = forms.DateField(
        label="Dag", widget=DayInput, error_messages={"required": "Kies de dag.", "invalid": "Kies een dag."}
    )

    def clean_on(self) -> date | None:
        return self.not_future("on")


@require_safe
@requires_audience(Audience.CUBISS)
def invoicing(request: ActingRequest, slug: str) -> HttpResponse:
    """What is agreed with a library about its invoices."""
    return _page(request, _library(slug))


@require_POST
@requires_audience(Audience.CUBISS, Right.AGREE, because=BECAUSE)
def agree(request: ActingRequest, slug: str) -> HttpResponse:
    """Cubiss enters an agreement that was made on paper, with its day."""
    library = _library(slug)
    form = AgreedForm(request.POST, today=clock.today())
    if form.is_valid():
        try:
            self_billing.agree(library, since=form.cleaned_data["on"], by=request.acting.user, at=clock.now())
        except AgreementRefused as refused:
            form.add_error("on", sentence(refused))
        else:
            after_closing.start_documents_of(library)
            messages.success(request, f"De afspraak met {library} is vastgelegd.")
            return redirect("cubiss:invoicing", slug)
    return _page(request, library, agreeing=form)


@require_POST
@requires_audience(Audience.CUBISS, Right.AGREE, because=BECAUSE)
def end(request: ActingRequest, slug: str) -> HttpResponse:
    """The agreement ends on a day."""
    library = _library(slug)
    form = AgreedForm(request.POST, today=clock.today())
    if form.is_valid():
        try:
            self_billing.end(library, on=form.cleaned_data["on"], by=request.acting.user, at=clock.now())
        except AgreementRefused as refused:
            form.add_error("on", sentence(refused))
        else:
            messages.success(request, f"De afspraak met {library} is beëindigd.")
            return redirect("cubiss:invoicing", slug)
    return _page(request, library, ending=form)


@require_POST
@requires_audience(Audience.CUBISS, Right.AGREE, because=BECAUSE)
def own_numbers(request: ActingRequest, slug: str) -> HttpResponse:
    """Whose number stands on the invoices of the next closings: KBL's series, or the library's own bookkeeping."""
    library = _library(slug)
    own = request.POST.get("own") == "ja"
    Participation.objects.filter(library=library).update(own_numbers=own)
    if own:
        messages.success(request, f"{library} vult vanaf de volgende sluiting zelf haar factuurnummer in.")
    else:
        messages.success(request, f"{library} krijgt vanaf de volgende sluiting nummers uit haar reeks bij Cubiss.")
    return redirect("cubiss:invoicing", slug)


def _library(slug: str) -> Organisation:
    libraries = Organisation.objects.select_related("participation").filter(participation__isnull=False)
    return get_object_or_404(libraries, slug=slug)


def _page(
    request: ActingRequest,
    library: Organisation,
    *,
    agreeing: AgreedForm | None = None,
    ending: AgreedForm | None = None,
) -> HttpResponse:
    standing = self_billing.standing(library)
    context = {
        "library": library,
        "participation": library.participation,
        "standing": standing,
        "story": self_billing.story(library),
        "form": agreeing or ending or AgreedForm(today=clock.today()),
        "may_agree": request.acting.may(Right.AGREE),
    }
    return render(request, "cubiss/invoicing.html", context, status=422 if agreeing or ending else 200)
