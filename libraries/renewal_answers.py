"""A pasted column of numbers beside the worklist of renewals: which can be answered now, and why the others cannot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet

from kbl.clock import local_day
from kbl.organisations.models import Organisation, Programme
from kbl.periods import years_later
from libraries import renewal
from libraries.models import Enrolment, MembershipEnd, MembershipYear


class Why(StrEnum):
    """Why a number waits for no answer. What is not this library's own is one thing: a neighbour's cannot be told."""

    NOT_OURS = "not_ours"
    REVOKED = "revoked"
    RENEWED = "renewed"
    ENDED = "ended"
    NOT_YET = "not_yet"
    OUTSIDE_PROGRAMME = "outside_programme"


@dataclass(frozen=True)
class NotNow:
    """A number that waits for no answer; `day` is the day that explains it, where there is one."""

    serial: int
    why: Why
    day: date | None = None


def answerable(library: Organisation, *, on: date) -> QuerySet[MembershipYear]:
    """The memberships whose new year has begun and that have no answer: a year is confirmed once it runs."""
    return renewal.due(library, on=on).filter(on__lte=years_later(on, -1))


def why_not(library: Organisation, serials: Collection[int], *, on: date) -> list[NotNow]:
    """Why each of these numbers waits for no answer, in their order; numbers that do wait are left out."""
    ours: dict[int, Enrolment] = {}
    for each in Enrolment.objects.filter(library=library, voucher__in=serials).order_by("pk"):
        if each.stands or each.voucher_id not in ours:
            ours[each.voucher_id] = each
    keys = [each.pk for each in ours.values()]
    ends = dict(MembershipEnd.objects.standing().filter(enrolment__in=keys).values_list("enrolment", "on"))
    last = {
        year.enrolment_id: year
        for year in MembershipYear.objects.standing().filter(enrolment__in=keys).order_by("ordinal")
    }
    ends_on = Programme.current().ends_on
    found = (_why(serial, ours.get(serial), last, ends, ends_on=ends_on, on=on) for serial in sorted(serials))
    return [each for each in found if each is not None]


def _why(
    serial: int,
    enrolment: Enrolment | None,
    last: dict[int, MembershipYear],
    ends: dict[int, date],
    *,
    ends_on: date,
    on: date,
) -> NotNow | None:
    if enrolment is None:
        return NotNow(serial, Why.NOT_OURS)
    if enrolment.revoked_at is not None:
        return NotNow(serial, Why.REVOKED, local_day(enrolment.revoked_at))
    if enrolment.pk in ends:
        return NotNow(serial, Why.ENDED, ends[enrolment.pk])
    year = last[enrolment.pk]
    if year.next_on > ends_on:
        return NotNow(serial, Why.OUTSIDE_PROGRAMME, ends_on)
    if year.next_on <= on:
        return None
    if year.ordinal > 1:
        return NotNow(serial, Why.RENEWED, year.on)
    return NotNow(serial, Why.NOT_YET, year.next_on)
