"""A new account of Cubiss waits before it can be the second person: one person with two accounts is still one.

Who got a role lately may work in it, and may not yet release, accept or decide with it. The first accounts of an
installation, and those from before this rule, have no moment of granting and do not wait.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from kbl.accounts.likeness import same_box, skeleton
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import OFFICE_ROLES, Right, Role, that_may
from kbl.organisations.models import Programme


class TooNew(Exception):
    """Somebody's role was given too short ago to be the second person; `until` is the moment from which it may."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class MadeByYou(Exception):
    """Who asked has the account, or the role, by the hand of the one who decides: that is one person twice."""


def assert_second_person(user: User, right: Right, *, at: datetime) -> None:
    """Somebody whose role is long enough known. Raises TooNew.

    Counted per right: an old reader who became finance yesterday waits as much as a new colleague.
    """
    granted = [each.granted_at for each in user.assignments.filter(role__in=OFFICE_ROLES) if _gives(each, right)]
    if not granted or any(each is None for each in granted):
        return
    until = min(each for each in granted if each is not None) + _wait()
    if at < until:
        raise TooNew(until)


def assert_not_made_by(asker: User, by: User) -> None:
    """The one who decides did not, alone, give the one who asked a role. Raises MadeByYou.

    A role at Cubiss that another confirmed is somebody whom two people know.
    """
    if asker.assignments.filter(granted_by=by, confirmed_by=None).exists():
        raise MadeByYou


def office_people() -> Iterable[User]:
    """Everybody in use with a role at Cubiss, by mail address."""
    return User.objects.filter(is_active=True, assignments__role__in=OFFICE_ROLES).distinct().order_by("email")


def has_office_name(name: str, *, except_for: int | None = None) -> bool:
    """Somebody of Cubiss has this name already, to the eye: capitals, spaces and look-alike letters make no other."""
    wanted = skeleton(name)
    return any(skeleton(each.name) == wanted for each in office_people() if each.pk != except_for)


def has_office_box(email: str, *, except_for: int | None = None) -> bool:
    """Somebody of Cubiss reads this mail box already, under an address with other capitals or a plus in it."""
    wanted = same_box(email)
    return any(same_box(each.email) == wanted for each in office_people() if each.pk != except_for)


def is_beginning() -> bool:
    """There are no two people yet who could agree. The database knows it the same way (second_person/needs_two.py)."""
    return User.objects.filter(assignments__role__in=that_may(Right.ACCOUNTS)).distinct().count() < 2


def _gives(assignment: Assignment, right: Right) -> bool:
    return right in Role(assignment.role).rights


def _wait() -> timedelta:
    programme = Programme.objects.filter(pk=1).first()
    return timedelta(days=programme.new_account_waits if programme else 7)
