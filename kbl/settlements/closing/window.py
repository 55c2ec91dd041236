"""The window of a closing: from which day a finished quarter can be closed, and the coordinators hear of it once."""

from datetime import datetime, timedelta

from django.db import transaction

from kbl.accounts.models import User
from kbl.accounts.roles import Right
from kbl.clock import local_day
from kbl.mail import outbox, sending
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import Closing, ClosingWindow


def open_window(*, at: datetime) -> ClosingWindow | None:
    """Open the closing of the last finished quarter, from the day that the programme sets; None when there is nothing.

    A task calls this every day; a second call changes nothing.
    """
    today = local_day(at)
    quarter = Quarter.of(today).previous
    programme = Programme.current()
    opens_on = quarter.last_day + timedelta(days=programme.closing_opens_after)
    if today < opens_on or quarter.last_day < programme.starts_on or Closing.objects.filter(quarter=quarter).exists():
        return None
    window, opened = ClosingWindow.objects.get_or_create(quarter=quarter, defaults={"opened_at": at})
    return window if opened else None


@transaction.atomic
def announce_window(*, at: datetime) -> None:
    """Open the closing of the last finished quarter when its day has come, and tell the coordinators, once.

    In one transaction, the mail to the outbox.
    """
    if not Programme.objects.exists() or (window := open_window(at=at)) is None:
        return
    if addresses := list(User.objects.that_may(Right.COORDINATE).values_list("email", flat=True)):
        quarter = window.quarter
        letter = sending.letter(
            addresses,
            f"Het {quarter.label} kan worden afgesloten",
            "mail/closing_open.txt",
            {"quarter": quarter, "link": sending.link("cubiss:closing", quarter)},
            name=f"closing-{quarter}",
        )
        outbox.post(letter, outbox.Purpose.CLOSING, at=at, once=f"closing-{quarter}")
