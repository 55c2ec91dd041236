"""Django's way of mailing, led to the outbox: whoever calls `send()` on a mail, anywhere, writes a row and no more.

Also what we did not write: django-allauth, `mail_admins`, a package of tomorrow. The mail server itself is spoken to in
one place, sending.py, through `DELIVERY_BACKEND`.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from kbl import clock
from kbl.mail import outbox
from kbl.mail.models import Letter


class OutboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each down; how many were."""
        at = clock.now()
        for message in email_messages:
            outbox.post(message, Letter.Purpose.SYSTEM, at=at)
        return len(email_messages)
