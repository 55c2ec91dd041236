"""A redemption is written: the voucher's status and the two facts, together or not at all.

PostgreSQL writes the three in one statement that says what it expects to find; SQLite, where a writing transaction is
alone, in three. Which rows may be written stands in enrolment.py; what the database refuses stands in the models.
"""

from contextlib import nullcontext
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from kbl.accounts.models import User
from libraries.desk_question import Desk
from libraries.models import Enrolment, MembershipYear
from vouchers import lifecycle
from vouchers.models import Voucher

Status = Voucher.Status
REDEEMABLE = lifecycle.may_become(Status.REDEEMED)

FACT = '"on", recorded_at, recorded_by_id, revoke_reason'
IN_ONE = (
    f"WITH moved AS ({lifecycle.MOVE_ONE_AS_SEEN} RETURNING serial),"
    f' made AS (INSERT INTO "{Enrolment._meta.db_table}" ({FACT}, voucher_id, library_id, branch_id, kind, key)'
    " SELECT %(on)s, %(at)s, %(by)s, '', serial, %(library)s, %(branch)s, %(kind)s, %(key)s FROM moved RETURNING id)"
    f' INSERT INTO "{MembershipYear._meta.db_table}" ({FACT}, enrolment_id, library_id, ordinal, paid_before)'
    " SELECT %(on)s, %(at)s, %(by)s, '', id, %(library)s, 1, false FROM made RETURNING enrolment_id"
)


def write(desk: Desk, *, kind: str, on: date, by: User, at: datetime, key: UUID | None) -> Enrolment | None:
    """The enrolment with its first year, of the voucher that was seen at a desk; `on` is the first day.

    None, and nothing is written, when the voucher is no longer as it was seen, or was in no status to be redeemed.
    Raises IntegrityError for a key that is in the books.
    """
    voucher = desk.voucher
    if voucher is None or voucher.status not in REDEEMABLE:
        return None
    fact = {"on": on, "recorded_by": by, "recorded_at": at, "library_id": desk.branch.organisation_id}
    enrolment = Enrolment(voucher=voucher, branch=desk.branch, kind=kind, key=key, **fact)
    if connection.vendor == "postgresql":
        return _in_one(enrolment, voucher.status, desk.version)
    return _in_three(enrolment, MembershipYear(enrolment=enrolment, ordinal=1, **fact))


def _in_one(enrolment: Enrolment, seen: str, version: str) -> Enrolment | None:
    written: dict[str, Any] = {
        "serial": enrolment.voucher_id,
        "seen": seen,
        "version": version,
        "to": Status.REDEEMED,
        "on": enrolment.on,
        "at": enrolment.recorded_at,
        "by": enrolment.recorded_by_id,
        "library": enrolment.library_id,
        "branch": enrolment.branch_id,
        "kind": enrolment.kind,
        "key": enrolment.key,
    }
    # One statement is a transaction by itself; within another's it must be able to go back alone.
    with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
        cursor.execute(IN_ONE, written)
        row = cursor.fetchone()
    if row is None:
        return None
    enrolment.pk = row[0]
    enrolment._state.adding, enrolment._state.db = False, connection.alias
    return enrolment


@transaction.atomic
def _in_three(enrolment: Enrolment, year: MembershipYear) -> Enrolment | None:
    voucher = enrolment.voucher
    if not lifecycle.move_those(Voucher.objects.filter(pk=voucher.pk), seen=voucher.status, to=Status.REDEEMED):
        return None
    enrolment.save(force_insert=True)
    year.enrolment = enrolment
    year.save(force_insert=True)
    return enrolment
