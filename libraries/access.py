"""What a library may see: its own branches, enrolments and membership years. A neighbour's row is not there."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from kbl.accounts.access import Acting
from kbl.organisations.models import Branch, Organisation
from libraries.models import Enrolment, MembershipEnd, MembershipYear


def library_of(acting: Acting) -> Organisation:
    """The library that somebody acts for. Raises Http404 for a role without one."""
    if acting.organisation is None:
        raise Http404
    return acting.organisation


def branches_of(acting: Acting) -> QuerySet[Branch]:
    """The branches where somebody may enrol."""
    return Branch.objects.filter(organisation=library_of(acting))


def enrolments_of(acting: Acting) -> QuerySet[Enrolment]:
    """The library's own redemptions, revoked ones too, newest first."""
    return Enrolment.objects.filter(library=library_of(acting)).order_by("-recorded_at", "-pk")


def enrolment_for(acting: Acting, pk: int) -> Enrolment:
    """One redemption of one's own. Raises Http404 for a stranger's."""
    return get_object_or_404(enrolments_of(acting), pk=pk)


def years_of(acting: Acting) -> QuerySet[MembershipYear]:
    """The membership years that the library confirmed."""
    return MembershipYear.objects.filter(library=library_of(acting)).select_related("enrolment")


def renewal_for(acting: Acting, pk: int) -> MembershipYear:
    """One renewal (never a first year) of one's own. Raises Http404 for a stranger's."""
    return get_object_or_404(years_of(acting).filter(ordinal__gt=1), pk=pk)


def ends_of(acting: Acting) -> QuerySet[MembershipEnd]:
    """The memberships that the library said had stopped."""
    return MembershipEnd.objects.filter(enrolment__library=library_of(acting)).select_related("enrolment")


def end_for(acting: Acting, pk: int) -> MembershipEnd:
    """One ended membership of one's own. Raises Http404 for a stranger's."""
    return get_object_or_404(ends_of(acting), pk=pk)
