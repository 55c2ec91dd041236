"""The organisations that take part, and what each of them does: hand out, enrol, or both."""

from typing import assert_never

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from intermediaries.kinds import kinds
from intermediaries.kinds.kinds import Kinds
from intermediaries.models import Accreditation
from intermediaries.service_areas import areas
from intermediaries.service_areas.models import ServiceArea
from kbl.accounts.access import requires_audience
from kbl.accounts.models import Audience
from kbl.clock import today
from kbl.organisations import readiness
from kbl.organisations.models import Organisation
from kbl.organisations.picking import municipality_filter
from kbl.settlements.models import Statement
from libraries.models import Participation
from vouchers.models import Voucher
from vouchers.office.overview import StatusCounts
from vouchers.runs import runs

RANGES_SHOWN = 12
STATEMENTS_SHOWN = 8


class Does(models.TextChoices):
    """What an organisation does in the programme."""

    INTERMEDIARY = "intermediairs", "Intermediairs"
    LIBRARY = "bibliotheken", "Bibliotheken"


class OrganisationFilter(forms.Form):
    """What to look for in the list; anything strange shows everything."""

    naam = forms.CharField(label="Naam", required=False, max_length=120)
    wat = forms.ChoiceField(label="Wat ze doen", choices=[("", "Alle organisaties"), *Does.choices], required=False)
    gemeente = municipality_filter()


def described(on) -> QuerySet[Organisation]:
    """Organisations with what they do on a day."""
    accreditations = Accreditation.objects.filter(organisation=OuterRef("pk"))
    return Organisation.objects.select_related("municipality", "participation").annotate(
        accredited=Exists(accreditations.valid(on)),
        was_accredited=Exists(accreditations),
        is_library=Exists(Participation.objects.filter(library=OuterRef("pk"))),
    )


def found(filters: dict, on) -> QuerySet[Organisation]:
    """The organisations that the filter asks for, by name."""
    organisations = described(on).order_by("name")
    if name := filters.get("naam"):
        organisations = organisations.filter(Q(name__icontains=name) | Q(city__icontains=name))
    if municipality := filters.get("gemeente"):
        organisations = organisations.filter(
            Q(municipality=municipality)
            | Exists(ServiceArea.objects.filter(organisation=OuterRef("pk"), municipality=municipality))
            | Exists(municipality.branches.filter(organisation=OuterRef("pk")))
        )
    does = Does(filters["wat"]) if filters.get("wat") else None
    match does:
        case None:
            return organisations
        case Does.INTERMEDIARY:
            return organisations.filter(Exists(Accreditation.objects.filter(organisation=OuterRef("pk"))))
        case Does.LIBRARY:
            return organisations.filter(participation__isnull=False)
        case _:
            assert_never(does)


@require_safe
@requires_audience(Audience.CUBISS)
def organisations(request: HttpRequest) -> HttpResponse:
    """Everybody who takes part, with a filter."""
    form = OrganisationFilter(request.GET)
    form.is_valid()
    page = Paginator(found(form.cleaned_data, today()), 40).get_page(request.GET.get("page"))
    return render(
        request,
        "cubiss/organisations.html",
        {"form": form, "page": page, "filtered": any(form.cleaned_data.values()), "today": today()},
    )


@require_safe
@requires_audience(Audience.CUBISS)
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """One organisation: what it does, its stock, its people, its statements."""
    on = today()
    shown = get_object_or_404(described(on).select_related("parent"), slug=slug)
    held = Voucher.objects.held_by(shown)
    stock = runs(held.filter(status=Voucher.Status.ALLOCATED))
    statements = Statement.objects.filter(organisation=shown).select_related("closing")
    kind = Kinds.known().said.get(shown.pk) or kinds.told_by_track(shown)
    return render(
        request,
        "cubiss/organisation.html",
        {
            "organisation": shown,
            "today": on,
            "accreditations": shown.accreditations.order_by("-valid_from"),
            "areas": areas.named(shown, on),
            "kind": kinds.NAMES[kind],
            "kind_known": kind != kinds.UNKNOWN,
            "kind_said": shown.kinds.select_related("recorded_by").last(),
            "participation": getattr(shown, "participation", None),
            "readiness": readiness.readiness([shown])[0],
            "branches": shown.branches.select_related("municipality"),
            "offices": shown.offices.all(),
            "counts": StatusCounts.of(held),
            "stock": stock[:RANGES_SHOWN],
            "stock_more": max(len(stock) - RANGES_SHOWN, 0),
            "people": shown.assignments.select_related("user", "branch").order_by("user__name", "pk"),
            "statements": statements.order_by("-closing__quarter", "kind")[:STATEMENTS_SHOWN],
            "waiting": statements.filter(status__in=[Statement.Status.DRAFT, Statement.Status.DISPUTED]).count(),
        },
    )
