"""Payment requests on the pages of Cubiss (make, release, give back) and of the province (asked, received)."""

import hashlib

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.fund import instalments
from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.documents.statement_pdf import NoDebtor
from kbl.settlements.sentences import sentence as about_second_person
from reporting.forecast import kept_basis
from reporting.payment_requests import requests
from reporting.payment_requests.models import PaymentRequest
from reporting.payment_requests.proposal import last_closing, proposal
from reporting.payment_requests.requests import WORDS, RequestRefused

BOOKS = "Alleen de financiële medewerker maakt een betaalverzoek. U kunt het bekijken, en als tweede persoon vrijgeven."
NO_RELEASE = "U kunt dit verzoek bekijken. Vrijgeven doet de coördinator of de financiële medewerker."
NO_CUBISS = "Cubiss zelf staat nog niet bij de organisaties. Lees eerst het programmabestand in."
MADE = "Het verzoek is gemaakt. Een collega kijkt het na en geeft het vrij; tot dan ziet de provincie niets."
RELEASED = "Vrijgegeven. De provincie krijgt een mail, en de termijn staat in het fonds."


class RequestForm(forms.Form):
    """On which quarter, and what is added to it."""

    use_required_attribute = False

    quarter = forms.CharField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="Toelichting",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Komt op het verzoek, onder de cijfers. Zonder namen.",
    )

    def clean_quarter(self) -> Quarter:
        try:
            return Quarter.parse(self.cleaned_data["quarter"])
        except ValueError:
            raise forms.ValidationError("Dit is geen kwartaal.") from None


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS)
def office(request: ActingRequest) -> HttpResponse:
    """What the forecast proposes to ask, and every request that was made."""
    form = RequestForm(request.POST or None, initial={"quarter": _last()})
    if request.method == "POST":
        request.acting.require(Right.KEEP_BOOKS, because=BOOKS)
        if form.is_valid() and _made(form, request):
            messages.success(request, MADE)
            return redirect("cubiss:payment_requests")
    known = kept_basis.now(clock.now()) if last_closing() else None
    page = {
        "form": form,
        "closing": last_closing(),
        "kept_at": known.kept_at if known else None,
        "proposal": proposal(known.as_of, known.basis) if known else None,
        "rows": _rows(PaymentRequest.objects.order_by("-pk")),
        "programme": Programme.current(),
    }
    return render(request, "cubiss/payment_requests.html", page, status=422 if request.method == "POST" else 200)


def _last() -> str:
    closing = last_closing()
    return str(closing.quarter) if closing else ""


def _made(form: RequestForm, request: ActingRequest) -> bool:
    """Whether it was made; else the form says why not."""
    try:
        requests.make(
            form.cleaned_data["quarter"], why=form.cleaned_data["why"], by=request.acting.user, at=clock.now()
        )
    except RequestRefused as refused:
        form.add_error(None, WORDS[refused.reason])
    except NoDebtor:
        form.add_error(None, NO_CUBISS)
    except ValidationError as error:
        form.add_error("why", error)
    return not form.errors


@require_POST
@requires_audience(Audience.CUBISS, Right.RELEASE, because=NO_RELEASE)
def decide(request: ActingRequest, pk: int) -> HttpResponse:
    """A second person releases it, or it goes back."""
    asked, by, at = get_object_or_404(PaymentRequest, pk=pk), request.acting.user, clock.now()
    try:
        if request.POST.get("besluit") == "vrijgeven":
            requests.release(asked, by=by, at=at)
            messages.success(request, RELEASED)
        else:
            requests.give_back(asked, by=by, at=at)
            messages.success(request, f"{asked.number} gaat niet door. Het nummer wordt niet opnieuw gebruikt.")
    except RequestRefused as refused:
        messages.error(request, WORDS[refused.reason])
    except (TooNew, MadeByYou) as refused:
        messages.error(request, about_second_person(refused))
    return redirect("cubiss:payment_requests")


@require_safe
@requires_audience(Audience.CUBISS)
def office_file(request: ActingRequest, pk: int) -> HttpResponse:
    """The paper, also before it is released: that is what the second person looks at."""
    return _file(request, get_object_or_404(PaymentRequest, pk=pk))


@require_safe
@requires_audience(Audience.PROVINCE)
def province(request: ActingRequest) -> HttpResponse:
    """The requests that were released, with what came in of them."""
    page = {"rows": _rows(_released()), "programme": Programme.current()}
    return render(request, "province/payment_requests.html", page)


@require_safe
@requires_audience(Audience.PROVINCE)
def province_file(request: ActingRequest, pk: int) -> HttpResponse:
    """The paper of a released request."""
    return _file(request, get_object_or_404(_released(), pk=pk))


def _released():
    return PaymentRequest.objects.filter(outcome=PaymentRequest.Outcome.RELEASED).order_by("-pk")


def _rows(found) -> list[dict]:
    standings = instalments.standings(clock.today())
    rows = []
    for each in found.select_related("closing", "asked_by", "decided_by").defer("content"):
        of_it = requests.standing_of(each, standings)
        received = of_it.received if of_it else ZERO
        rows.append({"request": each, "received": received, "is_received": of_it is not None and not of_it.open})
    return rows


def _file(request: ActingRequest, asked: PaymentRequest) -> HttpResponse:
    """The kept bytes; the ETag is their SHA-256, so the same file is not sent twice."""
    content = bytes(asked.content)
    assert hashlib.sha256(content).hexdigest() == asked.sha256, "the kept paper is not what was issued"
    headers = {
        "Content-Disposition": content_disposition_header(True, asked.filename),
        "ETag": f'"{asked.sha256}"',
        "Cache-Control": "private, no-cache",
    }
    response = HttpResponse(content, content_type="application/pdf", headers=headers)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
