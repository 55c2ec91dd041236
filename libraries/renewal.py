"""Further membership years: the fund pays a year again only when the library confirms it. No answer is no renewal.

Why a membership gets no answer now, stands in eligibility/renewing.py; why an answer stays, in eligibility/undoing.py.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kbl.clock import local_day
from kbl.organisations import closing_lock
from kbl.organisations.models import Organisation
from libraries.eligibility import renewing, undoing
from libraries.eligibility.renewing import NotRenewable
from libraries.models import MembershipEnd, MembershipYear

ASKED_BEFORE = timedelta(days=30)


def due(library: Organisation, *, on: date) -> QuerySet[MembershipYear]:
    """The years of this library's memberships that run out within a month of `on`, or did, and have no answer.

    Oldest first; each row is the MembershipYear that a renewal would follow.
    """
    return _of(library, on + ASKED_BEFORE)


def answerable(library: Organisation, *, on: date) -> QuerySet[MembershipYear]:
    """Those whose new year has begun: a year is confirmed once it runs."""
    return _of(library, on)


def unanswered(on: date) -> QuerySet[MembershipYear]:
    """The years of all memberships that run out by this day and have no answer."""
    return renewing.answerable(MembershipYear.objects.all(), today=on)


def _of(library: Organisation, on: date) -> QuerySet[MembershipYear]:
    years = renewing.answerable(MembershipYear.objects.filter(library=library), today=on)
    return years.select_related("enrolment__voucher", "enrolment__branch").order_by("on", "pk")


@transaction.atomic
def renew(year: MembershipYear, *, by, at: datetime) -> MembershipYear:
    """The library confirms that the membership goes on: the next year starts where this one stops.

    Raises NotRenewable.
    """
    _assert_answerable(year, at=at)
    return MembershipYear.objects.create(
        enrolment_id=year.enrolment_id,
        library_id=year.library_id,
        ordinal=year.ordinal + 1,
        on=year.next_on,
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def end(year: MembershipYear, *, by, at: datetime) -> MembershipEnd:
    """The library says that the membership stopped after this year. Raises NotRenewable."""
    _assert_answerable(year, at=at)
    return MembershipEnd.objects.create(enrolment_id=year.enrolment_id, on=year.next_on, recorded_by=by, recorded_at=at)


@transaction.atomic
def undo(year: MembershipYear, *, reason: str, by, at: datetime) -> None:
    """Take a renewal back while the books are open. Raises NotUndoable, closing_lock.BooksBusy."""
    closing_lock.hold_open()
    renewing.hold(year.enrolment_id)
    if refused := undoing.why_renewal_stays(year, today=local_day(at)):
        raise refused
    year.revoke(reason, by=by, at=at)


@transaction.atomic
def undo_end(ended: MembershipEnd, *, reason: str, by, at: datetime) -> None:
    """The membership did not stop after all; it waits for an answer again. An end costs nothing, so no books are asked.

    Raises NotUndoable.
    """
    renewing.hold(ended.enrolment_id)
    if refused := undoing.why_end_stays(ended, today=local_day(at)):
        raise refused
    ended.revoke(reason, by=by, at=at)


def _assert_answerable(year: MembershipYear, *, at: datetime) -> None:
    """Asked within the act's transaction, of a membership that nobody else changes meanwhile. Raises NotRenewable."""
    renewing.hold(year.enrolment_id)
    case = renewing.case_of(year, today=local_day(at))
    if ground := renewing.why_not(case):
        raise NotRenewable(ground, case)
