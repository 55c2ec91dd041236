"""The mail about another account: to the organisation's own address, when it is asked for and when it is changed.

How a mail is claimed, sent and tried again is in kbl/mail.
"""

from datetime import datetime

from django.core.mail import EmailMessage

from kbl.clock import local_day
from kbl.mail import sending
from kbl.payments.accounts.accounts import address_of
from kbl.payments.models import AccountMail

SUBJECTS = {
    AccountMail.Kind.ASKED: "Iemand vroeg om uw rekeningnummer te wijzigen: klopt dat?",
    AccountMail.Kind.ACCEPTED: "Uw rekeningnummer is gewijzigd",
}


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and waited long enough; a missing address is looked up again."""
    mails = AccountMail.objects.select_related("change__organisation__parent")
    sending.free_stale(AccountMail.objects.all(), at=at)
    sending.find_addresses(mails, lambda each: address_of(each.change.organisation))
    for each in sending.unsent(mails, at=at):
        sending.send(each, lambda each=each: _letter(each), at=at)  # type: ignore[misc]


def _letter(each: AccountMail) -> EmailMessage:
    """Only the last four figures: a mail is read on many screens."""
    change = each.change
    return sending.letter(
        [each.recipient],
        SUBJECTS[AccountMail.Kind(each.kind)],
        f"mail/account_{each.kind}.txt",
        {"change": change, "ending": change.iban[-4:], "on": local_day(change.decided_at or change.asked_at)},
        name=f"account-{each.kind}-{change.pk}",
    )
