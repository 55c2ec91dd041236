"""Mail: each party hears once that its statement is ready.

How a mail is claimed, sent and tried again is in kbl/mail.
"""

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db.models import Q

from kbl.clock import local_day
from kbl.mail import sending
from kbl.organisations.models import Programme
from kbl.settlements.models import Closing, Notice, Statement
from kbl.settlements.statements import own_numbers

State = Notice.State

SEND = "kbl.settlements.tasks.send_notice"
AUDIENCES = {Statement.Kind.DECLARATION: "intermediary", Statement.Kind.INVOICE: "library"}


def send_all(closing: Closing, *, at: datetime) -> None:
    """Mail every party of a closing that was not told yet: its document is there, or waits for its own number."""
    there = Q(document__isnull=False) | Q(pk__in=own_numbers.awaiting().values("pk"))
    ready = closing.statements.filter(there, notice__isnull=True).select_related("organisation")
    for statement in ready.order_by("pk"):
        _prepare(statement)
    for notice in _due(closing, at):
        _send(notice, at=at)


def send_again(notice: Notice) -> bool:
    """Cubiss wants another try, to the address of today. False: nothing failed, or there is no address."""
    return sending.again(notice, address_of(notice.statement), task=SEND, args=(notice.pk,))


def send_one(pk: int, *, at: datetime) -> None:
    """Send one that waits."""
    waiting = Notice.objects.filter(pk=pk, state=State.WAITING)
    for notice in waiting.select_related("statement__closing", "statement__organisation__parent__parent"):
        _send(notice, at=at)


def free_stale(*, at: datetime) -> None:
    """Give back what a worker claimed and never finished, because it was killed."""
    sending.free_stale(Notice.objects.all(), at=at)


def address_of(statement: Statement) -> str:
    """Where a party gets its mail: its own address, else that of the organisation it is paid through; may be empty."""
    party = statement.organisation
    return party.email or party.payee.email or (party.parent.email if party.parent else "")


def _prepare(statement: Statement) -> None:
    """The row of a mail that has to go. Without an address it starts as failed, so that Cubiss sees it."""
    recipient = address_of(statement)
    state = State.WAITING if recipient else State.FAILED
    Notice.objects.get_or_create(statement=statement, defaults={"recipient": recipient, "state": state})


def _due(closing: Closing, at: datetime) -> list[Notice]:
    """Mail that has to go now; a missing address is looked up again."""
    notices = Notice.objects.filter(statement__closing=closing).select_related(
        "statement__closing", "statement__organisation__parent__parent"
    )
    sending.find_addresses(notices, lambda notice: address_of(notice.statement))
    return sending.unsent(notices, at=at)


def _send(notice: Notice, *, at: datetime) -> None:
    sending.send(notice, lambda: _statement_mail(notice), at=at)


def _statement_mail(notice: Notice) -> EmailMessage:
    statement = notice.statement
    quarter = statement.closing.quarter
    programme = Programme.current()
    closed_on = local_day(statement.closing.closed_at)
    return sending.letter(
        [notice.recipient],
        f"Uw {statement.word} over het {quarter.label} staat klaar",
        "mail/statement.txt",
        {
            "statement": statement,
            "word": statement.word,
            "quarter": quarter,
            "silence_on": closed_on + timedelta(days=programme.silence_after),
            "link": sending.link(f"{AUDIENCES[Statement.Kind(statement.kind)]}:statement", statement.pk),
        },
        name=f"statement-{statement.pk}",
    )
