"""From looking to saving: what was shown is carried in the page, signed, and judged again when somebody says yes.

The upload itself is kept nowhere. The page carries the cells of our own columns, compressed and signed, for an hour,
for this person and this kind of list. Of two who press at once the second waits, and finds that it is there already.
"""

from dataclasses import replace
from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, OperationalError, connection, transaction

from kbl.intake.examining import Examined, examine
from kbl.intake.forms import Told
from kbl.intake.resource import Intake, Upload
from kbl.spreadsheets import SheetRow, SheetTable

SALT = "kbl.intake"
GOOD_FOR = timedelta(hours=1)
# Beside the other fields of the form it must stay below DATA_UPLOAD_MAX_MEMORY_SIZE.
LARGEST = 2_300_000
LOCK = 0x4B424C  # "KBL": the advisory lock of reading in
LOCK_NOT_AVAILABLE = "55P03"


class TooManyRows(Exception):
    """The rows do not fit in a page: the file is to be cut in two."""


class StaleRows(Exception):
    """What the page carries is too old, somebody else's, or was changed."""


class IntakeBusy(Exception):
    """Another file is being saved at this moment; a minute later it can be done."""


def carry(intake: Intake, table: SheetTable, *, by, told: Told) -> str:
    """The rows as the page carries them. Raises TooManyRows."""
    rows = [[row.number, *row.cells] for row in table.rows]
    carried = signing.dumps([by.pk, intake.slug, told.paid_before, told.late_reason, rows], salt=SALT, compress=True)
    if len(carried) > LARGEST:
        raise TooManyRows
    return carried


def unpack(carried: str, intake: Intake, *, by) -> tuple[SheetTable, Told]:
    """The rows that a page carried, and what was told of them all. Raises StaleRows."""
    try:
        owner, slug, paid_before, late_reason, rows = signing.loads(carried, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise StaleRows from error
    if (owner, slug) != (by.pk, intake.slug):
        raise StaleRows
    return SheetTable(tuple(intake.headers), tuple(SheetRow(number, tuple(cells)) for number, *cells in rows)), Told(
        paid_before, late_reason
    )


def save(kind: type[Intake], table: SheetTable, upload: Upload) -> Examined:
    """Save the rows that can be, all of them or none; tells what became of every row. Raises IntakeBusy.

    Twice the same file is once: the second finds every row there. When somebody was first on another page (the office's
    own lists), the rows are judged again.
    """
    upload = replace(upload, saving=True)
    try:
        return _save(kind, table, upload)
    except IntegrityError:
        return _save(kind, table, upload)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_NOT_AVAILABLE:
            raise IntakeBusy from error
        raise


@transaction.atomic
def _save(kind: type[Intake], table: SheetTable, upload: Upload) -> Examined:
    if connection.vendor == "postgresql":  # SQLite's writing transactions are alone already
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    intake = kind()
    examined = examine(intake, table, upload)
    if good := [row for row in examined.rows if row.saves]:
        intake.save(good, upload)
    return examined
