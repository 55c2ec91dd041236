"""What needs two people besides a bank account: one asks, another accepts, and only then it is there.

Forms, lists from Excel and the office's lists ask here; nothing else gives a role at Cubiss, changes who is paid, the
address that is warned, a tariff or how VAT applies (docs/domain.md, "Four eyes").
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import IntegrityError, transaction

from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import Right, Role
from kbl.accounts.waiting import assert_not_made_by, assert_second_person, office_people
from kbl.formats import day, euro
from kbl.organisations.models import Organisation, Programme
from kbl.payments.pending_models import OfficeMail, PendingChange
from kbl.settlements.models import PartyVat, Tariff
from kbl.settlements.tariffs.tariffs import TariffTooEarly, assert_addable

Kind = PendingChange.Kind
Outcome = PendingChange.Outcome
POWER = frozenset({Kind.OFFICE_ROLE, Kind.OFFICE_ACCOUNT})  # what everybody of Cubiss hears of


class ChangeRefused(Exception):
    """A change that cannot be asked, or not be decided: `reason` says why."""

    class Reason(StrEnum):
        OWN = "own"
        DECIDED = "decided"
        OPEN = "open"
        ABOUT_YOU = "about_you"
        GONE = "gone"
        CEILING = "ceiling"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def named(user: User) -> str:
    """Name and mail address: two accounts may carry one name, never one address."""
    return f"{user.name} ({user.email})"


def ask_role(user: User, role: str, *, by, at: datetime) -> PendingChange:
    """Ask a role at Cubiss for somebody. Everybody of Cubiss hears of it. Raises ChangeRefused (OPEN)."""
    has = ", ".join(str(Role(each.role).label) for each in user.assignments.all())
    return _ask(Kind.OFFICE_ROLE, named(user), has, str(Role(role).label), {"user": user.pk, "role": role}, by, at)


def is_asked(user: User, role: str) -> bool:
    """This role for this person waits for a second person already."""
    values = {"user": user.pk, "role": role}
    return PendingChange.objects.filter(kind=Kind.OFFICE_ROLE, values=values, decided_at__isnull=True).exists()


def ask_account(user: User, *, by, at: datetime) -> PendingChange:
    """Ask to let somebody of Cubiss, who could not log in any more, in again. Raises ChangeRefused (OPEN)."""
    return _ask(Kind.OFFICE_ACCOUNT, named(user), "niet in gebruik", "in gebruik", {"user": user.pk}, by, at)


def ask_parent(organisation: Organisation, parent: Organisation | None, *, by, at: datetime) -> PendingChange:
    """Ask that an organisation belongs to another: that one is paid for it. Raises ChangeRefused (OPEN)."""
    values = {"organisation": organisation.pk, "parent": parent.pk if parent else None, "was": organisation.parent_id}
    was, becomes = str(organisation.parent or "geen"), str(parent or "geen")
    return _ask(Kind.PARENT, organisation.name, was, becomes, values, by, at)


def ask_mail_address(organisation: Organisation, email: str, *, by, at: datetime) -> PendingChange:
    """Ask that an organisation gets its mail elsewhere: there it is warned about its account. Raises ChangeRefused."""
    values = {"organisation": organisation.pk, "email": email, "was": organisation.email}
    was, becomes = organisation.email or "geen", email or "geen"
    return _ask(Kind.MAIL_ADDRESS, organisation.name, was, becomes, values, by, at)


def ask_tariff(tariff: Tariff, *, by, at: datetime) -> PendingChange:
    """Ask for a tariff. Raises ChangeRefused (CEILING, OPEN), TariffTooEarly."""
    assert_addable(tariff.first_day)
    if tariff.amount > ceiling(tariff.kind):
        raise ChangeRefused(ChangeRefused.Reason.CEILING)
    track = f", spoor {tariff.track}" if tariff.track else ""
    values = {
        "kind": tariff.kind,
        "track": tariff.track,
        "first_day": tariff.first_day.isoformat(),
        "amount": str(tariff.amount),
        "vat": tariff.vat,
    }
    subject = f"{tariff.get_kind_display()}{track} vanaf {day(tariff.first_day)}"
    return _ask(Kind.TARIFF, subject, "", f"{euro(tariff.amount)}, {tariff.get_vat_display()}", values, by, at)


def ask_vat(treatment: PartyVat, *, by, at: datetime) -> PendingChange:
    """Ask how VAT applies to an organisation. Raises ChangeRefused (OPEN), TariffTooEarly."""
    assert_addable(treatment.first_day)
    values = {
        "organisation": treatment.organisation_id,
        "kind": treatment.kind,
        "first_day": treatment.first_day.isoformat(),
        "vat": treatment.vat,
    }
    subject = f"{treatment.organisation}: {treatment.get_kind_display()} vanaf {day(treatment.first_day)}"
    return _ask(Kind.PARTY_VAT, subject, "", str(treatment.get_vat_display()), values, by, at)


def ceiling(kind: str) -> Decimal:
    """The highest amount that a tariff of this kind may have, in euros: a field of the programme."""
    programme = Programme.current()
    return programme.highest_handling if kind == Tariff.Kind.HANDLING else programme.highest_fee


@transaction.atomic
def accept(change: PendingChange, *, by, at: datetime) -> None:
    """A second person agrees, and what was asked is there.

    Raises ChangeRefused (OWN, ABOUT_YOU, DECIDED, GONE), waiting.TooNew, waiting.MadeByYou, TariffTooEarly.
    """
    if change.asked_by_id == by.pk:
        raise ChangeRefused(ChangeRefused.Reason.OWN)
    if change.kind in POWER and change.values["user"] == by.pk:
        raise ChangeRefused(ChangeRefused.Reason.ABOUT_YOU)
    assert_not_made_by(change.asked_by, by)
    assert_second_person(by, Right.ACCOUNTS, at=at)
    _decide(change, Outcome.ACCEPTED, by=by, at=at)
    try:
        with transaction.atomic():
            APPLY[Kind(change.kind)](change)
    except IntegrityError:  # it is there already, or in the way of what came meanwhile
        raise ChangeRefused(ChangeRefused.Reason.GONE) from None
    _tell(change, OfficeMail.Kind.ACCEPTED)


def decline(change: PendingChange, *, by, at: datetime) -> None:
    """Nothing changes; for whoever asked it means taking it back. Raises ChangeRefused (DECIDED)."""
    outcome = Outcome.WITHDRAWN if change.asked_by_id == by.pk else Outcome.REFUSED
    _decide(change, outcome, by=by, at=at)


def waiting() -> list[PendingChange]:
    """What nobody decided on, the oldest first."""
    found = PendingChange.objects.filter(decided_at__isnull=True).select_related("asked_by")
    return list(found.order_by("asked_at", "pk"))


def decided() -> list[PendingChange]:
    """What was decided lately."""
    found = PendingChange.objects.filter(decided_at__isnull=False).select_related("asked_by", "decided_by")
    return list(found.order_by("-decided_at")[:20])


@transaction.atomic
def _ask(kind: Kind, subject: str, was: str, becomes: str, values: dict, by, at: datetime) -> PendingChange:
    if PendingChange.objects.filter(kind=kind, values=values, decided_at__isnull=True).exists():
        raise ChangeRefused(ChangeRefused.Reason.OPEN)
    change = PendingChange.objects.create(
        kind=kind, subject=subject, was=was, becomes=becomes, values=values, asked_by=by, asked_at=at
    )
    _tell(change, OfficeMail.Kind.ASKED)
    return change


def _decide(change: PendingChange, outcome: Outcome, *, by, at: datetime) -> None:
    """Once: the conditional UPDATE decides between two who press at the same moment."""
    open_one = PendingChange.objects.filter(pk=change.pk, decided_at__isnull=True)
    if not open_one.update(outcome=outcome, decided_by=by, decided_at=at):
        raise ChangeRefused(ChangeRefused.Reason.DECIDED)
    change.outcome, change.decided_by, change.decided_at = outcome, by, at


def _tell(change: PendingChange, kind: OfficeMail.Kind) -> None:
    """A row per colleague; the mail goes after the commit (office_mail.py)."""
    if change.kind in POWER:
        OfficeMail.objects.bulk_create(
            OfficeMail(change=change, kind=kind, recipient=each.email) for each in office_people()
        )


def _give_role(change: PendingChange) -> None:
    Assignment.objects.create(
        user_id=change.values["user"],
        role=change.values["role"],
        granted_at=change.decided_at,
        granted_by=change.asked_by,
        confirmed_by=change.decided_by,
    )


def _open_account(change: PendingChange) -> None:
    User.objects.filter(pk=change.values["user"]).update(is_active=True)
    Assignment.objects.filter(user=change.values["user"]).update(
        granted_at=change.decided_at, granted_by=change.asked_by, confirmed_by=change.decided_by
    )


def _set_parent(change: PendingChange) -> None:
    seen = Organisation.objects.filter(pk=change.values["organisation"], parent=change.values["was"])
    if not seen.update(parent=change.values["parent"]):
        raise ChangeRefused(ChangeRefused.Reason.GONE)


def _set_mail_address(change: PendingChange) -> None:
    seen = Organisation.objects.filter(pk=change.values["organisation"], email=change.values["was"])
    if not seen.update(email=change.values["email"]):
        raise ChangeRefused(ChangeRefused.Reason.GONE)


def _add_tariff(change: PendingChange) -> None:
    first_day = date.fromisoformat(change.values["first_day"])
    assert_addable(first_day)
    amount = Decimal(change.values["amount"])
    if amount > ceiling(change.values["kind"]):
        raise ChangeRefused(ChangeRefused.Reason.CEILING)
    Tariff.objects.create(**{**change.values, "first_day": first_day, "amount": amount})


def _add_vat(change: PendingChange) -> None:
    first_day = date.fromisoformat(change.values["first_day"])
    assert_addable(first_day)
    rest = {name: change.values[name] for name in ("kind", "vat")}
    PartyVat.objects.create(organisation_id=change.values["organisation"], first_day=first_day, **rest)


APPLY: dict[Kind, Callable[[PendingChange], None]] = {
    Kind.OFFICE_ROLE: _give_role,
    Kind.OFFICE_ACCOUNT: _open_account,
    Kind.PARENT: _set_parent,
    Kind.MAIL_ADDRESS: _set_mail_address,
    Kind.TARIFF: _add_tariff,
    Kind.PARTY_VAT: _add_vat,
}

__all__ = ["APPLY", "ChangeRefused", "TariffTooEarly", "accept", "decline"]
