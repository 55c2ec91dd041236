"""The office and the accounts that organisations are paid on: ask for another, and decide about what was asked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.organisations.models import AccountChange, Organisation
from kbl.payments import payment_view
from kbl.payments.accounts import accounts
from kbl.payments.accounts.accounts import AccountRefused
from kbl.payments.accounts.verdicts import bank_verdict
from kbl.payments.office.forms import AccountForm
from kbl.payments.office.two_people import of_account
from kbl.payments.sentences import sentence

BECAUSE = "Een rekeningnummer wijzigen de coördinator en de financiële medewerker."
ANSWERS = {
    "yes": (accounts.accept, "Het rekeningnummer van {} is gewijzigd. De organisatie krijgt daarover een mail."),
    "no": (accounts.refuse, "De wijziging voor {} is afgewezen. Het rekeningnummer blijft zoals het was."),
    "withdraw": (accounts.withdraw, "De wijziging voor {} is ingetrokken. Het rekeningnummer blijft zoals het was."),
}


@require_safe
@requires_audience(Audience.CUBISS)
def account_changes(request: ActingRequest) -> HttpResponse:
    """Requests that wait for a second person, and what was decided lately."""
    waiting, decided = payment_view.account_changes()
    context = {
        "waiting": [of_account(each) for each in waiting],
        "decided": [of_account(each) for each in decided],
        "may_decide": request.acting.may(Right.ACCOUNTS),
    }
    return render(request, "cubiss/payment_accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS, Right.ACCOUNTS, because=BECAUSE)
def account(request: ActingRequest, slug: str) -> HttpResponse:
    """Ask for another account for an organisation; a colleague decides."""
    organisation = get_object_or_404(Organisation, slug=slug)
    form = AccountForm(
        request.POST if request.method == "POST" else None, initial={"holder": organisation.account_holder}
    )
    if request.method == "POST" and form.is_valid():
        try:
            accounts.ask(organisation, **form.cleaned_data, by=request.acting.user, at=clock.now())
        except AccountRefused as refused:
            form.add_refusal(refused, sentence(refused))
        else:
            messages.success(request, f"De wijziging voor {organisation} staat klaar. Een collega keurt haar goed.")
            return redirect("cubiss:account_changes")
    context = {
        "organisation": organisation,
        "form": form,
        "verdict": bank_verdict(organisation),
        "asked": organisation.account_changes.filter(decided_at__isnull=True).select_related("asked_by").first(),
    }
    return render(request, "cubiss/payment_account.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires_audience(Audience.CUBISS, Right.ACCOUNTS, because=BECAUSE)
def account_decide(request: ActingRequest, pk: int) -> HttpResponse:
    """Accept or refuse a request; for whoever asked, no means taking it back."""
    change = get_object_or_404(AccountChange.objects.select_related("organisation__parent"), pk=pk)
    answer = request.POST.get("answer", "")
    if answer == "no" and change.asked_by_id == request.acting.user.pk:
        answer = "withdraw"
    if answer not in ANSWERS:
        messages.error(request, "Kies wat u wilt doen.")
        return redirect("cubiss:account_changes")
    decide, words = ANSWERS[answer]
    try:
        decide(change, by=request.acting.user, at=clock.now())
        messages.success(request, words.format(change.organisation))
    except (AccountRefused, MadeByYou, TooNew) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:account_changes")
