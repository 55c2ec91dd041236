"""The desk: a voucher becomes a membership, one at a time. Why it cannot stands in eligibility/redeeming.py.

Desk and walk-in come through `redeem`; a file of past redemptions asks the same rows in past_enrolments.py.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kbl.clock import local_day
from kbl.eligibility import Ground, NotEligible, row
from kbl.organisations import closing_lock
from kbl.organisations.models import Branch
from libraries.desk_question import Desk
from libraries.eligibility import redeeming, renewing, undoing
from libraries.eligibility.redeeming import Redemption
from libraries.models import Enrolment, Refusal
from libraries.redemption_written import write
from vouchers import lifecycle
from vouchers.models import Voucher
from vouchers.numbers import Number

Reason = Refusal.Reason
LOOKS = 3  # how often a voucher that changes while we write is looked at


class VoucherRefused(NotEligible[Redemption]):
    """The number cannot be used here and now. `reason` is a Refusal.Reason; `voucher` is empty when it is unknown."""

    voucher: Voucher | None = None


class KeyReused(Exception):
    """The form's key came before with another voucher: this is not the same press of the button."""


def redeem(
    number: Number, *, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None = None
) -> Enrolment:
    """Redeem a voucher for the first membership year at this branch's library; `on` is the year's first day.

    The same `key` again gives the same enrolment. Raises VoucherRefused (what its row says is kept, is kept),
    TooManyGuesses, KeyReused.
    """
    try:
        return _enrol(number, branch=branch, kind=kind, on=on, by=by, at=at, key=key)
    except VoucherRefused as refused:
        if again := _own_retry(refused.voucher, key, branch):
            return again
        keep_refusal(refused, branch=branch, on=on, by=by, at=at)
        raise
    except IntegrityError:
        if key and Enrolment.objects.filter(key=key).exists():
            raise KeyReused from None
        raise


def look_up(number: Number, *, branch: Branch, on: date, by, at: datetime) -> Voucher:
    """The voucher with this number, if it can be redeemed here on that day; changes nothing.

    Raises VoucherRefused, TooManyGuesses.
    """
    voucher = _desk_where_it_can(number, branch=branch, on=on, by=by, at=at).voucher
    assert voucher is not None  # an unknown number is a ground
    return voucher


def _desk_where_it_can(number: Number, *, branch: Branch, on: date, by, at: datetime) -> Desk:
    """What the books say, if the number can be redeemed here on that day. Raises VoucherRefused, TooManyGuesses."""
    desk = Desk.asked(number, branch=branch, at=at)
    desk.slow_down_guessers(by=by, at=at)
    case = desk.case(on=on, today=local_day(at))
    if ground := redeeming.why_not(case):
        raise _refused(ground, case, desk.voucher)
    return desk


def _refused(ground: Ground[Redemption], case: Redemption, voucher: Voucher | None) -> VoucherRefused:
    refused = VoucherRefused(ground, case)
    refused.voucher = voucher
    return refused


def check(number: Number, *, branch: Branch, on: date, by, at: datetime) -> Voucher:
    """As `look_up`, for a desk that only asks; a refused number is kept all the same, or guessing would be free."""
    try:
        return look_up(number, branch=branch, on=on, by=by, at=at)
    except VoucherRefused as refused:
        keep_refusal(refused, branch=branch, on=on, by=by, at=at)
        raise


def _enrol(number: Number, *, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None) -> Enrolment:
    """The voucher's status and the two facts together, or nothing.

    What is written says what was seen, and no lock is held meanwhile: whoever comes second finds nothing to write, and
    looks again. What nobody else can explain by then (it went back and forth under our hands) was redeemed.
    """
    with _alone():
        for _ in range(LOOKS):
            desk = _desk_where_it_can(number, branch=branch, on=on, by=by, at=at)
            if made := write(desk, kind=kind, on=on, by=by, at=at, key=key):
                return made
    raise _refused(
        row(redeeming.REDEEMING, Reason.ALREADY_REDEEMED), desk.case(on=on, today=local_day(at)), desk.voucher
    )


def _alone() -> AbstractContextManager:
    """SQLite has no version of a row to write with; there a transaction is alone from its first statement."""
    return nullcontext() if connection.vendor == "postgresql" else transaction.atomic()


def _own_retry(voucher: Voucher | None, key: UUID | None, branch: Branch) -> Enrolment | None:
    """The standing enrolment that this very form made before, when its answer was lost on the way."""
    if voucher is None or key is None:
        return None
    return Enrolment.objects.standing().filter(voucher=voucher, key=key, library=branch.organisation_id).first()


def keep_refusal(refused: VoucherRefused, *, branch: Branch, on: date, by, at: datetime) -> Refusal | None:
    """Keep that a number was offered in vain, where its row says so; the number itself only when it is ours."""
    if not refused.ground.kept:
        return None
    return Refusal.objects.create(
        voucher=refused.voucher,
        library_id=branch.organisation_id,
        reason=refused.reason.value,
        on=on,
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def undo(enrolment: Enrolment, *, reason: str, by, at: datetime, on: date) -> None:
    """The desk takes a redemption back; the voucher can be used again. `on` is today.

    Raises NotUndoable (why: eligibility/undoing.py), closing_lock.BooksBusy.
    """
    closing_lock.hold_open()
    renewing.hold(enrolment.pk)
    if refused := undoing.why_redemption_stays(enrolment, today=on):
        raise refused
    revoke(enrolment, reason=reason, by=by, at=at)


@transaction.atomic
def revoke(enrolment: Enrolment, *, reason: str, by, at: datetime) -> bool:
    """The enrolment and its years no longer stand, and the voucher's status follows; False when revoked before."""
    if not enrolment.revoke(reason, by=by, at=at):
        return False
    for year in enrolment.years.standing():
        year.revoke(reason, by=by, at=at)
    lifecycle.release(enrolment.voucher_id)
    return True
