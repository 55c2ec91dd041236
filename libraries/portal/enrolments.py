"""What this library redeemed, newest first, and taking one back."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now, today
from kbl.organisations import closing_lock
from libraries import enrolment
from libraries.access import branches_of, enrolment_for, enrolments_of
from libraries.eligibility import undoing
from libraries.eligibility.undoing import NotUndoable
from libraries.portal.forms import UndoAtLibraryForm
from libraries.sentences import about_undo

ROWS = 50


@requires_audience(Audience.LIBRARY)
@require_safe
def enrolments(request: ActingRequest) -> HttpResponse:
    """The list; what may still be taken back has a button."""
    rows = enrolments_of(request.acting).select_related("branch")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    on = today()
    context = {
        "page": page,
        "today": on,
        "can_be_undone": undoing.redemptions_that_can_be_undone(list(page), today=on),
        "several_branches": branches_of(request.acting).count() > 1,
    }
    return render(request, "library/enrolments.html", context)


@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def undo(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take the redemption back; the voucher can be used again."""
    one = enrolment_for(request.acting, pk)
    form = UndoAtLibraryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = now()
        try:
            enrolment.undo(one, reason=form.cleaned_data["reason"], by=request.acting.user, at=at, on=local_day(at))
            messages.success(request, "De inschrijving is teruggedraaid. De voucher kan weer worden gebruikt.")
        except (NotUndoable, closing_lock.BooksBusy) as refused:
            messages.error(request, about_undo(refused))
        return redirect("library:enrolments")
    return render(request, "library/undo_enrolment.html", {"enrolment": one, "form": form})
