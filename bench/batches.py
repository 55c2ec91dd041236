"""Making a batch of 100,000 vouchers, beside COPY of the same rows into the same table."""

import io
from time import perf_counter

from django.db import connection, transaction

from bench.scratch import DAY, NOON, coordinator
from bench.table import Row
from vouchers.batches import make_batch
from vouchers.models import Batch, Voucher

COUNT = 100_000


def measure(rounds: int) -> list[Row]:
    """Ours: serials, secrets, the batch and its rows in one transaction. Bare: rows that are ready, straight in."""
    by, ours, bare = coordinator(), [], []
    for number in range(rounds):
        started = perf_counter()
        make_batch(COUNT, medium="paper", valid_until=DAY.replace(year=2027), on=DAY, by=by, at=NOON)
        ours.append(perf_counter() - started)
        bare.append(_copy(9_000_000 + number * -COUNT, by))
    return [Row("make a batch of 100,000", ours, bare, "s", 1.5, more_is_better=False)]


def _copy(first: int, by) -> float:
    """COPY into the same table, with its indexes and constraints."""
    batch = Batch.objects.create(
        medium="paper",
        first_serial=first,
        last_serial=first + COUNT - 1,
        valid_until=DAY,
        made_on=DAY,
        recorded_by=by,
        recorded_at=NOON,
    )
    rows = io.StringIO("".join(f"{first + i}\t123456\t{batch.pk}\tin_stock\n" for i in range(COUNT)))
    started = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{Voucher._meta.db_table}" (serial, secret, batch_id, status) FROM STDIN', rows)
    return perf_counter() - started
