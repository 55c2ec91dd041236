"""Mail: each party hears once that its statement is ready, and the coordinators once that a quarter can be closed.

A mail is a row that is claimed before it is sent, by an UPDATE that names the state it saw: of two workers one sends.
What fails stays visible and is tried again, each time after a longer wait. No voucher number is ever in a mail.
"""

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kbl.accounts.models import Role, User
from kbl.organisations.models import Programme
from kbl.settlements.closing import open_window
from kbl.settlements.models import Closing, Notice, Statement
from kbl.settlements.paper import word

log = logging.getLogger(__name__)

State = Notice.State

# No task lives longer than its time limit, so a claim older than that is of a worker that is gone.
CLAIM_LASTS = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
FIRST_WAIT = timedelta(minutes=10)
MOST_ATTEMPTS = 10

AUDIENCES = {Statement.Kind.DECLARATION: "intermediary", Statement.Kind.INVOICE: "library"}


def send_all(closing: Closing, *, at: datetime) -> None:
    """Mail every party of a closing whose document is there and that was not told yet."""
    ready = closing.statements.filter(document__isnull=False, notice__isnull=True).select_related("organisation")
    for statement in ready.order_by("pk"):
        _prepare(statement)
    for notice in _due(closing, at):
        _send(notice, at=at)


def send_again(notice: Notice, *, at: datetime) -> None:
    """Cubiss corrected the address or wants another try: send now, to the address of today."""
    recipient = address_of(notice.statement)
    failed = Notice.objects.filter(pk=notice.pk, state=State.FAILED)
    if recipient and failed.update(state=State.WAITING, recipient=recipient, attempts=0):
        notice.refresh_from_db()
        _send(notice, at=at)


def free_stale(*, at: datetime) -> None:
    """Give back what a worker claimed and never finished, because it was killed."""
    Notice.objects.filter(state=State.SENDING, claimed_at__lt=at - CLAIM_LASTS).update(state=State.WAITING)


def address_of(statement: Statement) -> str:
    """Where a party gets its mail: its own address, else that of the organisation it is paid through; may be empty."""
    party = statement.organisation
    return party.email or party.payee.email or (party.parent.email if party.parent else "")


@transaction.atomic
def announce_window(*, at: datetime) -> None:
    """Open the closing of the last finished quarter when its day has come, and tell the coordinators, once.

    In one transaction: when the mail cannot go, the window opens with the next try.
    """
    if not Programme.objects.exists() or (window := open_window(at=at)) is None:
        return
    coordinators = User.objects.filter(is_active=True, assignments__role=Role.CUBISS_COORDINATOR).distinct()
    if addresses := list(coordinators.order_by("email").values_list("email", flat=True)):
        quarter = window.quarter
        _mail(
            addresses,
            f"Het {quarter.label} kan worden afgesloten",
            "mail/closing_open.txt",
            {"quarter": quarter, "link": _link("cubiss:closing", quarter)},
            name=f"closing-{quarter}",
        ).send()


def _prepare(statement: Statement) -> None:
    """The row of a mail that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = address_of(statement)
    state = State.WAITING if recipient else State.FAILED
    Notice.objects.get_or_create(statement=statement, defaults={"recipient": recipient, "state": state})


def _due(closing: Closing, at: datetime) -> list[Notice]:
    """Mail that waits, and mail that failed and has waited long enough; a missing address is looked up again."""
    notices = Notice.objects.filter(statement__closing=closing).select_related(
        "statement__closing", "statement__organisation__parent__parent"
    )
    for notice in notices.filter(state=State.FAILED, recipient=""):
        if recipient := address_of(notice.statement):
            notices.filter(pk=notice.pk, state=State.FAILED).update(state=State.WAITING, recipient=recipient)
    open_ones = notices.filter(Q(state=State.WAITING) | Q(state=State.FAILED, attempts__range=(1, MOST_ATTEMPTS - 1)))
    return [notice for notice in open_ones.order_by("pk") if notice.state == State.WAITING or _waited(notice, at)]


def _waited(notice: Notice, at: datetime) -> bool:
    """Ten minutes after the first failure, then twice as long each time."""
    assert notice.claimed_at
    return at >= notice.claimed_at + FIRST_WAIT * 2 ** (notice.attempts - 1)


def _send(notice: Notice, *, at: datetime) -> None:
    """Claim, send, and say how it went. Who does not get the claim leaves it alone."""
    if not _claim(notice, at):
        return
    mine = Notice.objects.filter(pk=notice.pk, state=State.SENDING, attempts=notice.attempts + 1)
    try:
        _statement_mail(notice).send()
    except Exception as failure:  # a mail server has many ways to fail, and each must end on the row
        log.warning("Mail for statement %s did not go: %s", notice.statement_id, type(failure).__name__)
        mine.update(state=State.FAILED)
    else:
        mine.update(state=State.SENT, sent_at=at)


def _claim(notice: Notice, at: datetime) -> bool:
    """True for the one worker whose UPDATE still finds the notice as it was seen."""
    seen = Notice.objects.filter(pk=notice.pk, state=notice.state, attempts=notice.attempts)
    return seen.update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1) == 1


def _statement_mail(notice: Notice) -> EmailMessage:
    statement = notice.statement
    quarter = statement.closing.quarter
    return _mail(
        [notice.recipient],
        f"Uw {word(statement)} over het {quarter.label} staat klaar",
        "mail/statement.txt",
        {
            "statement": statement,
            "word": word(statement),
            "quarter": quarter,
            "link": _link(f"{AUDIENCES[Statement.Kind(statement.kind)]}:statement", statement.pk),
        },
        name=f"statement-{statement.pk}",
    )


def _mail(to: list[str], subject: str, template: str, context: dict, *, name: str) -> EmailMessage:
    """A text mail. Its Message-ID is always the same, so that a mail box knows a second copy for what it is."""
    with translation.override("nl"):
        body = render_to_string(template, {"programme": Programme.current(), **context})
    headers = {"Message-ID": f"<{name}@{urlsplit(settings.SITE_URL).hostname}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, to=to, headers=headers)


def _link(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)
