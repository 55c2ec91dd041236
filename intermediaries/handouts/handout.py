"""Handing out: an intermediary records which numbers went to residents, on which day, and nothing else.

The library may have been first: a voucher that is redeemed already still gets its hand-out, so that handling is paid
(docs/domain.md, "Discrepancies"). Why something cannot be is in `rule`; recording asks it again, on rows that it holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from intermediaries.accreditation import accreditation_on
from intermediaries.handouts import cases
from intermediaries.handouts.rule import (
    OF_THE_DAY,
    UNDO_GROUNDS,
    HandoutRefusal,
    HandoutUndoCase,
    HandoutUndoReason,
)
from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.eligibility import Advice, first
from kbl.organisations import closing_lock
from kbl.organisations.models import Organisation
from vouchers import lifecycle
from vouchers.models import Voucher
from vouchers.numbers import SerialRange, join

Status = Voucher.Status


@dataclass(frozen=True)
class HandoutPreview:
    """What recording numbers would do: which can, and which cannot and why."""

    good: tuple[SerialRange, ...]
    refused: tuple[HandoutRefusal, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))


class HandoutRefused(Exception):
    """At least one number cannot be handed out; nothing was recorded. `refused` says which, and why."""

    def __init__(self, refused: Sequence[HandoutRefusal]) -> None:
        super().__init__("; ".join(f"{each.reason} {' '.join(map(str, each.serials))}" for each in refused))
        self.refused = tuple(refused)


class HandoutNotUndoable(Exception):
    """The hand-out stays as it is; `reason` is a HandoutUndoReason, `advice` what the intermediary reads."""

    def __init__(self, reason: HandoutUndoReason, advice: Advice) -> None:
        super().__init__(reason.value)
        self.reason, self.advice = reason, advice


def preview(organisation: Organisation, ranges: Sequence[SerialRange], *, on: date, today: date) -> HandoutPreview:
    """What recording these numbers would do; changes nothing. Numbers of somebody else's stock are simply unknown.

    Set-based: ten thousand loose numbers are one question (0.1 s; asked one by one they took 8 s).
    """
    if not ranges:
        return HandoutPreview((), ())
    asking = cases.asked(organisation.pk, on=on, today=today)
    found = list(cases.runs(asking, organisation, ranges))
    good = join(run for run, (_, ground) in found if ground is None)
    return HandoutPreview(tuple(good), cases.refusals(found))


def wrong_day(organisation: Organisation, *, on: date, today: date) -> Advice | None:
    """What is wrong with a day whatever the numbers are, if anything: it lies before the programme, or is to come."""
    asking = cases.asked(organisation.pk, on=on, today=today)
    ground = first(OF_THE_DAY, asking)
    return ground.says(asking) if ground else None


def hand_out(organisation: Organisation, ranges: Sequence[SerialRange], *, on: date, by, at: datetime) -> int:
    """Record that these numbers went to residents on day `on`; returns how many. All of them, or none.

    Raises HandoutRefused.
    """
    return hand_out_days(organisation, {on: ranges}, by=by, at=at)


@transaction.atomic
def hand_out_days(organisation: Organisation, days: Mapping[date, Sequence[SerialRange]], *, by, at: datetime) -> int:
    """Record numbers that went out on several days; returns how many. All of them, or none.

    Raises HandoutRefused (with what is in the way on the first day that has something), and lifecycle.Overtaken when
    what was in the way is gone again: the next press will do.
    """
    days = {on: join(ranges) for on, ranges in days.items() if ranges}
    try:
        with transaction.atomic():
            for on in sorted(days):
                _record(organisation, days[on], on=on, by=by, at=at)
    except (lifecycle.Overtaken, IntegrityError):
        for on in sorted(days):
            if (seen := preview(organisation, days[on], on=on, today=local_day(at))).refused:
                raise HandoutRefused(seen.refused) from None
        raise
    return sum(len(each) for ranges in days.values() for each in ranges)


def _record(organisation: Organisation, ranges: Sequence[SerialRange], *, on: date, by, at: datetime) -> None:
    """One day in a few statements: judged on rows that are held, then the statuses, then the facts."""
    count = sum(map(len, ranges))
    asking = cases.asked(organisation.pk, on=on, today=local_day(at))
    if refused := cases.refusals(cases.held_runs(asking, organisation, ranges)):
        raise HandoutRefused(refused)
    asked = cases.ours(organisation, ranges)
    moved = lifecycle.move_those(asked, seen=Status.ALLOCATED, to=Status.HANDED_OUT)
    if moved < count:  # the library may have been first
        moved += asked.filter(status=Status.REDEEMED).count()
    if moved != count:
        raise lifecycle.Overtaken(count, moved)
    accreditation = accreditation_on(organisation, on)
    sql, params = asked.order_by().values_list("serial").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Handout._meta.db_table}" (voucher_id, organisation_id, accreditation_id, "on", recorded_at,'
            " recorded_by_id, revoke_reason, paid_before, late_reason) "
            f"SELECT asked.serial, %s, %s, %s, %s, %s, '', false, '' FROM ({sql}) asked",
            [
                organisation.pk,
                accreditation.pk if accreditation else None,
                connection.ops.adapt_datefield_value(on),
                connection.ops.adapt_datetimefield_value(at),
                by.pk,
                *params,
            ],
        )


@transaction.atomic
def undo(handout: Handout, *, reason: str, by, at: datetime) -> None:
    """Take a hand-out back: the intermediary made a mistake. The voucher is in its stock again.

    Raises HandoutNotUndoable; when its quarter is closed, Cubiss corrects (`settlements`).
    """
    case = _undo_case(handout)
    _refuse_undo(case)
    if not revoke(handout, reason=reason, by=by, at=at):
        _refuse_undo(replace(case, stands=False))


def _refuse_undo(case: HandoutUndoCase) -> None:
    if ground := first(UNDO_GROUNDS, case):
        raise HandoutNotUndoable(HandoutUndoReason(ground.reason.value), ground.says(case))


def _undo_case(handout: Handout) -> HandoutUndoCase:
    """What the books say of a hand-out that is taken back; the books, the hand-out and its voucher are held."""
    try:
        with transaction.atomic():
            closing_lock.assert_open(handout.on, handout.recorded_at)
    except closing_lock.BooksBusy:
        return HandoutUndoCase(stands=handout.stands, books_busy=True)
    except closing_lock.QuarterClosed as closed:
        return HandoutUndoCase(stands=handout.stands, closed_in=closed.quarter)
    held = Handout.objects.select_for_update(of=("self",)).get(pk=handout.pk)
    voucher = Voucher.objects.select_for_update(of=("self",)).get(pk=handout.voucher_id)
    return HandoutUndoCase(stands=held.stands, status=voucher.status)


def revoke(handout: Handout, *, reason: str, by, at: datetime) -> bool:
    """The hand-out no longer stands, and the voucher's status follows; False when it was revoked before.

    A redeemed voucher stays redeemed: somebody is a member with it.
    """
    if not handout.revoke(reason, by=by, at=at):
        return False
    one = Voucher.objects.filter(pk=handout.voucher_id)
    lifecycle.move_those(one, seen=Status.HANDED_OUT, to=Status.ALLOCATED)
    return True
