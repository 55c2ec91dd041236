"""Further membership years: the fund pays a year again only when the library confirms it. No answer is no renewal."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from kbl.facts import refuse_future
from kbl.organisations import closing_lock
from kbl.organisations.models import Organisation, Programme
from kbl.periods import years_later
from libraries.models import MembershipEnd, MembershipYear

ASKED_BEFORE = timedelta(days=30)


class NotRenewable(Exception):
    """This membership cannot be renewed: `reason` is one of the class's constants."""

    NOT_DUE, ENDED, REVOKED, RENEWED_BEFORE, OUTSIDE_PROGRAMME = "not_due", "ended", "revoked", "before", "outside"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def due(library: Organisation, *, on: date):
    """The last years of this library's memberships that run out within a month of `on`, or did, and have no answer.

    Oldest first; each row is the MembershipYear that a renewal would follow.
    """
    mine = unanswered(on + ASKED_BEFORE).filter(library=library)
    return mine.select_related("enrolment__voucher", "enrolment__branch").order_by("on", "pk")


def unanswered(on: date):
    """The last years of all memberships that run out by this day, within the programme, and have no answer."""
    later = MembershipYear.objects.standing().filter(enrolment=OuterRef("enrolment"), ordinal__gt=OuterRef("ordinal"))
    ended = MembershipEnd.objects.standing().filter(enrolment=OuterRef("enrolment"))
    return (
        MembershipYear.objects.standing()
        .filter(on__lte=years_later(on, -1))
        .filter(~Exists(later), ~Exists(ended), on__lte=years_later(Programme.current().ends_on, -1))
    )


@transaction.atomic
def renew(year: MembershipYear, *, by, at: datetime) -> MembershipYear:
    """The library confirms that the membership goes on: the next year starts where this one stops.

    Raises NotRenewable, FutureDate (a year is confirmed once it has begun).
    """
    _answerable(year)
    on = year.next_on
    refuse_future(on, at)
    if on > Programme.current().ends_on:
        raise NotRenewable(NotRenewable.OUTSIDE_PROGRAMME)
    try:
        with transaction.atomic():
            return MembershipYear.objects.create(
                enrolment_id=year.enrolment_id,
                library_id=year.library_id,
                ordinal=year.ordinal + 1,
                on=on,
                recorded_by=by,
                recorded_at=at,
            )
    except IntegrityError:
        raise NotRenewable(NotRenewable.RENEWED_BEFORE) from None


@transaction.atomic
def end(year: MembershipYear, *, by, at: datetime) -> MembershipEnd:
    """The library says that the membership stopped after this year. Raises NotRenewable."""
    _answerable(year)
    try:
        with transaction.atomic():
            return MembershipEnd.objects.create(
                enrolment_id=year.enrolment_id, on=year.next_on, recorded_by=by, recorded_at=at
            )
    except IntegrityError:
        raise NotRenewable(NotRenewable.ENDED) from None


@transaction.atomic
def undo(year: MembershipYear, *, reason: str, by, at: datetime) -> None:
    """Take a renewal back while the books are open. Raises NotRenewable, closing_lock.QuarterClosed."""
    if year.ordinal == 1:
        raise NotRenewable(NotRenewable.NOT_DUE)
    closing_lock.assert_open(year.on, year.recorded_at)
    if MembershipYear.objects.standing().filter(enrolment=year.enrolment_id, ordinal__gt=year.ordinal).exists():
        raise NotRenewable(NotRenewable.RENEWED_BEFORE)  # years come off in the order they went on: the last one first
    if not year.revoke(reason, by=by, at=at):
        raise NotRenewable(NotRenewable.REVOKED)


@transaction.atomic
def undo_end(ended: MembershipEnd, *, reason: str, by, at: datetime) -> None:
    """The membership did not stop after all; it waits for an answer again. An end costs nothing, so no books are asked.

    Raises NotRenewable.
    """
    if not ended.revoke(reason, by=by, at=at):
        raise NotRenewable(NotRenewable.REVOKED)


def _answerable(year: MembershipYear) -> None:
    """Only the last standing year of a standing membership gets an answer, once."""
    year.enrolment.refresh_from_db(fields=["revoked_at"])
    if not year.enrolment.stands or not year.stands:
        raise NotRenewable(NotRenewable.REVOKED)
    if MembershipEnd.objects.standing().filter(enrolment=year.enrolment_id).exists():
        raise NotRenewable(NotRenewable.ENDED)
    if MembershipYear.objects.standing().filter(enrolment=year.enrolment_id, ordinal__gt=year.ordinal).exists():
        raise NotRenewable(NotRenewable.RENEWED_BEFORE)
