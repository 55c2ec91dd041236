"""The desk: a voucher becomes a membership. Screen, API, import and commands all come through `redeem`.

A resident is never sent away because our books are late: a voucher that is allocated but not reported as handed out
redeems. Where a number cannot be used, `VoucherRefused` says why and the attempt is kept.
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kbl.facts import refuse_future
from kbl.organisations import closing_lock
from kbl.organisations.models import Branch, Municipality, Programme
from kbl.periods import Quarter
from libraries.models import Enrolment, MembershipYear, Participation, Refusal
from vouchers import lifecycle
from vouchers.models import Voucher
from vouchers.numbers import Number

Status, Reason = Voucher.Status, Refusal.Reason
REDEEMABLE = {Status.ALLOCATED, Status.HANDED_OUT}

GUESSES_PER_ACCOUNT, GUESSES_PER_LIBRARY, GUESSES_WITHIN = 20, 60, timedelta(minutes=10)


class VoucherRefused(Exception):
    """The number cannot be used here and now. `reason` is a Refusal.Reason; `voucher` is empty when it is unknown."""

    def __init__(self, reason: Refusal.Reason, voucher: Voucher | None = None, since: date | None = None) -> None:
        super().__init__(reason.value)
        self.reason, self.voucher, self.since = reason, voucher, since


class TooManyGuesses(Exception):
    """This account or this library offered too many unknown numbers; it may go on at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(str(again_at))
        self.again_at = again_at


class KeyReused(Exception):
    """The form's key came before with another voucher: this is not the same press of the button."""


class NotUndoable(Exception):
    """The enrolment was revoked before, or its quarter is over (Cubiss corrects then)."""

    REVOKED, QUARTER_OVER, RENEWED = "revoked", "quarter_over", "renewed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Written out: composing this with the ORM takes longer than the rest of a redemption together.
DESK = (
    "SELECT participation.starts_on, municipality.starts_on, programme.ends_on, guess.recorded_by_id"
    f' FROM "{Branch._meta.db_table}" branch'
    f' JOIN "{Municipality._meta.db_table}" municipality ON municipality.id = branch.municipality_id'
    f' JOIN "{Programme._meta.db_table}" programme ON programme.id = 1'
    f' LEFT JOIN "{Participation._meta.db_table}" participation ON participation.library_id = branch.organisation_id'
    f' LEFT JOIN "{Refusal._meta.db_table}" guess ON guess.library_id = branch.organisation_id'
    " AND guess.reason = %s AND guess.recorded_at > %s WHERE branch.id = %s LIMIT %s"
)


@dataclass(frozen=True)
class Desk:
    """What the books say of a desk at this moment, read in one query because a queue is waiting.

    `starts_on`: from when a membership here counts for the fund; `guessers`: who offered an unknown number lately.
    """

    branch: Branch
    starts_on: date | None
    programme_ends_on: date
    guessers: tuple[int, ...]

    @classmethod
    def at(cls, branch: Branch, *, at: datetime) -> "Desk":
        since = connection.ops.adapt_datetimefield_value(at - GUESSES_WITHIN)
        with connection.cursor() as cursor:
            cursor.execute(DESK, [Reason.UNKNOWN, since, branch.pk, GUESSES_PER_LIBRARY])
            rows = cursor.fetchall()
        library_starts, municipality_starts, ends, _ = rows[0]
        starts = None if None in (library_starts, municipality_starts) else max(library_starts, municipality_starts)
        return cls(branch, starts, ends, tuple(row[3] for row in rows if row[3] is not None))

    def slow_down_guessers(self, *, by, at: datetime) -> None:
        """Who offers many unknown numbers waits, counted in the database so that a lost Redis forgets nothing.

        Typing errors never come this far: the check digit catches them. Raises TooManyGuesses.
        """
        if self.guessers.count(by.pk) < GUESSES_PER_ACCOUNT and len(self.guessers) < GUESSES_PER_LIBRARY:
            return
        guesses = Refusal.objects.filter(
            library=self.branch.organisation_id, reason=Reason.UNKNOWN, recorded_at__gt=at - GUESSES_WITHIN
        )
        first = guesses.order_by("recorded_at").values_list("recorded_at", flat=True).first()
        raise TooManyGuesses((first or at) + GUESSES_WITHIN)


def redeem(
    number: Number, *, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None = None
) -> Enrolment:
    """Redeem a voucher for the first membership year at this branch's library; `on` is the year's first day.

    The same `key` again gives the same enrolment. Raises VoucherRefused (the attempt is kept), TooManyGuesses,
    KeyReused, FutureDate.
    """
    refuse_future(on, at)
    try:
        voucher = look_up(number, branch=branch, on=on, by=by, at=at)
        return _enrol(voucher, branch=branch, kind=kind, on=on, by=by, at=at, key=key)
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
    desk = Desk.at(branch, at=at)
    desk.slow_down_guessers(by=by, at=at)
    voucher = Voucher.objects.select_related("batch").filter(pk=number.serial).first()
    if voucher is None or not hmac.compare_digest(voucher.secret, number.secret):
        raise VoucherRefused(Reason.UNKNOWN)
    if refusal := _refusal(voucher, desk, on):
        raise refusal
    return voucher


def check(number: Number, *, branch: Branch, on: date, by, at: datetime) -> Voucher:
    """As `look_up`, for a desk that only asks; a refused number is kept all the same, or guessing would be free."""
    try:
        return look_up(number, branch=branch, on=on, by=by, at=at)
    except VoucherRefused as refused:
        keep_refusal(refused, branch=branch, on=on, by=by, at=at)
        raise


def _refusal(voucher: Voucher, desk: Desk, on: date) -> VoucherRefused | None:
    """Why this voucher cannot become a membership that starts on that day at this desk, if it cannot."""
    if refused := _refusal_by_status(voucher):
        return refused
    if voucher.valid_until < on:
        return VoucherRefused(Reason.EXPIRED, voucher, since=voucher.valid_until)
    if desk.starts_on is None or on < desk.starts_on:
        return VoucherRefused(Reason.NOT_STARTED, voucher, since=desk.starts_on)
    if on > desk.programme_ends_on:
        return VoucherRefused(Reason.OUTSIDE_PROGRAMME, voucher, since=desk.programme_ends_on)
    return None


def _refusal_by_status(voucher: Voucher) -> VoucherRefused | None:
    match voucher.status:
        case Status.REDEEMED:
            return VoucherRefused(Reason.ALREADY_REDEEMED, voucher)
        case Status.VOID:
            return VoucherRefused(Reason.VOID, voucher)
        case Status.IN_STOCK:
            return VoucherRefused(Reason.NOT_ALLOCATED, voucher)
    return None


@transaction.atomic
def _enrol(voucher: Voucher, *, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None) -> Enrolment:
    """The voucher's status and the two facts together, or nothing."""
    try:
        lifecycle.move(Voucher.objects.filter(pk=voucher.pk), seen=REDEEMABLE, to=Status.REDEEMED, count=1)
    except lifecycle.Overtaken:
        voucher.refresh_from_db(fields=["status"])
        raise _refusal_by_status(voucher) or VoucherRefused(Reason.ALREADY_REDEEMED, voucher) from None
    enrolment = Enrolment.objects.create(
        voucher=voucher,
        library_id=branch.organisation_id,
        branch=branch,
        kind=kind,
        on=on,
        key=key,
        recorded_by=by,
        recorded_at=at,
    )
    MembershipYear.objects.create(
        enrolment=enrolment, library_id=branch.organisation_id, ordinal=1, on=on, recorded_by=by, recorded_at=at
    )
    return enrolment


def _own_retry(voucher: Voucher | None, key: UUID | None, branch: Branch) -> Enrolment | None:
    """The standing enrolment that this very form made before, when its answer was lost on the way."""
    if voucher is None or key is None:
        return None
    return Enrolment.objects.standing().filter(voucher=voucher, key=key, library=branch.organisation_id).first()


def keep_refusal(refused: VoucherRefused, *, branch: Branch, on: date, by, at: datetime) -> Refusal:
    """Keep that a number was offered in vain; the number itself only when it is ours."""
    return Refusal.objects.create(
        voucher=refused.voucher,
        library_id=branch.organisation_id,
        reason=refused.reason,
        on=on,
        recorded_by=by,
        recorded_at=at,
    )


@transaction.atomic
def undo(enrolment: Enrolment, *, reason: str, by, at: datetime, on: date) -> None:
    """The desk takes a redemption back; the voucher can be used again. `on` is today.

    Possible until the quarter in which the membership starts is over; later, Cubiss corrects.
    Raises NotUndoable, closing_lock.QuarterClosed.
    """
    if Quarter.of(enrolment.on).is_over(on):
        raise NotUndoable(NotUndoable.QUARTER_OVER)
    closing_lock.assert_open(enrolment.on, enrolment.recorded_at)
    if enrolment.years.standing().filter(ordinal__gt=1).exists():
        raise NotUndoable(NotUndoable.RENEWED)
    if not revoke(enrolment, reason=reason, by=by, at=at):
        raise NotUndoable(NotUndoable.REVOKED)


@transaction.atomic
def revoke(enrolment: Enrolment, *, reason: str, by, at: datetime) -> bool:
    """The enrolment and its years no longer stand, and the voucher's status follows; False when revoked before."""
    if not enrolment.revoke(reason, by=by, at=at):
        return False
    for year in enrolment.years.standing():
        year.revoke(reason, by=by, at=at)
    lifecycle.release(enrolment.voucher_id)
    return True
