"""Cubiss' page of mail that did not arrive: who should have had it, and another try. What it said is not shown."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.mail import sending
from kbl.upkeep import mail_kinds

BECAUSE = "Opnieuw sturen doet de coördinator of de financiële medewerker. U kunt wel alles bekijken."
TIRED = "De mailserver nam de mail niet aan. Wij proberen het niet meer vanzelf."
PATIENT = "De mailserver nam de mail niet aan. Wij proberen het vanzelf weer."
NO_ADDRESS = "Er is geen e-mailadres bekend. Vul het in bij de organisatie."
TOO_LATE = "Deze mail is te oud om nog te sturen."


@dataclass(frozen=True)
class Undelivered:
    """A row of the page."""

    kind: str
    pk: int
    what: str
    about: str
    recipient: str
    tried_at: datetime | None
    why: str
    may_go: bool


@require_safe
@requires_audience(Audience.CUBISS)
def undelivered(request: ActingRequest) -> HttpResponse:
    """Everything that could not be delivered, the latest try first."""
    at = clock.now()
    rows = [
        _row(kind, mail, expired=mail_kinds.has_expired(mail, at))
        for kind in mail_kinds.KINDS.values()
        for mail in mail_kinds.failed(kind)
    ]
    rows.sort(key=lambda row: row.tried_at.timestamp() if row.tried_at else 0, reverse=True)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    may_try = request.acting.may(Right.TRY_AGAIN)
    return render(request, "cubiss/undelivered.html", {"page": page, "may_try": may_try})


@require_POST
@requires_audience(Audience.CUBISS, Right.TRY_AGAIN, because=BECAUSE)
def mail_again(request: ActingRequest, key: str, pk: int) -> HttpResponse:
    """Let one go once more, to the address of today; a worker sends it."""
    kind = mail_kinds.KINDS.get(key)
    if kind is None:
        raise Http404
    mail = get_object_or_404(kind.model._default_manager.select_related(*kind.related), pk=pk)
    at = clock.now()
    if mail_kinds.again(kind, mail, at=at):
        messages.success(request, "De mail gaat zo weg. Lukt het niet, dan ziet u dat hier.")
    elif mail.state != mail.State.FAILED:
        messages.info(request, "Deze mail is al verstuurd, of gaat zo weg.")
    else:
        messages.error(request, TOO_LATE if mail_kinds.has_expired(mail, at) else NO_ADDRESS)
    return redirect("cubiss:undelivered")


def _row(kind: mail_kinds.MailKind, mail, *, expired: bool) -> Undelivered:
    address = mail.recipient or kind.address_of(mail)
    if expired:
        why = TOO_LATE
    elif not address:
        why = NO_ADDRESS
    else:
        why = TIRED if mail.attempts >= sending.MOST_ATTEMPTS else PATIENT
    return Undelivered(
        kind=kind.key,
        pk=mail.pk,
        what=kind.what(mail),
        about=kind.about(mail),
        recipient=address,
        tried_at=mail.claimed_at,
        why=why,
        may_go=bool(address) and not expired,
    )
