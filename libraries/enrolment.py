"""The desk: a voucher becomes a membership, one at a time. Why it cannot stands in eligibility/redeeming.py.

Desk and walk-in come through `redeem`; a file of past redemptions asks the same rows in past_enrolments.py.
"""

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from kbl.clock import local_day
from kbl.eligibility import Ground, NotEligible, row
from kbl.organisations import closing_lock
from kbl.organisations.models import Branch, Municipality, Programme
from libraries.eligibility import redeeming, renewing, undoing
from libraries.eligibility.redeeming import Redemption
from libraries.models import Enrolment, MembershipYear, Participation, Refusal
from vouchers import lifecycle
from vouchers.models import Voucher, VoucherQuerySet
from vouchers.numbers import Number

Status, Reason = Voucher.Status, Refusal.Reason
REDEEMABLE = lifecycle.may_become(Status.REDEEMED)

GUESSES_PER_ACCOUNT, GUESSES_PER_LIBRARY, GUESSES_WITHIN = 20, 60, timedelta(minutes=10)


class VoucherRefused(NotEligible[Redemption]):
    """The number cannot be used here and now. `reason` is a Refusal.Reason; `voucher` is empty when it is unknown."""

    voucher: Voucher | None = None


class TooManyGuesses(Exception):
    """This account or this library offered too many unknown numbers; it may go on at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(str(again_at))
        self.again_at = again_at


class KeyReused(Exception):
    """The form's key came before with another voucher: this is not the same press of the button."""


# Written out: composing this with the ORM takes longer than the rest of a redemption together.
DESK = (
    "SELECT participation.starts_on, municipality.starts_on, programme.ends_on, programme.quarters_back,"
    " guess.recorded_by_id"
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
    earliest: date
    guessers: tuple[int, ...]

    @classmethod
    def at(cls, branch: Branch, *, at: datetime) -> "Desk":
        since = connection.ops.adapt_datetimefield_value(at - GUESSES_WITHIN)
        with connection.cursor() as cursor:
            cursor.execute(DESK, [Reason.UNKNOWN, since, branch.pk, GUESSES_PER_LIBRARY])
            rows = cursor.fetchall()
        library_starts, municipality_starts, ends, quarters_back, _ = rows[0]
        guessers = tuple(row[-1] for row in rows if row[-1] is not None)
        earliest = Programme(quarters_back=quarters_back).first_day_told_on(local_day(at))
        return cls(branch, redeeming.counts_from(library_starts, municipality_starts), ends, earliest, guessers)

    def case(self, voucher: Voucher | None, *, on: date, today: date) -> Redemption:
        """A voucher (None: an unknown number) and a first day, as the rows read them."""
        here = Redemption(
            on=on,
            today=today,
            library_starts_on=self.starts_on,
            programme_ends_on=self.programme_ends_on,
            earliest=self.earliest,
        )
        if voucher is None:
            return here
        return replace(
            here,
            status=voucher.status,
            made_on=voucher.batch.made_on,
            last_day=voucher.valid_until,
            holder_id=voucher.holder_id,
            held_since=voucher.held_since,
            handed_out_on=_handed_out_on(voucher),
        )

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


def _handed_out_on(voucher: Voucher) -> date | None:
    """The day of its hand-out that stands; the status tells whether there is one, so most desks need not ask."""
    if voucher.status != Status.HANDED_OUT:
        return None
    days = Voucher.objects.filter(pk=voucher.pk, handouts__revoked_at__isnull=True).values_list(
        "handouts__on", flat=True
    )
    return days.first()


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


def look_up(number: Number, *, branch: Branch, on: date, by, at: datetime, lock: bool = False) -> Voucher:
    """The voucher with this number, if it can be redeemed here on that day; changes nothing.

    `lock` keeps the voucher as it was seen until the transaction ends. Raises VoucherRefused, TooManyGuesses.
    """
    desk = Desk.at(branch, at=at)
    desk.slow_down_guessers(by=by, at=at)
    found = Voucher.objects.select_related("batch").filter(pk=number.serial)
    voucher = (_locked(found) if lock else found).first()
    if voucher and not hmac.compare_digest(voucher.secret, number.secret):
        voucher = None
    case = desk.case(voucher, on=on, today=local_day(at))
    if ground := redeeming.why_not(case):
        raise _refused(ground, case, voucher)
    assert voucher is not None  # an unknown number is a ground
    return voucher


def _locked(vouchers: VoucherQuerySet) -> VoucherQuerySet:
    """Nobody else changes them meanwhile. Facts about them may still be added, so no stronger lock than an UPDATE's."""
    return vouchers.select_for_update(of=("self",), no_key=True)


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


@transaction.atomic
def _enrol(number: Number, *, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None) -> Enrolment:
    """The voucher's status and the two facts together, or nothing.

    Where the voucher's row cannot be locked, the UPDATE still finds it once.
    """
    voucher = look_up(number, branch=branch, on=on, by=by, at=at, lock=True)
    try:
        lifecycle.move(Voucher.objects.filter(pk=voucher.pk), seen=REDEEMABLE, to=Status.REDEEMED, count=1)
    except lifecycle.Overtaken:
        seen = look_up(number, branch=branch, on=on, by=by, at=at)  # or it came free again in between
        case = Desk.at(branch, at=at).case(seen, on=on, today=local_day(at))
        raise _refused(row(redeeming.REDEEMING, Reason.ALREADY_REDEEMED), case, seen) from None
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
