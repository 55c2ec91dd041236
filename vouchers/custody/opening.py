"""Opening stock: numbers that were printed, and perhaps given to an intermediary, before KBL came.

Each range becomes a batch of exactly these serials, and when an intermediary had it already, a movement to its drawer.
The counter jumps past them, so none is ever issued again. Set-based: ten thousand ranges are a few statements.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from kbl.clock import local_day
from kbl.organisations import number_series
from kbl.rows import insert
from vouchers.models import Batch, SerialCounter, StockMovement, Voucher
from vouchers.numbers import LAST_SERIAL, SerialRange, draw_secrets


@dataclass(frozen=True)
class OpeningRange:
    """A range as the old books have it; `holder_id` is empty for Cubiss itself, `since` the day it came there."""

    serials: SerialRange
    medium: str
    valid_until: date
    since: date
    holder_id: int | None


class RangeVerdict(StrEnum):
    """What is to be said of one range; GOOD can be recorded, SAME is there already."""

    GOOD = "good"
    SAME = "same"
    OVERLAPS = "overlaps"
    DIFFERENT = "different"
    OTHER_HOLDER = "other_holder"
    EXPIRED = "expired"
    FUTURE = "future"
    OUT_OF_REACH = "out_of_reach"


@dataclass(frozen=True)
class JudgedRange:
    """What one range would do; `overlap` are the numbers that are there already."""

    why: RangeVerdict
    overlap: SerialRange | None = None


def judge(rows: Sequence[OpeningRange], *, at: datetime, lock: bool = False) -> list[JudgedRange]:
    """Judge ranges that do not overlap each other. `lock` keeps others from making numbers meanwhile."""
    if lock:
        SerialCounter.objects.get_or_create(pk=1)
        SerialCounter.objects.select_for_update().get(pk=1)
    batches = list(Batch.objects.order_by("first_serial"))
    firsts = [batch.first_serial for batch in batches]
    holders = {
        (first, last): holder
        for first, last, holder in StockMovement.objects.filter(kind=StockMovement.Kind.ALLOCATE)
        .order_by("-pk")
        .values_list("first_serial", "last_serial", "to_holder_id")
    }
    today = local_day(at)
    found = []
    for row in rows:
        at_or_before = bisect_right(firsts, row.serials.last) - 1
        nearest = batches[at_or_before] if at_or_before >= 0 else None
        found.append(_judge(row, nearest, holders, today))
    return found


def _judge(
    row: OpeningRange, nearest: Batch | None, holders: Mapping[tuple[int, int], int | None], today: date
) -> JudgedRange:
    if row.serials.first < 1 or row.serials.last > LAST_SERIAL:
        return JudgedRange(RangeVerdict.OUT_OF_REACH)
    if nearest and nearest.last_serial >= row.serials.first:
        if nearest.range != row.serials:
            first, last = max(row.serials.first, nearest.first_serial), min(row.serials.last, nearest.last_serial)
            return JudgedRange(RangeVerdict.OVERLAPS, SerialRange(first, last))
        if (nearest.medium, nearest.valid_until, nearest.made_on) != (row.medium, row.valid_until, row.since):
            return JudgedRange(RangeVerdict.DIFFERENT)
        same = holders.get((row.serials.first, row.serials.last)) == row.holder_id
        return JudgedRange(RangeVerdict.SAME if same else RangeVerdict.OTHER_HOLDER)
    if row.since > today:
        return JudgedRange(RangeVerdict.FUTURE)
    if row.valid_until < row.since:
        return JudgedRange(RangeVerdict.EXPIRED)
    return JudgedRange(RangeVerdict.GOOD)


@transaction.atomic
def record(rows: Sequence[OpeningRange], *, by, at: datetime) -> list[JudgedRange]:
    """Take the ranges that can be into the books, and tell of each what became of it.

    Who may hold stock on which day, the intermediaries' rules say; ask them first.
    """
    judgements = judge(rows, at=at, lock=True)
    good = [row for row, found in zip(rows, judgements, strict=True) if found.why == RangeVerdict.GOOD]
    if not good:
        return judgements
    batches = Batch.objects.bulk_create(
        Batch(
            medium=row.medium,
            first_serial=row.serials.first,
            last_serial=row.serials.last,
            valid_until=row.valid_until,
            made_on=row.since,
            recorded_by=by,
            recorded_at=at,
        )
        for row in good
    )
    past_last = max(row.serials.last for row in good) + 1
    SerialCounter.objects.filter(pk=1).update(next_serial=Greatest(F("next_serial"), past_last))
    number_series.keep(number_series.VOUCHERS, past_last - 1)
    insert(
        Voucher,
        ["serial", "secret", "batch_id", "status", "holder_id", "held_since"],
        _vouchers(good, [batch.pk for batch in batches]),
    )
    StockMovement.objects.bulk_create(
        StockMovement(
            kind=StockMovement.Kind.ALLOCATE,
            first_serial=row.serials.first,
            last_serial=row.serials.last,
            to_holder_id=row.holder_id,
            on=row.since,
            recorded_by=by,
            recorded_at=at,
        )
        for row in good
        if row.holder_id
    )
    return judgements


def _vouchers(rows: Sequence[OpeningRange], batches: Sequence[int]) -> Iterator[tuple]:
    """The vouchers, in their holder's stock from the start: no desk can have seen one before this transaction ends."""
    secrets = iter(draw_secrets(sum(len(row.serials) for row in rows)))
    for row, batch in zip(rows, batches, strict=True):
        status = Voucher.Status.ALLOCATED if row.holder_id else Voucher.Status.IN_STOCK
        since = row.since if row.holder_id else None
        for serial in row.serials:
            yield serial, next(secrets), batch, status.value, row.holder_id, since
