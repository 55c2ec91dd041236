"""Trying again what failed after a closing, one thing at a time: one document, the report, one mail."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.periods import Quarter
from kbl.settlements.closing import after_closing
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, FailedDocument, Notice, Reminder, Statement
from kbl.settlements.sentences import why_failed
from kbl.settlements.statements import notices, silence

BECAUSE = "Opnieuw proberen doet de coördinator of de financiële medewerker. U kunt wel alles bekijken."


@require_POST
@requires_audience(Audience.CUBISS, Right.TRY_AGAIN, because=BECAUSE)
def document_again(request: ActingRequest, quarter: Quarter, pk: int) -> HttpResponse:
    """Make the document of one statement, now; the page says at once how it went."""
    statement = get_object_or_404(Statement.objects.select_related("closing"), pk=pk, closing__quarter=quarter)
    if statement.awaits_number:
        messages.info(request, "Dit is nog geen factuur: zij wacht op het nummer of de afspraak van de bibliotheek.")
        return redirect("cubiss:closing", quarter)
    return _made(
        request,
        statement.closing,
        statement,
        lambda: issuing.make_one(statement, at=clock.now()),
        f"Het document van {statement.organisation} is gemaakt.",
    )


@require_POST
@requires_audience(Audience.CUBISS, Right.TRY_AGAIN, because=BECAUSE)
def report_again(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """Make the province's report, now."""
    closing = get_object_or_404(Closing, quarter=quarter)
    done = "De voortgangsrapportage voor de provincie is gemaakt."
    return _made(request, closing, None, lambda: after_closing.make_report(closing), done)


@require_POST
@requires_audience(Audience.CUBISS, Right.TRY_AGAIN, because=BECAUSE)
def notice_again(request: ActingRequest, quarter: Quarter, pk: int) -> HttpResponse:
    """Let one party's first mail go again, to the address of today."""
    notice = get_object_or_404(Notice, statement=pk, statement__closing__quarter=quarter)
    notices.send_again(notice)
    return _asked(request, quarter, notice)


@require_POST
@requires_audience(Audience.CUBISS, Right.TRY_AGAIN, because=BECAUSE)
def reminder_again(request: ActingRequest, quarter: Quarter, pk: int) -> HttpResponse:
    """Let one party's reminder go again, to the address of today."""
    reminder = get_object_or_404(Reminder, statement=pk, statement__closing__quarter=quarter)
    silence.send_again(reminder)
    return _asked(request, quarter, reminder)


def _made(
    request: ActingRequest, closing: Closing, statement: Statement | None, make: Callable[[], object], done: str
) -> HttpResponse:
    try:
        make()
    except Exception:  # whatever it was, it is written down, and the page tells it
        failed = FailedDocument.objects.filter(closing=closing, statement=statement).first()
        messages.error(request, f"Het lukte weer niet. {why_failed(failed.reason) if failed else ''}")
    else:
        messages.success(request, done)
    return redirect("cubiss:closing", closing.quarter)


def _asked(request: ActingRequest, quarter: Quarter, mail: Notice | Reminder) -> HttpResponse:
    mail.refresh_from_db()
    party = mail.statement.organisation
    if mail.state == mail.State.SENT:
        messages.success(request, f"De mail aan {party} is al verstuurd.")
    elif not notices.address_of(mail.statement):
        messages.error(request, f"Van {party} is geen e-mailadres bekend. Vul het in bij de organisatie.")
    else:
        messages.success(request, f"De mail aan {party} gaat zo weg. Lukt het niet, dan ziet u dat hier.")
    return redirect("cubiss:closing", quarter)
