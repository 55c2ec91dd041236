"""The outbox: whoever has something to mail writes a row, in its own transaction; a worker sends it after the commit.

    post(message, ...)      in a page, a task or a rule: never speaks to a mail server, never fails because of one
    ask_reset(address)      somebody forgot a password: the same row whether we know the address or not
    send_one(pk)            the task that starts after the commit
    send_all(at)            the sweeper: what was lost with the broker, what waited long enough, what is past its time

How a letter is claimed, sent and tried again is in sending.py.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from kbl import clock
from kbl.mail import sending
from kbl.mail.models import Letter

SEND = "kbl.mail.tasks.send_letter"
SEND_ALL = "kbl.mail.tasks.send_letters"
LASTS = timedelta(days=14)  # what a letter says is not kept for longer, sent or not
KEPT = timedelta(days=30)  # that it was sent, or was not
KEPT_ONCE = timedelta(days=400)  # and of what is told once: nobody asks again after so long

State, Purpose = Letter.State, Letter.Purpose

# How a letter is made whose text is not kept; None says that there is nothing to send.
Composer = Callable[[Letter], EmailMessage | None]
_COMPOSERS: dict[str, Composer] = {}


def composes(purpose: Letter.Purpose, composer: Composer) -> None:
    """Register who makes the letters of a purpose at the moment they go, so that nothing of them is kept."""
    _COMPOSERS[purpose] = composer


def post(
    message: EmailMessage, purpose: Letter.Purpose, *, at: datetime, lasts: timedelta = LASTS, once: str = ""
) -> None:
    """Write a mail down, for each of its addresses; it goes after the transaction around this is committed.

    Text only: raises ValueError for attachments, which belong on a page behind a log-in. With `once`, a name for what
    is told, nobody is told it twice.
    """
    if message.attachments:
        raise ValueError("A mail carries no attachments.")
    rows = [
        Letter(
            recipient=address,
            purpose=purpose,
            subject=" ".join(message.subject.split())[:200],
            body=str(message.body),
            once=f"{once} {address}"[:120] if once else "",
            written_at=at,
            expires_at=at + lasts,
        )
        for address in dict.fromkeys(message.recipients())
    ]
    _keep(rows)


def ask_reset(address: str, *, at: datetime) -> None:
    """Somebody wants to choose a password. Whether we know the address is looked up when the mail goes, not here."""
    lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    _keep([Letter(recipient=address[:254], purpose=Purpose.RESET, written_at=at, expires_at=at + lasts)])


def send_one(pk: int, *, at: datetime) -> None:
    """Send a letter, if it waits and nobody else took it."""
    if letter := Letter.objects.filter(pk=pk, state=State.WAITING, expires_at__gt=at).first():
        _send(letter, at=at)


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and has waited long enough; let go of what is past its time."""
    if not clock.differs_from_database(at):
        _throw_away(at)
    sending.free_stale(Letter.objects.all(), at=at)
    for letter in sending.unsent(Letter.objects.filter(expires_at__gt=at), at=at):
        _send(letter, at=at)


def _throw_away(at: datetime) -> None:
    """What is past its time: the text first, the row later."""
    Letter.objects.exclude(state=State.SENT).filter(expires_at__lte=at).exclude(body="").update(body="")
    over = Letter.objects.filter(expires_at__lte=at)
    over.filter(once="", written_at__lte=at - KEPT).delete()
    over.filter(written_at__lte=at - KEPT_ONCE).delete()


def _keep(rows: list[Letter]) -> None:
    """One statement, and the workers hear of it. When the broker is away nothing is lost: the sweeper sends it."""
    with transaction.atomic():
        if any(each.once for each in rows):  # which of them are new the database does not say
            Letter.objects.bulk_create(rows, ignore_conflicts=True)
            sending.start(SEND_ALL)
            return
        for each in Letter.objects.bulk_create(rows):
            sending.start(SEND, each.pk)


def _send(letter: Letter, *, at: datetime) -> None:
    sending.send(letter, partial(_compose, letter), at=at)


def _compose(letter: Letter) -> EmailMessage | None:
    if composer := _COMPOSERS.get(letter.purpose):
        return composer(letter)
    name = letter.once or f"letter-{letter.pk}-{letter.written_at:%Y%m%d%H%M%S}"
    return EmailMessage(letter.subject, letter.body, to=[letter.recipient], headers=sending.headers(name))
