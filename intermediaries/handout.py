"""Handing out: an intermediary records which numbers went to residents, on which day, and nothing else.

The library may have been first: a voucher that is redeemed already still gets its hand-out, so that handling is paid
(domain.md, "Discrepancies").
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef

from intermediaries.accreditation import accreditation_on
from intermediaries.models import Handout
from kbl.facts import refuse_future
from kbl.organisations import books
from kbl.organisations.models import Organisation
from vouchers import lifecycle
from vouchers.models import Voucher, VoucherQuerySet
from vouchers.numbers import SerialRange, ranges_of

Status = Voucher.Status


@dataclass(frozen=True)
class Refusal:
    """Numbers that cannot be handed out, with one reason; what can be done about it, the screen says."""

    UNKNOWN, VOID, EXPIRED, ALREADY, NOT_YET_HELD = "unknown", "void", "expired", "already", "not_yet_held"

    reason: str
    serials: tuple[SerialRange, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


@dataclass(frozen=True)
class Preview:
    """What recording these numbers would do: which can, and which cannot and why."""

    good: tuple[SerialRange, ...]
    refused: tuple[Refusal, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))


class HandoutRefused(Exception):
    """At least one number cannot be handed out; nothing was recorded."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("; ".join(f"{each.reason} {' '.join(map(str, each.serials))}" for each in preview.refused))
        self.preview = preview


class NotUndoable(Exception):
    """The hand-out cannot be undone: `reason` is `revoked` or `redeemed`."""

    REVOKED, REDEEMED = "revoked", "redeemed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def preview(organisation: Organisation, ranges: list[SerialRange], *, on: date) -> Preview:
    """Look at numbers one by one without recording anything. Numbers of somebody else's stock are simply unknown."""
    good: list[int] = []
    refused: dict[str, list[int]] = {}
    for serials in ranges:
        rows = {
            serial: (status, held_since, valid_until, handed_out)
            for serial, status, held_since, valid_until, handed_out in _ours(organisation, serials)
            .with_last_day()
            .annotate(handed_out=Exists(Handout.objects.standing().filter(voucher=OuterRef("pk"))))
            .values_list("serial", "status", "held_since", "last_day", "handed_out")
        }
        for serial in serials:
            reason = _reason(rows.get(serial), on)
            (refused.setdefault(reason, []) if reason else good).append(serial)
    return Preview(
        tuple(ranges_of(good)),
        tuple(Refusal(reason, tuple(ranges_of(numbers))) for reason, numbers in refused.items()),
    )


def _ours(organisation: Organisation, serials: SerialRange) -> VoucherQuerySet:
    """An organisation only ever sees its own stock."""
    return Voucher.objects.within(serials).held_by(organisation)


def _reason(row: tuple | None, on: date) -> str | None:
    if row is None:
        return Refusal.UNKNOWN
    status, held_since, valid_until, handed_out = row
    if handed_out:
        return Refusal.ALREADY
    if status == Status.VOID:
        return Refusal.VOID
    if on < held_since:
        return Refusal.NOT_YET_HELD
    if valid_until < on:
        return Refusal.EXPIRED
    return None


@transaction.atomic
def hand_out(organisation: Organisation, ranges: list[SerialRange], *, on: date, by, at: datetime) -> int:
    """Record that these numbers went to residents on day `on`; returns how many. All of them, or none.

    Raises HandoutRefused (with the preview), FutureDate.
    """
    refuse_future(on, at)
    try:
        with transaction.atomic():
            for serials in ranges:
                _hand_out_range(organisation, serials, on=on, by=by, at=at)
    except (lifecycle.Overtaken, IntegrityError):
        looked = preview(organisation, ranges, on=on)
        if not looked.refused:  # they came free again meanwhile: the next press will do
            raise
        raise HandoutRefused(looked) from None
    return sum(map(len, ranges))


def _hand_out_range(organisation: Organisation, serials: SerialRange, *, on: date, by, at: datetime) -> None:
    """One range in a few statements: the status of those still in the drawer, those redeemed before, the facts."""
    ours = _ours(organisation, serials).valid(on).filter(held_since__lte=on)
    moved = lifecycle.move_those(ours, seen=Status.ALLOCATED, to=Status.HANDED_OUT)
    if moved < len(serials):  # the library may have been first; those rows are held so that its undo waits for us
        redeemed = ours.filter(status=Status.REDEEMED).select_for_update(of=("self",))
        moved += len(redeemed.values_list("pk", flat=True))
    if moved != len(serials):
        raise lifecycle.Overtaken(len(serials), moved)
    accreditation = accreditation_on(organisation, on)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Handout._meta.db_table}" (voucher_id, organisation_id, accreditation_id, "on", recorded_at,'
            " recorded_by_id, revoke_reason, paid_before) "
            f"SELECT serial, %s, %s, %s, %s, %s, '', false FROM \"{Voucher._meta.db_table}\""
            " WHERE serial BETWEEN %s AND %s",
            [
                organisation.pk,
                accreditation.pk if accreditation else None,
                connection.ops.adapt_datefield_value(on),
                connection.ops.adapt_datetimefield_value(at),
                by.pk,
                serials.first,
                serials.last,
            ],
        )


@transaction.atomic
def undo(handout: Handout, *, reason: str, by, at: datetime) -> None:
    """Take a hand-out back: the intermediary made a mistake. The voucher is in its drawer again.

    Raises books.QuarterClosed (Cubiss corrects then), NotUndoable.
    """
    books.assert_open(handout.on, handout.recorded_at)
    if not revoke(handout, reason=reason, by=by, at=at):
        raise NotUndoable(NotUndoable.REVOKED)
    if Voucher.objects.filter(pk=handout.voucher_id, status=Status.REDEEMED).exists():
        raise NotUndoable(NotUndoable.REDEEMED)


def revoke(handout: Handout, *, reason: str, by, at: datetime) -> bool:
    """The hand-out no longer stands, and the voucher's status follows; False when it was revoked before.

    A redeemed voucher stays redeemed: somebody is a member with it.
    """
    if not handout.revoke(reason, by=by, at=at):
        return False
    one = Voucher.objects.filter(pk=handout.voucher_id)
    lifecycle.move_those(one, seen=Status.HANDED_OUT, to=Status.ALLOCATED)
    return True
