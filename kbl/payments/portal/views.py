"""A party looks at what Cubiss knows of it, and asks to be paid on another account."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kbl import clock
from kbl.accounts.access import ActingRequest
from kbl.organisations.models import Organisation
from kbl.payments.accounts import accounts
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.office.forms import AccountForm
from kbl.payments.sentences import sentence


@require_http_methods(["GET", "HEAD", "POST"])
def particulars(request: ActingRequest) -> HttpResponse:
    """Name, address and account; asking for another account waits for Cubiss."""
    mine, portal = _mine(request), request.acting.role.audience.value
    form = AccountForm(request.POST if request.method == "POST" else None, initial={"holder": mine.account_holder})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.ask(mine, **form.cleaned_data, by=request.acting.user, at=clock.now())
        except AccountRefused as refused:
            form.add_refusal(refused, sentence(refused))
        else:
            messages.success(request, "Uw vraag staat klaar. Cubiss kijkt ernaar; tot dan blijft alles zoals het is.")
            return redirect(f"{portal}:particulars")
    context = {
        "base": f"{portal}/base.html",
        "organisation": mine,
        "form": form,
        "asked": mine.account_changes.filter(decided_at__isnull=True).first(),
        "withdraw": f"{portal}:account_withdraw",
    }
    return render(request, "party/particulars.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """Take the organisation's own request back."""
    change = get_object_or_404(_mine(request).account_changes, pk=pk)
    try:
        accounts.withdraw(change, by=request.acting.user, at=clock.now())
        messages.success(request, "De wijziging is ingetrokken. Uw rekeningnummer blijft zoals het was.")
    except AccountRefused as refused:
        messages.error(request, sentence(refused))
    return redirect(f"{request.acting.role.audience.value}:particulars")


def _mine(request: ActingRequest) -> Organisation:
    if request.acting.organisation is None:
        raise Http404
    return request.acting.organisation
