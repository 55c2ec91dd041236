"""A mail server that takes a connection and then says nothing holds a worker until the time is up.

One letter finds that out; for a minute the others do not try, so that the workers are there for everything else. What
was not tried keeps waiting, and is no attempt.
"""

import smtplib

from django.core.cache import cache

KEY = "mail-server-is-silent"
REST = 60  # seconds


def is_silent() -> bool:
    """True while a mail server that held us up is left alone."""
    return bool(cache.get(KEY))


def remember(failure: Exception) -> None:
    """Note a failure that cost time: it did not answer, or broke off. A refusal at once costs none."""
    if isinstance(failure, TimeoutError | smtplib.SMTPServerDisconnected):
        cache.set(KEY, 1, REST)


def is_for_good(failure: Exception) -> bool:
    """True when the mail server said of every address that it does not exist here (5xx): asking again is no use."""
    if not isinstance(failure, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in failure.recipients.values())
