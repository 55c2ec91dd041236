"""The office matches money that came in without our reference to the statement that it is back of."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.formats import euro
from kbl.payments.bank import refunds
from kbl.payments.bank.refunds import RefundRefused
from kbl.payments.models import BankEntry, Refund
from kbl.payments.sentences import sentence
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused

finance = requires_audience(
    Audience.CUBISS,
    Right.KEEP_BOOKS,
    because="Bijschrijvingen koppelt de financiële medewerker. U kunt wel alles bekijken.",
)


class RefundForm(forms.Form):
    """The statement that a booking is money back of; each with what went out for it."""

    use_required_attribute = False
    statement = forms.ChoiceField(
        label="Afrekening",
        help_text="Bovenaan staat waarvoor te veel of precies dit bedrag wegging.",
        error_messages={"required": "Kies de afrekening.", "invalid_choice": "Kies een afrekening uit de lijst."},
    )

    def __init__(self, *args, entry: BankEntry, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        choices = refunds.candidates(entry)
        self.found = {str(each.pk): each for each, _ in choices}
        self.fields["statement"].choices = [  # type: ignore[attr-defined]
            ("", "Kies"),
            *((str(each.pk), f"{each.organisation}: {each}, betaald {euro(out)}") for each, out in choices),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@finance
def refund(request: ActingRequest, pk: int) -> HttpResponse:
    """Choose the statement of a booking, and ask to match them."""
    entry = get_object_or_404(BankEntry.objects.select_related("file"), pk=pk, outcome=BankEntry.Outcome.RECEIVED)
    form = RefundForm(request.POST if request.method == "POST" else None, entry=entry)
    if request.method == "POST" and form.is_valid():
        statement = form.found[form.cleaned_data["statement"]]
        try:
            change = refunds.ask_refund(entry, statement, by=request.acting.user, at=clock.now())
        except (ChangeRefused, RefundRefused) as refused:
            form.add_error("statement", sentence(refused))
        else:
            messages.success(request, f"De koppeling is gevraagd. {second_person.who_looks(change)}")
            return redirect("cubiss:bank_file", entry.file_id)
    context = {"entry": entry, "form": form}
    return render(request, "cubiss/bank_refund.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@finance
def undo(request: ActingRequest, pk: int) -> HttpResponse:
    """It was not of this statement after all: asked by one, loosened once a second person agreed."""
    found = get_object_or_404(Refund.objects.select_related("entry", "payment__statement"), pk=pk)
    try:
        change = refunds.ask_undoing(found, by=request.acting.user, at=clock.now())
        messages.success(request, f"Gevraagd is om de koppeling ongedaan te maken. {second_person.who_looks(change)}")
    except (ChangeRefused, RefundRefused) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:bank_file", found.entry.file_id)
