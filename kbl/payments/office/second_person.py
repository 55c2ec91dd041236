"""The office and what waits for a second person: accept it, or say no."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.facts import FutureDate
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.organisations.closing_lock import BooksBusy
from kbl.payments.office.two_people import of_change
from kbl.payments.sentences import REFUSALS, sentence
from kbl.second_person import second_person
from kbl.second_person.models import PendingChange
from kbl.settlements.statements.corrections import NotCorrectable
from kbl.settlements.tariffs.tariffs import TariffTooEarly

NOT_MADE = (AlreadyBooked, BooksBusy, FutureDate, NotCorrectable, NotReversible, TariffTooEarly)
BECAUSE = "De tweede persoon is de coördinator of de financiële medewerker."


@require_safe
@requires_audience(Audience.CUBISS)
def pending_changes(request: ActingRequest) -> HttpResponse:
    """What waits for a second person, and what was decided lately."""
    context = {
        "waiting": [of_change(each) for each in second_person.waiting()],
        "decided": [of_change(each) for each in second_person.decided()],
        "may_decide": request.acting.may(Right.ACCOUNTS),
    }
    return render(request, "cubiss/pending_changes.html", context)


@require_POST
@requires_audience(Audience.CUBISS, Right.ACCOUNTS, because=BECAUSE)
def pending_change_decide(request: ActingRequest, pk: int) -> HttpResponse:
    """Accept or refuse; for whoever asked, no means taking it back."""
    change, at = get_object_or_404(PendingChange, pk=pk), clock.now()
    try:
        if request.POST.get("answer") == "yes":
            second_person.accept(change, by=request.acting.user, at=at)
            messages.success(request, f"{change.subject}: goedgekeurd.")
        else:
            second_person.decline(change, by=request.acting.user, at=at)
            messages.success(request, f"{change.subject}: blijft zoals het was.")
    except (*REFUSALS, *NOT_MADE) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:pending_changes")
