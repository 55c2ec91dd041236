"""Stock at the size of the country: making batches, and a range that changes hands, beside the bare statements.

Every measurement begins with empty tables, ours and bare by turns: neither works in larger ones.
"""

import io
from collections.abc import Callable
from functools import partial
from time import perf_counter

from django.db import connection, transaction

from bench.scratch import DAY, NOON, coordinator
from bench.table import Measurement
from intermediaries import accreditation
from kbl.organisations.models import Organisation
from vouchers.batches import make_batch
from vouchers.custody import stock
from vouchers.models import Batch, StockMovement, Voucher
from vouchers.numbers import SerialRange

SIZES = (10_000, 100_000, 1_000_000)
MOST_ROUNDS = {1_000_000: 3}  # numbers have seven digits, and they are never given out again
RANGE = 100_000
VOUCHERS, MOVEMENTS = Voucher._meta.db_table, StockMovement._meta.db_table


def measure(rounds: int) -> list[Measurement]:
    """A row for each size of batch, one for the growth of the cost per voucher, and two for a range."""
    by = coordinator()
    ours: dict[int, list[float]] = {}
    rows = []
    for size in SIZES:
        ours[size], bare = [], []
        for _ in range(min(rounds, MOST_ROUNDS.get(size, rounds))):
            _empty()
            ours[size].append(_timed(partial(make_batch, size, **_words(by))))
            bare.append(_copy(size, by))
        rows.append(Measurement(f"make a batch of {size:,}", ours[size], bare, "s", 1.5, more_is_better=False))
    return [*rows, _growth(ours), *_custody(rounds, by)]


def _growth(ours: dict[int, list[float]]) -> Measurement:
    """What one voucher costs in the largest batch beside one in the smallest."""
    pairs = list(zip(ours[SIZES[-1]], ours[SIZES[0]], strict=False))  # the largest had fewer rounds
    return Measurement(
        f"one voucher of {SIZES[-1]:,} beside one of {SIZES[0]:,}",
        [seconds / SIZES[-1] * 1e6 for seconds, _ in pairs],
        [seconds / SIZES[0] * 1e6 for _, seconds in pairs],
        "µs",
        1.1,
        more_is_better=False,
    )


def _custody(rounds: int, by) -> list[Measurement]:
    """A range of 100,000 goes to an intermediary and is then made void: the rules, beside one UPDATE and one fact."""
    to = Organisation.objects.get(slug="welzijn")
    allocating, voiding = (_allocate, _bare_allocate), (_void, _bare_void)
    allocated: tuple[list[float], list[float]] = ([], [])
    voided: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        _empty()
        ranges = [make_batch(RANGE, **_words(by)).range for _ in range(2)]
        turns = [1, 0] if number % 2 else [0, 1]  # who goes first leaves its dirt to the other
        for steps, seconds in ((allocating, allocated), (voiding, voided)):
            _settle()
            for whose in turns:
                seconds[whose].append(_timed(partial(steps[whose], ranges[whose], to, by)))
    return [
        Measurement(f"allocate a range of {RANGE:,}", *allocated, "s", 2.0, more_is_better=False),
        Measurement(f"make a range of {RANGE:,} void", *voided, "s", 2.0, more_is_better=False),
    ]


def _allocate(serials: SerialRange, to: Organisation, by) -> None:
    accreditation.allocate(serials, to=to, on=DAY, by=by, at=NOON)


def _void(serials: SerialRange, held_by: Organisation, by) -> None:
    stock.void(serials, reason="misprint", on=DAY, by=by, at=NOON)


def _words(by) -> dict:
    return {"medium": "paper", "valid_until": DAY.replace(year=2027), "on": DAY, "by": by, "at": NOON}


def _empty() -> None:
    """No vouchers, and nothing that points at one. The counter stays: numbers are never given out again."""
    with connection.cursor() as cursor:
        cursor.execute(f'TRUNCATE "{VOUCHERS}", "{Batch._meta.db_table}", "{MOVEMENTS}" CASCADE')
        cursor.execute("CHECKPOINT")


def _settle() -> None:
    """Statistics and visibility as autovacuum would leave them, and the disk at rest."""
    with connection.cursor() as cursor:
        cursor.execute(f'VACUUM ANALYZE "{VOUCHERS}"')
        cursor.execute("CHECKPOINT")


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started


def _copy(size: int, by) -> float:
    """Rows that are ready, straight into the same table with its indexes and constraints."""
    _empty()
    words = _words(by)
    batch = Batch.objects.create(
        medium=words["medium"],
        first_serial=1,
        last_serial=size,
        valid_until=words["valid_until"],
        made_on=DAY,
        recorded_by=by,
        recorded_at=NOON,
    )
    ready = io.StringIO("".join(f"{serial}\t123456\t{batch.pk}\tin_stock\n" for serial in batch.range))

    def copy() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.copy_expert(f'COPY "{VOUCHERS}" (serial, secret, batch_id, status) FROM STDIN', ready)

    return _timed(copy)


def _bare_allocate(serials: SerialRange, to: Organisation, by) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE \"{VOUCHERS}\" SET status = 'allocated', holder_id = %s, held_since = %s"
            " WHERE serial BETWEEN %s AND %s AND status = 'in_stock'",
            [to.pk, DAY, serials.first, serials.last],
        )
        _bare_movement(cursor, "allocate", serials, None, to.pk, "", by)


def _bare_void(serials: SerialRange, held_by: Organisation, by) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE \"{VOUCHERS}\" SET status = 'void' WHERE serial BETWEEN %s AND %s AND status = 'allocated'",
            [serials.first, serials.last],
        )
        _bare_movement(cursor, "void", serials, held_by.pk, None, "misprint", by)


def _bare_movement(cursor, kind: str, serials: SerialRange, source, target, reason: str, by) -> None:
    cursor.execute(
        f'INSERT INTO "{MOVEMENTS}" (kind, first_serial, last_serial, from_holder_id, to_holder_id, reason, "on",'
        " recorded_at, recorded_by_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [kind, serials.first, serials.last, source, target, reason, DAY, NOON, by.pk],
    )
