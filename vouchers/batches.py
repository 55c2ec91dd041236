"""Making a batch: consecutive serials, random secrets, all in one go or not at all."""

import io
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from django.db import connection, transaction

from kbl.organisations import number_series
from vouchers.models import Batch, SerialCounter, Voucher
from vouchers.numbers import LARGEST_RANGE, LAST_SERIAL, SerialRange, draw_secrets

AT_A_TIME = 50_000


class BatchRefused(ValueError):
    """A batch that cannot be made; `reason` is one of the class's constants."""

    class Reason(StrEnum):
        EMPTY = "empty"
        TOO_LARGE = "too_large"
        ALREADY_EXPIRED = "already_expired"
        NUMBERS_RUN_OUT = "numbers_run_out"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def make_batch(
    count: int,
    *,
    medium: str,
    valid_until: date,
    on: date,
    by,
    at: datetime,
    progress: Callable[[int], object] | None = None,
) -> Batch:
    """Make `count` vouchers in Cubiss' own stock. Raises BatchRefused. `progress` hears how many there are.

    The counter's row is locked until the batch is there, so two batches never share a serial and none is skipped.
    """
    _refuse(count, valid_until, on)
    first = _take_serials(count, at=at)
    serials = SerialRange(first, first + count - 1)
    return _write(serials, medium=medium, valid_until=valid_until, on=on, by=by, at=at, progress=progress)


def assert_makeable(count: int, *, valid_until: date, on: date) -> None:
    """What can be said before a batch is made. Raises BatchRefused."""
    _refuse(count, valid_until, on)
    counter = SerialCounter.objects.filter(pk=1).first()
    if (counter.next_serial if counter else 1) + count - 1 > LAST_SERIAL:
        raise BatchRefused(BatchRefused.Reason.NUMBERS_RUN_OUT)


def _refuse(count: int, valid_until: date, on: date) -> None:
    """What no batch can be."""
    if count < 1:
        raise BatchRefused(BatchRefused.Reason.EMPTY)
    if count > LARGEST_RANGE:
        raise BatchRefused(BatchRefused.Reason.TOO_LARGE)
    if valid_until < on:
        raise BatchRefused(BatchRefused.Reason.ALREADY_EXPIRED)


def _take_serials(count: int, *, at: datetime) -> int:
    """The first of `count` serials that were never used, whatever a restored counter says."""
    SerialCounter.objects.get_or_create(pk=1)
    counter = SerialCounter.objects.select_for_update().get(pk=1)
    first = number_series.last_used(number_series.VOUCHERS, counted=counter.next_serial - 1, at=at) + 1
    last = first + count - 1
    if last > LAST_SERIAL:
        raise BatchRefused(BatchRefused.Reason.NUMBERS_RUN_OUT)
    counter.next_serial = last + 1
    counter.save(update_fields=["next_serial"])
    number_series.keep(number_series.VOUCHERS, last)
    return first


def _write(serials: SerialRange, *, medium, valid_until, on, by, at, progress) -> Batch:
    batch = Batch.objects.create(
        medium=medium,
        first_serial=serials.first,
        last_serial=serials.last,
        valid_until=valid_until,
        made_on=on,
        recorded_by=by,
        recorded_at=at,
    )
    made = 0
    numbers = iter(serials)
    while part := list(islice(numbers, AT_A_TIME)):
        _write_vouchers(batch, part)
        made += len(part)
        if progress:
            progress(made)
    return batch


def _write_vouchers(batch: Batch, serials: list[int]) -> None:
    """Write rows: COPY where PostgreSQL offers it (100,000 in about a second; bulk_create takes five)."""
    secrets = draw_secrets(len(serials))
    table = Voucher._meta.db_table
    if connection.vendor == "postgresql":
        tail = f"\t{batch.pk}\tin_stock\n"
        rows = "".join(f"{serial}\t{secret}{tail}" for serial, secret in zip(serials, secrets, strict=True))
        with connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{table}" (serial, secret, batch_id, status) FROM STDIN', io.StringIO(rows))
        return
    # One prepared statement for all rows: SQLite takes few parameters at once, so bulk_create needs thousands of them.
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{table}" (serial, secret, batch_id, status) VALUES (%s, %s, %s, %s)',
            [
                (serial, secret, batch.pk, Voucher.Status.IN_STOCK.value)
                for serial, secret in zip(serials, secrets, strict=True)
            ],
        )
