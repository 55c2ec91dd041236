"""Vouchers that should come back to Cubiss."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now
from vouchers.custody import returns
from vouchers.models import ExpectedReturn
from vouchers.office.stock_changes import ONLY_COORDINATOR


@require_safe
@requires_audience(Audience.CUBISS)
def expected_returns(request: HttpRequest) -> HttpResponse:
    """What should come back, and from whom."""
    return render(request, "cubiss/returns.html", {"expected": returns.expected()})


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def close_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more comes of it; what is left stays with its holder."""
    one = get_object_or_404(ExpectedReturn, pk=pk)
    returns.close(one, by=request.user, at=now())
    messages.success(request, f"Afgerond. Wat er nog is, blijft bij {one.holder}.")
    return redirect("cubiss:expected_returns")
