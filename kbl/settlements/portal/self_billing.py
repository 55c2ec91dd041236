"""A library's own page about its invoices: who draws them up, and whose number they carry."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.settlements.closing import after_closing
from kbl.settlements.sentences import sentence
from kbl.settlements.statements import own_numbers, self_billing
from kbl.settlements.statements.self_billing import AgreementRefused
from libraries.access import library_of

MANAGERS = "Afspraken over facturen maakt de beheerder van uw bibliotheek."


@require_safe
@requires_audience(Audience.LIBRARY, Right.MANAGE, because=MANAGERS)
def agreement(request: ActingRequest) -> HttpResponse:
    """What is agreed, with every day of it."""
    library = library_of(request.acting)
    context = {
        "standing": self_billing.standing(library),
        "story": self_billing.story(library),
        "own_numbers": library.participation.own_numbers,
        "waiting": own_numbers.awaiting().filter(organisation=library, particulars__own_numbers=False).count(),
    }
    return render(request, "library/self_billing.html", context)


@require_POST
@requires_audience(Audience.LIBRARY, Right.MANAGE, because=MANAGERS)
def agree(request: ActingRequest) -> HttpResponse:
    """The library agrees, from today on."""
    try:
        library = library_of(request.acting)
        self_billing.agree(library, since=clock.today(), by=request.acting.user, at=clock.now())
        after_closing.start_documents_of(library)
        messages.success(request, "Dank u wel. De afspraak is vastgelegd en geldt vanaf vandaag.")
    except AgreementRefused as refused:
        messages.error(request, sentence(refused))
    return redirect("library:self_billing")


@require_POST
@requires_audience(Audience.LIBRARY, Right.MANAGE, because=MANAGERS)
def end(request: ActingRequest) -> HttpResponse:
    """The library ends the agreement, from today on; what was invoiced stays."""
    try:
        self_billing.end(library_of(request.acting), on=clock.today(), by=request.acting.user, at=clock.now())
        messages.success(request, "De afspraak is beëindigd. Facturen die er al zijn, blijven zoals ze zijn.")
    except AgreementRefused as refused:
        messages.error(request, sentence(refused))
    return redirect("library:self_billing")
