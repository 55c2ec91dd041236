"""Handing out: an intermediary records which numbers went to residents, on which day, and nothing else.

The library may have been first: a voucher that is redeemed already still gets its hand-out, so that handling is paid
(domain.md, "Discrepancies").
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from intermediaries.accreditation import accreditation_on
from intermediaries.models import Handout
from kbl.facts import refuse_future
from kbl.organisations import closing_lock
from kbl.organisations.models import Organisation
from kbl.rows import among
from vouchers import lifecycle
from vouchers.models import Voucher, VoucherQuerySet, lasts_until
from vouchers.numbers import SerialRange, join, without
from vouchers.runs import islands

Status = Voucher.Status
FEW_RANGES = 20


@dataclass(frozen=True)
class Refusal:
    """Numbers that cannot be handed out, with one reason; what can be done about it, the screen says."""

    UNKNOWN, VOID, EXPIRED, ALREADY, NOT_YET_HELD = "unknown", "void", "expired", "already", "not_yet_held"
    FUTURE, TWO_DAYS = "future", "two_days"

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


def preview(organisation: Organisation, ranges: Sequence[SerialRange], *, on: date) -> Preview:
    """What recording these numbers would do; changes nothing. Numbers of somebody else's stock are simply unknown.

    Set-based: ten thousand loose numbers are one question (0.1 s; asked one by one they took 8 s).
    """
    if not ranges:
        return Preview((), ())
    standing = Handout.objects.standing().filter(voucher=OuterRef("pk"))
    verdict = Case(
        When(Exists(standing), then=Value(Refusal.ALREADY)),
        When(status=Status.VOID, then=Value(Refusal.VOID)),
        When(held_since__gt=on, then=Value(Refusal.NOT_YET_HELD)),
        When(~lasts_until(on), then=Value(Refusal.EXPIRED)),
        default=Value(""),
        output_field=CharField(),
    )
    found: dict[str, list[SerialRange]] = {}
    for run, (reason,) in islands(_ours(organisation, ranges).annotate(verdict=verdict), "verdict"):
        found.setdefault(reason, []).append(run)
    if unknown := list(missing(ranges, [run for runs in found.values() for run in runs])):
        found[Refusal.UNKNOWN] = unknown
    good = found.pop("", [])
    return Preview(tuple(join(good)), tuple(Refusal(reason, tuple(join(runs))) for reason, runs in found.items()))


def missing(ranges: Iterable[SerialRange], known: Iterable[SerialRange]) -> Iterator[SerialRange]:
    """What is left of ranges when parts of them are taken out; both are walked once."""
    taken = deque(join(known))
    for serials in join(ranges):
        inside = []
        while taken and taken[0].last <= serials.last:
            inside.append(taken.popleft())
        yield from without(serials, inside)


def _ours(organisation: Organisation, ranges: Sequence[SerialRange]) -> VoucherQuerySet:
    """An organisation only ever sees its own stock. A few ranges are asked as ranges, many as the numbers they are."""
    own = Voucher.objects.held_by(organisation)
    if len(ranges) > FEW_RANGES:
        return own.filter(pk__in=among(serial for each in ranges for serial in each))
    asked = Q(pk__in=[])
    for each in ranges:
        asked |= Q(serial__range=(each.first, each.last))
    return own.filter(asked)


def hand_out(organisation: Organisation, ranges: Sequence[SerialRange], *, on: date, by, at: datetime) -> int:
    """Record that these numbers went to residents on day `on`; returns how many. All of them, or none.

    Raises HandoutRefused (with the preview), FutureDate.
    """
    return hand_out_days(organisation, {on: ranges}, by=by, at=at)


@transaction.atomic
def hand_out_days(organisation: Organisation, days: Mapping[date, Sequence[SerialRange]], *, by, at: datetime) -> int:
    """Record numbers that went out on several days; returns how many. All of them, or none.

    Raises HandoutRefused (with the preview of the first day that is in the way), FutureDate.
    """
    days = {on: ranges for on, ranges in days.items() if ranges}
    for on in days:
        refuse_future(on, at)
    try:
        with transaction.atomic():
            for on in sorted(days):
                _record(organisation, join(days[on]), on=on, by=by, at=at)
    except (lifecycle.Overtaken, IntegrityError):
        for on in sorted(days):
            looked = preview(organisation, days[on], on=on)
            if looked.refused:
                raise HandoutRefused(looked) from None
        raise  # they came free again meanwhile: the next press will do
    return sum(len(each) for ranges in days.values() for each in ranges)


def _record(organisation: Organisation, ranges: list[SerialRange], *, on: date, by, at: datetime) -> None:
    """One day in a few statements: the status of those still in the drawer, those redeemed before, the facts."""
    count = sum(map(len, ranges))
    asked = _ours(organisation, ranges)
    if len(ranges) > 1:  # in the order of the serials, so that two lists never wait for each other in a circle
        list(asked.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    ours = asked.valid(on).filter(held_since__lte=on)
    moved = lifecycle.move_those(ours, seen=Status.ALLOCATED, to=Status.HANDED_OUT)
    if moved < count:  # the library may have been first; those rows are held so that its undo waits for us
        redeemed = ours.filter(status=Status.REDEEMED).select_for_update(of=("self",))
        moved += len(redeemed.values_list("pk", flat=True))
    if moved != count:
        raise lifecycle.Overtaken(count, moved)
    accreditation = accreditation_on(organisation, on)
    sql, params = asked.order_by().values_list("serial").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Handout._meta.db_table}" (voucher_id, organisation_id, accreditation_id, "on", recorded_at,'
            " recorded_by_id, revoke_reason, paid_before) "
            f"SELECT asked.serial, %s, %s, %s, %s, %s, '', false FROM ({sql}) asked",
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
    """Take a hand-out back: the intermediary made a mistake. The voucher is in its drawer again.

    Raises closing_lock.QuarterClosed (Cubiss corrects then), NotUndoable.
    """
    closing_lock.assert_open(handout.on, handout.recorded_at)
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
