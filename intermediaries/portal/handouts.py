"""What an intermediary handed out, newest first, and taking one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from intermediaries.access import handout_for, handouts_of
from intermediaries.handouts import handout
from intermediaries.portal.forms import UndoHandoutForm
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now
from kbl.organisations import closing_lock

ROWS = 50


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def handouts(request: ActingRequest) -> HttpResponse:
    """The list. Whether a voucher was redeemed is the library's step, and not shown here."""
    page = Paginator(handouts_of(request.acting), ROWS).get_page(request.GET.get("page"))
    frozen = closing_lock.frozen(page.object_list)
    return render(request, "intermediary/handouts.html", {"page": page, "frozen": frozen})


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def undo(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take the hand-out back; the voucher is in the drawer again."""
    one = handout_for(request.acting, pk)
    form = UndoHandoutForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            handout.undo(one, reason=form.cleaned_data["reason"], by=request.acting.user, at=now())
            messages.success(request, "De uitreiking is teruggedraaid. De voucher ligt weer bij u.")
        except handout.HandoutNotUndoable as refused:
            messages.error(request, str(refused.advice))
        return redirect("intermediary:handouts")
    return render(request, "intermediary/undo_handout.html", {"handout": one, "form": form})
