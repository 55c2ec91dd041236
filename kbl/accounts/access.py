"""Whom a page is for, and for whom somebody acts.

A stranger to an audience gets 404: the page does not exist for him. A colleague of the same organisation without the
right gets 403 with the reason. Every view says which audience it requires; a test walks the URL conf to see that none
forgot.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from kbl.accounts.assignments import of_user
from kbl.accounts.models import Assignment, User
from kbl.accounts.roles import Audience, Right, Role
from kbl.organisations.models import Branch, Organisation

SESSION_KEY = "acting_as"


class Denied(PermissionDenied):
    """A colleague who lacks the right; the reason is shown as it is, in Dutch."""


@dataclass(frozen=True)
class Acting:
    """Somebody in a role, for an organisation; `branches` are all of the organisation's, by name."""

    user: User
    role: Role
    organisation: Organisation | None
    branch: Branch | None = None
    branches: tuple[Branch, ...] = ()
    choices: tuple[Assignment, ...] = ()
    withheld: frozenset[Right] = frozenset()

    @property
    def rights(self) -> frozenset[Right]:
        """What this role may here (kbl/accounts/roles.py); templates ask `"correct" in acting.rights`."""
        return self.role.rights - self.withheld

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right, *, because: str) -> None:
        """Go on only with this right. Raises Denied with the reason."""
        if not self.may(right):
            raise Denied(because)


class ActingRequest(HttpRequest):
    """A request of somebody of the audience: the type for views with `requires_audience`."""

    acting: Acting


def assignments(request: HttpRequest) -> list[Assignment]:
    """The roles of the one who is logged in, read once per request."""
    if not hasattr(request, "_assignments"):
        request._assignments = of_user(request.user) if request.user.is_authenticated else []  # type: ignore[attr-defined]
    return request._assignments  # type: ignore[attr-defined]


def acting_in(request: HttpRequest, audience: Audience) -> Acting:
    """Who acts here. Raises Http404 when the user has no role of this audience."""
    mine = [each for each in assignments(request) if each.audience == audience]
    if not mine:
        raise Http404
    chosen = next((each for each in mine if each.pk == request.session.get(SESSION_KEY)), mine[0])
    return Acting(
        user=request.user,  # type: ignore[arg-type]
        role=Role(chosen.role),
        organisation=chosen.organisation,
        branch=chosen.branch,
        branches=chosen.branches_there,
        choices=tuple(mine),
        withheld=withheld_at(chosen, assignments(request)),
    )


def withheld_at(chosen: Assignment, all_of_them: Iterable[Assignment]) -> frozenset[Right]:
    """What a role may not do at a library, unless the same person has the right there in another role.

    A right belongs to the act: the account of a library is its manager's, also on the pages of intermediaries.
    """
    withheld = Role(chosen.role).details.not_at_a_library
    if not hasattr(chosen.organisation, "participation"):
        return frozenset()
    others = (Role(each.role).details for each in all_of_them if each.organisation_id == chosen.organisation_id)
    return withheld.difference(*(other.rights - other.not_at_a_library for other in others))


def requires_audience(audience: Audience, right: Right | None = None, *, because: str = "") -> Callable:
    """View decorator: this audience, and optionally only who has this right (others get the reason `because`).

    The view finds who acts in `request.acting`.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs):
            request.acting = acting_in(request, audience)  # type: ignore[attr-defined]
            if right:
                request.acting.require(right, because=because or "Dit mag u in uw rol niet doen.")  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate
