"""Mail that goes out once: a row that is claimed before it is sent, by an UPDATE that names what it saw.

Of two workers one sends. What fails stays visible and is tried again, each time after a longer wait. No voucher
number is ever in a mail. This is the one file that speaks to a mail server, and only a worker comes here: a page that
mails writes a row (outbox.py, or a table of its own) and starts the work after its commit.
"""

import logging
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from celery import signature
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from kbl.broker import hand_over
from kbl.mail import outage
from kbl.mail.models import Mail
from kbl.organisations.models import Programme

log = logging.getLogger(__name__)

# No task lives longer than its time limit, so a claim older than that is of a worker that is gone.
CLAIM_LASTS = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)
MOST_ATTEMPTS = 10


State = Mail.State
Kind = TypeVar("Kind", bound=Mail)


def unsent(mails: "QuerySet[Kind]", *, at: datetime) -> list[Kind]:
    """The mail that waits, and the mail that failed and has waited long enough."""
    tried = Q(state=State.FAILED, attempts__range=(1, MOST_ATTEMPTS - 1))
    found = mails.filter(Q(state=State.WAITING) | tried).order_by("pk")
    return [each for each in found if each.state == State.WAITING or _waited(each, at)]


def find_addresses(mails: "QuerySet[Kind]", address_of: Callable[[Kind], str]) -> None:
    """Mail without an address is looked at again: somebody may have filled it in meanwhile."""
    for each in mails.filter(state=State.FAILED, recipient=""):
        if recipient := address_of(each):
            mails.filter(pk=each.pk, state=State.FAILED).update(state=State.WAITING, recipient=recipient)


def send(mail: Mail, letter: Callable[[], EmailMessage | None], *, at: datetime) -> None:
    """Claim, send, and say how it went. Who does not get the claim leaves it alone.

    A letter that turns out to have nothing to say (None) is thrown away. An address that does not exist is not tried
    again by itself. While the mail server is silent nothing is claimed: see outage.py.
    """
    if outage.is_silent() or not claim(mail, at):
        return
    rows = type(mail)._default_manager
    mine = rows.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts + 1)
    try:
        message = letter()
        if message is None:
            mine.delete()
            return
        message.connection = get_connection(settings.DELIVERY_BACKEND)
        message.send()
    except Exception as failure:  # a mail server has many ways to fail, and each must end on the row
        log.warning("%s %s did not go: %s", type(mail).__name__, mail.pk, type(failure).__name__)
        outage.remember(failure)
        mine.update(state=State.FAILED, attempts=MOST_ATTEMPTS if outage.is_for_good(failure) else F("attempts"))
    else:
        mine.update(state=State.SENT, sent_at=at, **mail.CLEARED)


def again(mail: Mail, recipient: str, *, task: str, args: tuple = ()) -> bool:
    """Somebody of Cubiss wants another try, to the address of today; a worker sends it. False: it had not failed."""
    failed = type(mail)._default_manager.filter(pk=mail.pk, state=State.FAILED)
    with transaction.atomic():
        asked = bool(recipient) and failed.update(state=State.WAITING, recipient=recipient, attempts=0) == 1
        if asked:
            start(task, *args)
    return asked


def start(task: str, *args: object) -> None:
    """Let a worker send, after the commit. When the broker is away nothing is lost: the timetable finds the row."""
    transaction.on_commit(lambda: hand_over(signature(task, args=args), otherwise="the timetable sends the mail"))


def claim(mail: Mail, at: datetime) -> bool:
    """True for the one worker whose UPDATE still finds the mail as it was seen."""
    seen = type(mail)._default_manager.filter(pk=mail.pk, state=mail.state, attempts=mail.attempts)
    return seen.update(state=State.SENDING, claimed_at=at, attempts=F("attempts") + 1) == 1


def free_stale(mails: QuerySet, *, at: datetime) -> None:
    """Give back what a worker claimed and never finished, because it was killed."""
    # Claimed at a moment that is still to come: by a clock that ran ahead.
    of_the_dead = Q(claimed_at__lt=at - CLAIM_LASTS) | Q(claimed_at__gt=at + CLAIM_LASTS)
    mails.filter(of_the_dead, state=State.SENDING).update(state=State.WAITING)


def letter(to: Iterable[str], subject: str, template: str, context: dict, *, name: str) -> EmailMessage:
    """A text mail. Its Message-ID is always the same, so that a mail box knows a second copy for what it is."""
    with translation.override("nl"):
        body = render_to_string(template, {"programme": Programme.current(), **context})
    return EmailMessage(subject, body, to=list(to), headers=headers(name))


def headers(name: str) -> dict[str, str]:
    """What tells a mail box that a second copy is one, and that nobody waits for an answer."""
    host = urlsplit(settings.SITE_URL).hostname
    return {"Message-ID": f"<{re.sub(r'[^A-Za-z0-9-]', '-', name)}@{host}>", "Auto-Submitted": "auto-generated"}


def link(name: str, *args: object) -> str:
    """The whole address of a page, for in a mail."""
    return settings.SITE_URL + reverse(name, args=args)


def _waited(mail: Mail, at: datetime) -> bool:
    """So long after the first failure, then twice as long each time."""
    assert mail.claimed_at
    if mail.claimed_at > at + CLAIM_LASTS:  # claimed by a clock that ran ahead
        return True
    return at >= mail.claimed_at + mail.first_wait * 2 ** (mail.attempts - 1)
