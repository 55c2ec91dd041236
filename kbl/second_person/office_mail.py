"""The mail to everybody of Cubiss about a role at Cubiss: when it is asked for, and when it is given."""

from datetime import datetime

from django.core.mail import EmailMessage

from kbl.mail import sending
from kbl.second_person.models import OfficeMail

OFFICE_SUBJECTS = {
    OfficeMail.Kind.ASKED: "Iemand krijgt misschien een rol bij Cubiss: kent u deze collega?",
    OfficeMail.Kind.ACCEPTED: "Een collega kreeg een rol bij Cubiss",
}


def send_all(*, at: datetime) -> None:
    """Send what waits, and what failed and waited long enough."""
    mails = OfficeMail.objects.select_related("change__asked_by", "change__decided_by")
    sending.free_stale(OfficeMail.objects.all(), at=at)
    for each in sending.unsent(mails, at=at):
        sending.send(each, lambda each=each: _letter(each), at=at)  # type: ignore[misc]


def _letter(each: OfficeMail) -> EmailMessage:
    return sending.letter(
        [each.recipient],
        OFFICE_SUBJECTS[OfficeMail.Kind(each.kind)],
        "mail/office_role.txt",
        {"change": each.change, "accepted": each.kind == OfficeMail.Kind.ACCEPTED},
        name=f"office-{each.kind}-{each.change_id}-{each.pk}",
    )
