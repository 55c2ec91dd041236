"""What could not be made stays written down, with why, until it is there: a document per statement, a report."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db.models import F

from kbl.settlements.models import Closing, FailedDocument, Statement

log = logging.getLogger(__name__)
Made = TypeVar("Made")


def attempt(make: Callable[[], Made], *, closing: Closing, statement: Statement | None = None, at: datetime) -> Made:
    """Make one document: what fails is written down and raised again, what succeeds is forgotten."""
    try:
        made = make()
    except Exception as failure:
        keep(failure, closing=closing, statement=statement, at=at)
        raise
    forget(closing, statement)
    return made


def keep(failure: Exception, *, closing: Closing, statement: Statement | None = None, at: datetime) -> None:
    """Write down that this document could not be made; trying again counts on the same row."""
    reason = type(failure).__name__
    if rules := getattr(failure, "rules", None):
        reason = f"{reason}: {', '.join(rules)}"
    reason = reason[:60]
    log.error("No document for %s: %s", f"statement {statement.pk}" if statement else f"report {closing}", reason)
    rows = FailedDocument.objects.filter(closing=closing, statement=statement)
    if not rows.update(reason=reason, at=at, attempts=F("attempts") + 1):
        FailedDocument.objects.get_or_create(
            closing=closing, statement=statement, defaults={"reason": reason, "at": at}
        )


def forget(closing: Closing, statement: Statement | None = None) -> None:
    """It is there now."""
    FailedDocument.objects.filter(closing=closing, statement=statement).delete()
