"""Sending the quarterly message: once, whoever presses how often. The row of the message is the claim."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from functools import partial

from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from kbl.accounts.models import Assignment
from kbl.accounts.roles import Audience, Right, Role
from kbl.mail import sending
from kbl.organisations.models import Organisation
from kbl.settlements.models import Closing
from reporting.editions import release
from reporting.message import letters
from reporting.message.models import MessageMail, QuarterMessage

SEND = "reporting.tasks.send_quarter_messages"
Reader = tuple[str, Audience, Organisation | None]


class MessageRefused(Exception):
    """A message that cannot be sent: `reason` says why."""

    class Reason(StrEnum):
        NOT_RELEASED = "not_released"
        SENT = "sent"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


WORDS = {
    MessageRefused.Reason.NOT_RELEASED: "De rapportage van dit kwartaal is nog niet vrijgegeven. Het bericht volgt.",
    MessageRefused.Reason.SENT: "Dit bericht is al verstuurd. Niemand krijgt het twee keer.",
}


def readers() -> Iterator[Reader]:
    """Who gets it, once per organisation: managers of libraries, all of other parties, the province and Cubiss."""
    found = Assignment.objects.filter(user__is_active=True).select_related("user", "organisation")
    for each in found.order_by("user__email", "pk"):
        role = Role(each.role)
        if role.audience is Audience.LIBRARY and Right.MANAGE not in role.rights:
            continue
        yield each.user.email, role.audience, each.organisation if role.details.for_an_organisation else None


@transaction.atomic
def send(closing: Closing, text: str, *, by, at: datetime) -> QuarterMessage:
    """Write the message and a mail to every reader; workers send them. Raises MessageRefused, ValidationError."""
    edition = release.released(closing)
    if edition is None:
        raise MessageRefused(MessageRefused.Reason.NOT_RELEASED)
    words = clean(text)
    try:
        with transaction.atomic():
            message = QuarterMessage.objects.create(
                closing=closing, edition=edition, text=words, sent_by=by, sent_at=at
            )
    except IntegrityError:  # the claim: somebody pressed before
        raise MessageRefused(MessageRefused.Reason.SENT) from None
    MessageMail.objects.bulk_create(
        [
            MessageMail(message=message, recipient=recipient, audience=audience.value, organisation=organisation)
            for recipient, audience, organisation in dict.fromkeys(readers())
        ]
    )
    sending.start(SEND)
    return message


def clean(text: str) -> str:
    """The text as it may be written. Raises ValidationError when somebody stands in it."""
    return QuarterMessage._meta.get_field("text").clean(text, None)


def send_all(*, at: datetime) -> None:
    """Send what waits, and once more what failed and waited long enough."""
    mails = MessageMail.objects.select_related("message__edition__closing", "organisation")
    sending.free_stale(MessageMail.objects.all(), at=at)
    for each in sending.unsent(mails, at=at):
        sending.send(each, partial(_letter, each), at=at)


def _letter(mail: MessageMail) -> EmailMessage:
    message = mail.message
    context = letters.context_of(message.edition, message.text, Audience(mail.audience), mail.organisation)
    return letters.letter(context, mail.recipient, f"quarter-message-{mail.pk}")
