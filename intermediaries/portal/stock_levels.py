"""From when on an intermediary wants to be warned that its stock is low."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries.access import organisation_of
from intermediaries.stock_levels.forms import level_forms, save_levels
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def order_levels(request: ActingRequest) -> HttpResponse:
    """From when on we want to be warned, and up to how many we want to be filled."""
    organisation = organisation_of(request.acting)
    forms = level_forms(request, organisation)
    if request.method == "POST" and save_levels(organisation, forms, by=request.acting.user):
        messages.success(request, "Uw minimum is opgeslagen.")
        return redirect("intermediary:orders")
    failed = any(form.errors for _, _, form in forms)
    page = {"forms": forms, "base": "intermediary/base.html", "organisation": organisation, "portal": True}
    return render(request, "shared/order_levels.html", page, status=422 if failed else 200)
