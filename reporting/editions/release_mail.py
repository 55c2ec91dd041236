"""The mail to the province about a released report, once: with the addresses of its page and its files."""

from datetime import datetime

from kbl.accounts.models import User
from kbl.accounts.roles import Role
from kbl.mail import outbox, sending
from reporting.editions.models import EditionFile, ReportEdition


def post(edition: ReportEdition, *, at: datetime) -> None:
    """Put the mail in the outbox. A second time changes nothing."""
    readers = User.objects.filter(is_active=True, assignments__role=Role.PROVINCE).distinct().order_by("email")
    if not (to := list(readers.values_list("email", flat=True))):
        return
    quarter = edition.closing.quarter
    files = [
        (form.label, sending.link("province:report_file", quarter, edition.version, form.value))
        for form in EditionFile.Form
    ]
    context = {
        "quarter": quarter,
        "edition": edition,
        "link": sending.link("province:report", quarter),
        "files": files,
    }
    name = f"report-{quarter}-{edition.version}"
    version = f", versie {edition.version}" if edition.version > 1 else ""
    subject = f"Voortgangsrapportage {quarter.label}{version}"
    outbox.post(
        sending.letter(to, subject, "mail/report_released.txt", context, name=name),
        outbox.Purpose.REPORT,
        at=at,
        once=name,
    )
