"""Inviting new colleagues: one mail each, sent once the file is saved, and tried again when the mail server is away.

The link is the one with which anybody chooses a new password (django-allauth's); its key is made when the mail goes,
so nothing that opens an account is ever kept.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import EmailMessage

from kbl.accounts.models import User
from kbl.intake.models import Invitation
from kbl.mail import sending

SEND = "kbl.intake.tasks.send_invitations"


def invite(users: Iterable[User], *, at: datetime) -> None:
    """Invite new users; the mail goes when the transaction around this is committed. Nobody is invited twice."""
    rows = [Invitation(user=user, recipient=user.email) for user in users]
    Invitation.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if rows:
        sending.start(SEND)


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and has waited long enough. May run as often and as many times as it likes."""
    sending.free_stale(Invitation.objects.all(), at=at)
    waiting = Invitation.objects.exclude(state=Invitation.State.SENT).filter(user__is_active=True)
    for invitation in sending.unsent(waiting.select_related("user"), at=at):
        sending.send(invitation, partial(_letter, invitation), at=at)


def _letter(invitation: Invitation) -> EmailMessage:
    user = invitation.user
    link = sending.link(
        "account_reset_password_from_key", user_pk_to_url_str(user), default_token_generator.make_token(user)
    )
    roles = [str(each) for each in user.assignments.select_related("organisation")]
    return sending.letter(
        [invitation.recipient],
        "Welkom bij KBL: kies uw wachtwoord",
        "mail/invitation.txt",
        {"user": user, "roles": roles, "link": link},
        name=f"invitation-{invitation.pk}",
    )
