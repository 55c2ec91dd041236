"""What an intermediary may see: its own stock and its own hand-outs. A neighbour's row does not exist for it."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from intermediaries.models import Handout
from kbl.accounts.access import Acting
from kbl.organisations.models import Organisation


def organisation_of(acting: Acting) -> Organisation:
    """The organisation that somebody acts for. Raises Http404 for a role without one."""
    if acting.organisation is None:
        raise Http404
    return acting.organisation


def handouts_of(acting: Acting) -> QuerySet[Handout]:
    """The hand-outs that somebody may see, revoked ones too, newest first."""
    return Handout.objects.filter(organisation=organisation_of(acting)).order_by("-recorded_at", "-voucher_id")


def handout_for(acting: Acting, pk: int) -> Handout:
    """One hand-out of one's own. Raises Http404 for a stranger's."""
    return get_object_or_404(handouts_of(acting), pk=pk)
