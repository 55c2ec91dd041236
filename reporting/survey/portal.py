"""A library's own survey: the poster, cards, and what its members said. For the manager."""

from datetime import datetime

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from libraries.access import library_of
from reporting.survey import paper
from reporting.survey.answering import MOST_CARDS, make_cards
from reporting.survey.models import SurveyCard
from reporting.survey.results import results
from vouchers.fields import CountField

ONLY_THE_MANAGER = "De enquête is voor wie bij uw bibliotheek het beheer doet."
managers = requires_audience(Audience.LIBRARY, Right.MANAGE, because=ONLY_THE_MANAGER)


class CardsForm(forms.Form):
    """How many cards to make."""

    use_required_attribute = False

    count = CountField(
        label="Hoeveel kaarten?",
        min_value=1,
        max_value=MOST_CARDS,
        initial=16,
        help_text="Acht op een vel.",
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Kies een aantal van 1 tot en met {MOST_CARDS}."
        ),
    )


@managers
@require_safe
def survey(request: ActingRequest) -> HttpResponse:
    """The address and the poster, cards to make, and the results of quarters that are over."""
    return _page(request, CardsForm())


@managers
@require_safe
def poster(request: ActingRequest) -> HttpResponse:
    """The poster as a PDF."""
    library, at = library_of(request.acting), now()
    return pdf_file(paper.poster(library, at=at), f"enquete-poster-{library.slug}.pdf")


@managers
@require_safe
def code(request: ActingRequest) -> HttpResponse:
    """The code as a picture."""
    library = library_of(request.acting)
    headers = {"Content-Disposition": content_disposition_header(True, f"enquete-code-{library.slug}.png")}
    return HttpResponse(paper.code(library), content_type="image/png", headers=headers)


@managers
@require_POST
def cards(request: ActingRequest) -> HttpResponse:
    """New cards as a PDF. They are printed once: only their hash is kept."""
    form = CardsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    library, at = library_of(request.acting), now()
    codes = make_cards(library, form.cleaned_data["count"])
    return pdf_file(paper.cards(library, codes, at=at), f"enquete-kaarten-{library.slug}-{_day(at)}.pdf")


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A PDF to save."""
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _page(request: ActingRequest, form: CardsForm, status: int = 200) -> HttpResponse:
    library = library_of(request.acting)
    context = {
        "library": library,
        "address": paper.address_of(library),
        "form": form,
        "cards": SurveyCard.objects.filter(library=library).count(),
        "quarters": [(each.quarter, each.of(library), each.whole) for each in results(today())],
    }
    return render(request, "library/survey.html", context, status=status)


def _day(at: datetime) -> str:
    return f"{at:%Y%m%d}"
