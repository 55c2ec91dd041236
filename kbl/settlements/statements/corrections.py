"""Corrections: a closed quarter is never edited. The fact is revoked now; the opposite line comes with the next
closing.

It changes what is paid, so one asks for it and a second person accepts; until then nothing is taken back, and no
closing bills it.
"""

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from intermediaries.handouts import handout
from kbl.facts import RevokeReason
from kbl.formats import counted, euro
from kbl.money import ZERO
from kbl.organisations import closing_lock
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import Kind, ask, makes, waiting
from kbl.settlements.models import Correction, Line
from libraries import enrolment


class NotCorrectable(Exception):
    """The line cannot be taken back: it is a correction itself, or was corrected before (`reason`)."""

    class Reason(StrEnum):
        IS_CORRECTION = "is_correction"
        ALREADY_CORRECTED = "already_corrected"
        ASKED = "asked"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def ask_correction(line: Line, *, reason: str, by, at: datetime) -> PendingChange:
    """Ask to take a billed fact back. Raises NotCorrectable, second_person.ChangeRefused (OPEN)."""
    assert_correctable(line)
    if line.pk in asked_corrections():
        raise NotCorrectable(NotCorrectable.Reason.ASKED)
    falls = [line, *later_lines(line)]
    total = sum((each.net for each in falls), ZERO)
    more = f", met {counted(len(falls) - 1, 'later jaar', 'latere jaren')}" if len(falls) > 1 else ""
    statement = line.statement
    return ask(
        Kind.CORRECTION,
        f"{statement.organisation}: {statement}, voucher {line.serial:07}{more}",
        euro(total),
        f"{euro(-total)} bij de volgende sluiting ({Correction.Reason(reason).label})",
        {"line": line.pk, "reason": reason},
        by,
        at,
    )


def asked_corrections() -> dict[int, PendingChange]:
    """The corrections that wait for a second person, by the line that they take back."""
    return {each.values["line"]: each for each in waiting(Kind.CORRECTION)}


@makes(Kind.CORRECTION)
def _accepted(change: PendingChange) -> None:
    assert change.decided_at is not None
    line = Line.objects.get(pk=change.values["line"])
    correct(line, reason=change.values["reason"], by=change.asked_by, at=change.decided_at)


def assert_correctable(line: Line) -> None:
    """Raises NotCorrectable."""
    if line.corrects_id:
        raise NotCorrectable(NotCorrectable.Reason.IS_CORRECTION)
    if hasattr(line, "correction"):
        raise NotCorrectable(NotCorrectable.Reason.ALREADY_CORRECTED)


def later_lines(line: Line) -> list[Line]:
    """The lines of later membership years that fall away with this one."""
    if line.membership_year is None:
        return []
    year = line.membership_year
    later = year.enrolment.years.standing().filter(ordinal__gt=year.ordinal)
    return list(Line.objects.filter(membership_year__in=later, corrects__isnull=True, correction__isnull=True))


@transaction.atomic
def correct(line: Line, *, reason: str, by, at: datetime) -> Correction:
    """Take a billed fact back: what it stood for is revoked, and its money returns with the next closing.

    Two people agreed on it (ask_correction), which the database asks as well.

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
    for billed in later_lines(line):
        Correction.objects.create(line=billed, reason=reason, by=by, at=at)
    if year.ordinal == 1:
        enrolment.revoke(year.enrolment, reason=RevokeReason.CORRECTION, by=by, at=at)
    else:
        for each in [*later, year]:
            each.revoke(RevokeReason.CORRECTION, by=by, at=at)
    return correction
