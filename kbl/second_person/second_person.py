"""What needs two people besides a bank account: one asks, another accepts, and only then it is there.

Forms, lists from Excel and the office's lists ask here; nothing else gives a role at Cubiss, changes who is paid, the
address that is warned, a tariff, how VAT applies, or moves euros in the fund and on statements (docs/domain.md, "Four
eyes"). Each room makes its own kind of change.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from kbl.accounts import waiting as waiting_rules
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import Right, Role
from kbl.accounts.waiting import (
    MadeByYou,
    TooNew,
    assert_not_made_by,
    assert_second_person,
    has_office_box,
    has_office_name,
    office_people,
)
from kbl.organisations.models import Organisation
from kbl.second_person.models import OfficeMail, PendingChange

Kind = PendingChange.Kind
Outcome = PendingChange.Outcome
POWER = frozenset({Kind.OFFICE_ROLE, Kind.OFFICE_ACCOUNT})  # what everybody of Cubiss hears of
Maker = Callable[[PendingChange], None]
MAKERS: dict[str, Maker] = {}  # each room puts its own in, when the project starts


class ChangeRefused(Exception):
    """A change that cannot be asked, or not be decided: `reason` says why."""

    class Reason(StrEnum):
        OWN = "own"
        DECIDED = "decided"
        OPEN = "open"
        ABOUT_YOU = "about_you"
        GONE = "gone"
        CEILING = "ceiling"
        LIKE_ANOTHER = "like_another"
        TWO_ANSWERS = "two_answers"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def makes(kind: Kind) -> Callable[[Maker], Maker]:
    """Decorator: what makes an accepted change of this kind. It stands in the room that the change is about."""

    def put(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return put


def named(user: User) -> str:
    """Name and mail address: two accounts may carry one name, never one address."""
    return f"{user.name} ({user.email})"


def ask_role(user: User, role: str, *, by, at: datetime) -> PendingChange:
    """Ask a role at Cubiss for somebody. Everybody of Cubiss hears of it. Raises ChangeRefused (OPEN, LIKE_ANOTHER)."""
    _assert_nobody_like(user)
    has = ", ".join(str(Role(each.role).label) for each in user.assignments.all())
    return ask(Kind.OFFICE_ROLE, named(user), has, str(Role(role).label), {"user": user.pk, "role": role}, by, at)


def ask_account(user: User, *, by, at: datetime) -> PendingChange:
    """Ask to let somebody of Cubiss, who could not log in any more, in again. Raises ChangeRefused (OPEN)."""
    return ask(Kind.OFFICE_ACCOUNT, named(user), "niet in gebruik", "in gebruik", {"user": user.pk}, by, at)


def ask_parent(organisation: Organisation, parent: Organisation | None, *, by, at: datetime) -> PendingChange:
    """Ask that an organisation belongs to another: that one is paid for it. Raises ChangeRefused (OPEN)."""
    values = {"organisation": organisation.pk, "parent": parent.pk if parent else None, "was": organisation.parent_id}
    was, becomes = str(organisation.parent or "geen"), str(parent or "geen")
    return ask(Kind.PARENT, organisation.name, was, becomes, values, by, at)


def ask_mail_address(organisation: Organisation, email: str, *, by, at: datetime) -> PendingChange:
    """Ask that an organisation gets its mail elsewhere: there it is warned about its account. Raises ChangeRefused."""
    values = {"organisation": organisation.pk, "email": email, "was": organisation.email}
    was, becomes = organisation.email or "geen", email or "geen"
    return ask(Kind.MAIL_ADDRESS, organisation.name, was, becomes, values, by, at)


@transaction.atomic
def accept(change: PendingChange, *, by, at: datetime) -> None:
    """A second person agrees, and what was asked is there.

    Raises ChangeRefused (OWN, ABOUT_YOU, DECIDED, GONE), waiting.TooNew, waiting.MadeByYou, and what its maker raises.
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
            MAKERS[change.kind](change)
    except IntegrityError:  # it is there already, or in the way of what came meanwhile
        raise ChangeRefused(ChangeRefused.Reason.GONE) from None
    _tell(change, OfficeMail.Kind.ACCEPTED)


def decline(change: PendingChange, *, by, at: datetime) -> None:
    """Nothing changes; for whoever asked it means taking it back. Raises ChangeRefused (DECIDED)."""
    outcome = Outcome.WITHDRAWN if change.asked_by_id == by.pk else Outcome.REFUSED
    _decide(change, outcome, by=by, at=at)


def waiting(*kinds: Kind) -> list[PendingChange]:
    """What nobody decided on, the oldest first; of these kinds, or of all."""
    found = PendingChange.objects.filter(decided_at__isnull=True).select_related("asked_by")
    if kinds:
        found = found.filter(kind__in=kinds)
    return list(found.order_by("asked_at", "pk"))


def colleagues_of(asker: User, *, at: datetime) -> list[User]:
    """Who can be the second person for what somebody asks now, by mail address."""
    found = []
    for each in User.objects.that_may(Right.ACCOUNTS).exclude(pk=asker.pk):
        try:
            assert_not_made_by(asker, each)
            assert_second_person(each, Right.ACCOUNTS, at=at)
        except (MadeByYou, TooNew):
            continue
        found.append(each)
    return found


def who_looks(change: PendingChange) -> str:
    """The sentence for whoever asked: what waits, and who can look."""
    names = [named(each) for each in colleagues_of(change.asked_by, at=change.asked_at)]
    if not names:
        return (
            "Dit wacht op een tweede persoon, en die is er nog niet. Wie de server beheert, geeft de tweede collega"
            " toegang (first_coordinator). Tot dan blijft alles zoals het was."
        )
    *most, last = names
    who = f"{', '.join(most)} of {last}" if most else last
    return f"Dit wacht op een tweede persoon: {who}. Tot dan blijft alles zoals het was."


def decided() -> list[PendingChange]:
    """What was decided lately."""
    found = PendingChange.objects.filter(decided_at__isnull=False).select_related("asked_by", "decided_by")
    return list(found.order_by("-decided_at")[:20])


@transaction.atomic
def ask(kind: Kind, subject: str, was: str, becomes: str, values: dict, by, at: datetime) -> PendingChange:
    """Ask for a change of a kind; `values` is all that its maker needs. Raises ChangeRefused (OPEN)."""
    words = {"subject": subject[:300], "was": was[:300], "becomes": becomes[:300]}
    try:
        with transaction.atomic():
            change = PendingChange.objects.create(kind=kind, **words, values=values, asked_by=by, asked_at=at)
    except IntegrityError:  # the constraint `asked_once_at_a_time`
        raise ChangeRefused(ChangeRefused.Reason.OPEN) from None
    _tell(change, OfficeMail.Kind.ASKED)
    return change


def _decide(change: PendingChange, outcome: Outcome, *, by, at: datetime) -> None:
    """Once: the conditional UPDATE decides between two who press at the same moment."""
    open_one = PendingChange.objects.filter(pk=change.pk, decided_at__isnull=True)
    if not open_one.update(outcome=outcome, decided_by=by, decided_at=at):
        raise ChangeRefused(ChangeRefused.Reason.DECIDED)
    change.outcome, change.decided_by, change.decided_at = outcome, by, at


def _tell(change: PendingChange, kind: OfficeMail.Kind) -> None:
    """A row per colleague; the mail goes after the commit (office_mail.py).

    Power is told to everybody of Cubiss, asked and given; of the rest those hear who can be the second person.
    """
    if change.kind in POWER:
        told = office_people()
    elif kind == OfficeMail.Kind.ASKED:
        kind, told = OfficeMail.Kind.LOOK, colleagues_of(change.asked_by, at=change.asked_at)
    else:
        return
    asked = OfficeMail.objects.filter(kind=OfficeMail.Kind.LOOK, state=OfficeMail.State.WAITING)
    has_one = set(asked.values_list("recipient", flat=True)) if kind == OfficeMail.Kind.LOOK else set()
    told = [each for each in told if each.email not in has_one]  # a list from Excel asks for many at once
    OfficeMail.objects.bulk_create(OfficeMail(change=change, kind=kind, recipient=each.email) for each in told)


def _assert_nobody_like(user: User) -> None:
    """Two people are told apart by name and address: neither is almost that of a colleague. Raises ChangeRefused."""
    if has_office_name(user.name, except_for=user.pk) or has_office_box(user.email, except_for=user.pk):
        raise ChangeRefused(ChangeRefused.Reason.LIKE_ANOTHER)


def is_beginning() -> bool:
    """Nothing was ever agreed by two, and there are no two yet who could: the database asks nobody (needs_two.py)."""
    agreed = PendingChange.objects.filter(outcome=Outcome.ACCEPTED)
    return waiting_rules.is_beginning() and not agreed.exists()


@makes(Kind.OFFICE_ROLE)
def _give_role(change: PendingChange) -> None:
    _assert_nobody_like(User.objects.get(pk=change.values["user"]))
    Assignment.objects.create(
        user_id=change.values["user"],
        role=change.values["role"],
        granted_at=change.decided_at,
        granted_by=change.asked_by,
        confirmed_by=change.decided_by,
    )


@makes(Kind.OFFICE_ACCOUNT)
def _open_account(change: PendingChange) -> None:
    User.objects.filter(pk=change.values["user"]).update(is_active=True)
    Assignment.objects.filter(user=change.values["user"]).update(
        granted_at=change.decided_at, granted_by=change.asked_by, confirmed_by=change.decided_by
    )


@makes(Kind.PARENT)
def _set_parent(change: PendingChange) -> None:
    seen = Organisation.objects.filter(pk=change.values["organisation"], parent=change.values["was"])
    if not seen.update(parent=change.values["parent"]):
        raise ChangeRefused(ChangeRefused.Reason.GONE)


@makes(Kind.MAIL_ADDRESS)
def _set_mail_address(change: PendingChange) -> None:
    seen = Organisation.objects.filter(pk=change.values["organisation"], email=change.values["was"])
    if not seen.update(email=change.values["email"]):
        raise ChangeRefused(ChangeRefused.Reason.GONE)
