"""The mail to the province about a payment request, once: what is asked, by when, and where the paper is."""

from datetime import datetime

from kbl.accounts.models import User
from kbl.accounts.roles import Role
from kbl.mail import outbox, sending
from reporting.payment_requests.models import PaymentRequest


def post(request: PaymentRequest, *, at: datetime) -> None:
    """Put the mail in the outbox. A second time changes nothing."""
    readers = User.objects.filter(is_active=True, assignments__role=Role.PROVINCE).distinct().order_by("email")
    if not (to := list(readers.values_list("email", flat=True))):
        return
    name = f"payment-request-{request.number}"
    context = {"request": request, "link": sending.link("province:payment_requests")}
    letter = sending.letter(to, f"Betaalverzoek {request.number}", "mail/payment_request.txt", context, name=name)
    outbox.post(letter, outbox.Purpose.REPORT, at=at, once=name)
