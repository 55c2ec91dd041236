"""Cubiss sets from when on an intermediary's stock is low."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries.stock_levels.forms import level_forms, save_levels
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.organisations.models import Organisation

ONLY_COORDINATOR_SETS = "Alleen de coördinator van Cubiss stelt een minimum in."


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR_SETS)
def order_levels(request: ActingRequest, slug: str) -> HttpResponse:
    """From when on an intermediary is warned, and up to how many it is filled."""
    organisation = get_object_or_404(Organisation, slug=slug)
    forms = level_forms(request, organisation)
    if request.method == "POST" and save_levels(organisation, forms, by=request.acting.user):
        messages.success(request, f"Het minimum van {organisation} is opgeslagen.")
        return redirect("cubiss:organisation", slug=slug)
    failed = any(form.errors for _, _, form in forms)
    page = {"forms": forms, "base": "cubiss/base.html", "organisation": organisation, "portal": False}
    return render(request, "shared/order_levels.html", page, status=422 if failed else 200)
