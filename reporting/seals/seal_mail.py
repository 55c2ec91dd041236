"""The seal by mail, once, to people who keep it elsewhere: the province, the auditor, Cubiss.

A mail box is not the database's owner's. Whoever is asked later whether a closed quarter is still as it was, lays the
code in the mail beside the one that the books have then.
"""

from datetime import datetime

from django.conf import settings

from kbl.accounts.models import User
from kbl.accounts.roles import Role
from kbl.mail import outbox, sending
from kbl.organisations.models import Programme
from reporting.models import QuarterSeal
from reporting.seals import sealing


def addresses() -> list[str]:
    """Who gets it: `SEAL_MAIL_TO`, else whoever reads for the province; and the programme's own address."""
    province = User.objects.filter(is_active=True, assignments__role=Role.PROVINCE).order_by("email")
    to = settings.SEAL_MAIL_TO or province.values_list("email", flat=True)
    return list(dict.fromkeys([*to, *filter(None, [Programme.current().contact_email])]))


def post(seal: QuarterSeal, *, at: datetime) -> None:
    """Put the mail in the outbox. A second time, or by two workers at once, changes nothing."""
    if not (to := addresses()):
        return
    quarter = seal.closing.quarter
    context = {"seal": seal, "quarter": quarter, "words": sealing.words(seal).strip()}
    context["link"] = sending.link("cubiss:audit_quarter", quarter)
    name = f"seal-{quarter}"
    letter = sending.letter(
        to, f"Bewaar deze mail: het zegel van het {quarter.label}", "mail/seal.txt", context, name=name
    )
    outbox.post(letter, outbox.Purpose.SEAL, at=at, once=name)
