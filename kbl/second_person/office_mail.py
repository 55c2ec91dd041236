"""The mail to colleagues of Cubiss: about a role there, asked for and given; and when something waits for a second."""

from datetime import datetime

from django.core.mail import EmailMessage

from kbl.mail import sending
from kbl.second_person.models import OfficeMail

OFFICE_SUBJECTS = {
    OfficeMail.Kind.ASKED: "Iemand krijgt misschien een rol bij Cubiss: kent u deze collega?",
    OfficeMail.Kind.ACCEPTED: "Een collega kreeg een rol bij Cubiss",
    OfficeMail.Kind.LOOK: "Wilt u meekijken? Er wacht iets op een tweede persoon",
}
TEMPLATES = {
    OfficeMail.Kind.ASKED: "mail/office_role.txt",
    OfficeMail.Kind.ACCEPTED: "mail/office_role.txt",
    OfficeMail.Kind.LOOK: "mail/second_person.txt",
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
        TEMPLATES[OfficeMail.Kind(each.kind)],
        {
            "change": each.change,
            "accepted": each.kind == OfficeMail.Kind.ACCEPTED,
            "url": sending.link("cubiss:pending_changes"),
        },
        name=f"office-{each.kind}-{each.change_id}-{each.pk}",
    )
