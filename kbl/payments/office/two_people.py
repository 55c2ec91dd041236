"""What waits for a second person, and what was decided, as rows that both pages about it show alike."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kbl.accounts.models import User
from kbl.organisations.models import AccountChange
from kbl.payments.templatetags.payments import iban
from kbl.second_person.models import PendingChange


@dataclass(frozen=True)
class TwoPeople:
    """One change: about what, from what to what, who asked, who decided, and where to decide.

    `confirm` is what the second person reads before it happens. A part that stays on one line has `is_number`.
    """

    subject: str
    under: str
    was: str
    becomes: str
    was_under: str
    becomes_under: str
    confirm: str
    decide_url: str
    asked_at: datetime
    asked_by: User
    decided_at: datetime | None
    decided_by: User | None
    accepted: bool
    outcome: str
    link: str = ""
    is_number: bool = False


def of_change(change: PendingChange) -> TwoPeople:
    """A role, a tariff, a correction: everything but an account."""
    return TwoPeople(
        subject=change.subject,
        under=str(change.get_kind_display()),
        was=change.was,
        becomes=change.becomes,
        was_under="",
        becomes_under="",
        confirm=f"{change.subject}: {change.becomes}.",
        decide_url=reverse("cubiss:pending_change_decide", args=[change.pk]),
        asked_at=change.asked_at,
        asked_by=change.asked_by,
        decided_at=change.decided_at,
        decided_by=change.decided_by,
        accepted=change.outcome == PendingChange.Outcome.ACCEPTED,
        outcome=str(change.get_outcome_display()),
    )


def of_account(change: AccountChange) -> TwoPeople:
    """Another account; in whose name it is, where that changes too."""
    now, becomes = change.old_holder, change.holder or change.organisation.name
    moves = change.holder != change.old_holder
    named = f", op naam van {change.holder}" if change.holder else ""
    return TwoPeople(
        subject=str(change.organisation),
        under="",
        was=iban(change.old_iban),
        becomes=iban(change.iban),
        was_under=f"op naam van {now}" if now else "",
        becomes_under=f"op naam van {becomes}" if moves else "",
        confirm=f"Voortaan betaalt u {change.organisation} op {iban(change.iban)}{named}.",
        decide_url=reverse("cubiss:account_decide", args=[change.pk]),
        asked_at=change.asked_at,
        asked_by=change.asked_by,
        decided_at=change.decided_at,
        decided_by=change.decided_by,
        accepted=change.outcome == AccountChange.Outcome.ACCEPTED,
        outcome=str(change.get_outcome_display()),
        link=reverse("cubiss:organisation", args=[change.organisation.slug]),
        is_number=True,
    )
