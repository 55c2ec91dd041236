"""Making a batch: consecutive serials, random secrets, all in one go or not at all."""

import io
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F

from vouchers.models import Batch, SerialCounter, Voucher
from vouchers.numbers import LARGEST_RANGE, LAST_SERIAL, draw_secrets


class BatchRefused(ValueError):
    """A batch that cannot be made; `reason` is one of the class's constants."""

    EMPTY, TOO_LARGE, ALREADY_EXPIRED, NUMBERS_RUN_OUT = "empty", "too_large", "already_expired", "numbers_run_out"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def make_batch(count: int, *, medium: str, valid_until: date, on: date, by, at: datetime) -> Batch:
    """Make `count` vouchers in Cubiss' own stock. Raises BatchRefused.

    The counter's row is locked until the batch is there, so two batches never share a serial and none is skipped.
    """
    if count < 1:
        raise BatchRefused(BatchRefused.EMPTY)
    if count > LARGEST_RANGE:
        raise BatchRefused(BatchRefused.TOO_LARGE)
    if valid_until < on:
        raise BatchRefused(BatchRefused.ALREADY_EXPIRED)
    first = _take_serials(count)
    batch = Batch.objects.create(
        medium=medium,
        first_serial=first,
        last_serial=first + count - 1,
        valid_until=valid_until,
        made_on=on,
        recorded_by=by,
        recorded_at=at,
    )
    _write_vouchers(batch)
    return batch


def _take_serials(count: int) -> int:
    """The first of `count` serials that were never used."""
    SerialCounter.objects.get_or_create(pk=1)
    SerialCounter.objects.filter(pk=1).update(next_serial=F("next_serial") + count)
    past_last = SerialCounter.objects.values_list("next_serial", flat=True).get(pk=1)
    if past_last - 1 > LAST_SERIAL:
        raise BatchRefused(BatchRefused.NUMBERS_RUN_OUT)
    return past_last - count


def _write_vouchers(batch: Batch) -> None:
    """Write the rows: COPY where PostgreSQL offers it (100,000 in about a second; bulk_create takes five)."""
    secrets = draw_secrets(batch.size)
    if connection.vendor == "postgresql":
        rows = "".join(
            f"{serial}\t{secret}\t{batch.pk}\tin_stock\n" for serial, secret in zip(batch.range, secrets, strict=True)
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(
                f'COPY "{Voucher._meta.db_table}" (serial, secret, batch_id, status) FROM STDIN', io.StringIO(rows)
            )
        return
    # One prepared statement for all rows: SQLite takes few parameters at once, so bulk_create needs thousands of them.
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{Voucher._meta.db_table}" (serial, secret, batch_id, status) VALUES (%s, %s, %s, %s)',
            [
                (serial, secret, batch.pk, Voucher.Status.IN_STOCK.value)
                for serial, secret in zip(batch.range, secrets, strict=True)
            ],
        )
