"""Which indexes nothing used, and which large tables were read from end to end: `python -m bench indexes`.

On the national database of `bench pages` (with `BENCH_KEEP=1` the one that is there; `BENCH_SIZES` chooses, 100,000 by
default): its making closes eleven quarters and pays them, and then every GET of every role is asked. PostgreSQL counts
what it used meanwhile. An index of a constraint stays whatever it counts. What only an act of a person or a task of the
clock uses is not walked here: look at those before an index goes.
"""

import logging
import os

import time_machine
from django.conf import settings
from django.db import connection

from bench import national
from bench.national.calendar import noon
from bench.pages import walk
from bench.table import Measurement

SIZE = int(os.environ.get("BENCH_SIZES", "100000").split(",")[0])
LARGE = 5_000  # rows
UNUSED = """
    SELECT used.relname, used.indexrelname, pg_relation_size(used.indexrelid) / 1000, tables.n_live_tup
    FROM pg_stat_user_indexes used JOIN pg_index kept ON kept.indexrelid = used.indexrelid
    JOIN pg_stat_user_tables tables ON tables.relid = used.relid
    WHERE used.idx_scan = 0 AND NOT kept.indisunique
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = used.indexrelid)
    ORDER BY 3 DESC, 1, 2"""
READ_WHOLE = """
    SELECT relname, n_live_tup, seq_scan, seq_tup_read, idx_scan FROM pg_stat_user_tables
    WHERE n_live_tup >= %s AND seq_scan > 0 ORDER BY seq_tup_read DESC"""
SPILLED = "SELECT temp_files, temp_bytes / 1000000 FROM pg_stat_database WHERE datname = current_database()"


def measure(rounds: int) -> list[Measurement]:
    """Walk and print the two lists; it has no bare engine beside it, so it gives no rows for the table."""
    settings.SECOND_FACTOR_REQUIRED = False
    settings.CLOCK_MAY_DIFFER_MINUTES = 0
    settings.ALLOWED_HOSTS = ["*"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # a door that is shut is no news here
    with time_machine.travel(noon(national.TODAY)), national.database(SIZE):
        visits = sum(1 for _ in walk())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            print(f"{visits} visits at {SIZE:,} vouchers. Indexes that nothing used:\n")
            cursor.execute(UNUSED)
            for table, index, size, rows in cursor.fetchall():
                print(f"{size:8,} kB {rows:10,} rows  {table}.{index}")
            print("\nLarge tables that were read from end to end:\n")
            cursor.execute(READ_WHOLE, [LARGE])
            for table, rows, times, read, by_index in cursor.fetchall():
                print(f"{table}: {rows:,} rows, {times:,} times ({read:,} rows read); by index {by_index:,} times")
            cursor.execute(SPILLED)
            print(
                "\nSorted or hashed on disk, because work_mem was too small: {:,} files, {:,} MB".format(
                    *cursor.fetchone()
                )
            )
    return []
