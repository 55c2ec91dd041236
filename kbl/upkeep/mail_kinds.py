"""Every table of mail, for whoever looks after all of it: what it is, whom it is about, how it goes once more."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from intermediaries.notices import mailing
from intermediaries.notices.models import StockMail
from kbl.discrepancies import reminders
from kbl.discrepancies.models import Reminder as OpenItemsMail
from kbl.intake.models import Invitation
from kbl.mail import outbox, sending
from kbl.mail.models import Letter, Mail
from kbl.payments.accounts import accounts
from kbl.payments.models import AccountMail
from kbl.second_person.models import OfficeMail
from kbl.settlements.models import Notice, Reminder
from kbl.settlements.statements import notices, silence
from reporting.message import sending_it
from reporting.models import FundWarning, MessageMail


@dataclass(frozen=True)
class MailKind:
    """A table of mail. `what` and `about` are Dutch; `address_of` looks up where it would go today.

    `task` sends what waits; `alone` says that it takes the one mail to send. `wanted` leaves out what is of no use any
    more, `related` is what `about` and `address_of` read.
    """

    key: str
    model: type[Mail]
    what: Callable[[Any], str]
    about: Callable[[Any], str]
    task: str
    address_of: Callable[[Any], str] = lambda mail: mail.recipient
    alone: bool = False
    wanted: Q = Q()
    related: tuple[str, ...] = ()


PARTY = "statement__organisation__parent__parent"

KINDS = {
    each.key: each
    for each in (
        MailKind(
            "brief",
            Letter,
            what=lambda mail: mail.get_purpose_display(),
            about=lambda mail: mail.subject,
            task=outbox.SEND,
            alone=True,
        ),
        MailKind(
            "afrekening",
            Notice,
            what=lambda mail: "bericht over een afrekening",
            about=lambda mail: str(mail.statement.organisation),
            address_of=lambda mail: notices.address_of(mail.statement),
            task=notices.SEND,
            alone=True,
            related=(PARTY,),
        ),
        MailKind(
            "herinnering",
            Reminder,
            what=lambda mail: "herinnering aan een afrekening",
            about=lambda mail: str(mail.statement.organisation),
            address_of=lambda mail: notices.address_of(mail.statement),
            task=silence.SEND,
            alone=True,
            related=(PARTY,),
        ),
        MailKind(
            "open-punten",
            OpenItemsMail,
            what=lambda mail: "herinnering over open punten",
            about=lambda mail: str(mail.series.organisation),
            address_of=reminders.address_of_reminder,
            task="kbl.discrepancies.tasks.send_mail",
            wanted=Q(series__over_on=None),
            related=("series__organisation__parent",),
        ),
        MailKind(
            "vouchers",
            StockMail,
            what=lambda mail: "bericht over vouchers",
            about=lambda mail: str(mail.organisation),
            address_of=lambda mail: mailing.address_of(mail.organisation),
            task="intermediaries.tasks.send_mail",
            related=("step__order__organisation__parent", "low_stock__organisation__parent"),
        ),
        MailKind(
            "rekening",
            AccountMail,
            what=lambda mail: "bericht over een rekeningnummer",
            about=lambda mail: str(mail.change.organisation),
            address_of=lambda mail: accounts.address_of(mail.change.organisation),
            task="kbl.payments.tasks.send_account_mail",
            related=("change__organisation__parent",),
        ),
        MailKind(
            "rol",
            OfficeMail,
            what=lambda mail: "bericht over een rol bij Cubiss",
            about=lambda mail: "Cubiss",
            task="kbl.payments.tasks.send_account_mail",
        ),
        MailKind(
            "uitnodiging",
            Invitation,
            what=lambda mail: "uitnodiging aan een collega",
            about=lambda mail: str(mail.user),
            task="kbl.intake.tasks.send_invitations",
            wanted=Q(user__is_active=True),
            related=("user",),
        ),
        MailKind(
            "fonds",
            FundWarning,
            what=lambda mail: "waarschuwing over het lidmaatschapsfonds",
            about=lambda mail: "het lidmaatschapsfonds",
            task="reporting.tasks.send_fund_warnings",
        ),
        MailKind(
            "kwartaalbericht",
            MessageMail,
            what=lambda mail: "kwartaalbericht",
            about=lambda mail: str(mail.organisation or mail.get_audience_display()),
            task=sending_it.SEND,
            related=("organisation",),
        ),
    )
}


def failed(kind: MailKind) -> QuerySet:
    """What could not be delivered, whether it is tried again by itself or not; the newest first."""
    rows = kind.model._default_manager.filter(kind.wanted, state=Mail.State.FAILED)
    return rows.select_related(*kind.related).order_by("-pk")


def has_expired(mail: Mail, at: datetime) -> bool:
    """Too late to be of use; only letters have an end."""
    return isinstance(mail, Letter) and mail.has_expired(at)


def again(kind: MailKind, mail: Mail, *, at: datetime) -> bool:
    """Let a mail that failed go once more, to the address of today. False: not failed, no address, or too late."""
    if has_expired(mail, at):
        return False
    args = (mail.pk,) if kind.alone else ()
    return sending.again(mail, kind.address_of(mail), task=kind.task, args=args)
