"""Corrections: a closed quarter is never edited. The fact is revoked now; the opposite line comes with the next
closing."""

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from intermediaries.handouts import handout
from kbl.facts import RevokeReason
from kbl.organisations import closing_lock
from kbl.settlements.models import Correction, Line
from libraries import enrolment


class NotCorrectable(Exception):
    """The line cannot be taken back: it is a correction itself, or was corrected before (`reason`)."""

    class Reason(StrEnum):
        IS_CORRECTION = "is_correction"
        ALREADY_CORRECTED = "already_corrected"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def correct(line: Line, *, reason: str, by, at: datetime) -> Correction:
    """Take a billed fact back: what it stood for is revoked, and its money returns with the next closing.

    Correcting a first membership year takes the whole enrolment back, with the later years that were billed.
    The books are held open meanwhile: a closing that ran through it would bill a later year that falls away here.
    Raises NotCorrectable, closing_lock.BooksBusy.
    """
    closing_lock.hold_open()
    if line.corrects_id:
        raise NotCorrectable(NotCorrectable.Reason.IS_CORRECTION)
    try:
        with transaction.atomic():
            correction = Correction.objects.create(line=line, reason=reason, by=by, at=at)
    except IntegrityError:
        raise NotCorrectable(NotCorrectable.Reason.ALREADY_CORRECTED) from None
    if line.handout is not None:
        handout.revoke(line.handout, reason=RevokeReason.CORRECTION, by=by, at=at)
        return correction
    year = line.membership_year
    assert year is not None  # the constraint `line_is_for_one_thing`
    later = year.enrolment.years.standing().filter(ordinal__gt=year.ordinal)
    for billed in Line.objects.filter(membership_year__in=later, corrects__isnull=True, correction__isnull=True):
        Correction.objects.create(line=billed, reason=reason, by=by, at=at)
    if year.ordinal == 1:
        enrolment.revoke(year.enrolment, reason=RevokeReason.CORRECTION, by=by, at=at)
    else:
        for each in [*later, year]:
            each.revoke(RevokeReason.CORRECTION, by=by, at=at)
    return correction
