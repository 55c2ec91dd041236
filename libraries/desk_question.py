"""What the books say of a desk, and of one voucher there: one question, because a queue is waiting.

Written out: composing it with the ORM takes longer than the rest of a redemption together (docs/performance.md).
"""

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from django.db import connection
from django.db.models import ManyToOneRel

from kbl.clock import local_day
from kbl.organisations.models import Branch, Municipality, Programme
from kbl.written_out import Columns
from libraries.eligibility import redeeming
from libraries.eligibility.redeeming import Redemption
from libraries.models import Participation, Refusal
from vouchers.models import Batch, Voucher
from vouchers.numbers import Number

GUESSES_PER_ACCOUNT, GUESSES_PER_LIBRARY, GUESSES_WITHIN = 20, 60, timedelta(minutes=10)

VOUCHER, BATCH = Columns(Voucher, "voucher"), Columns(Batch, "batch")
# What becomes another with every change of the row; SQLite has none, and lets nobody in between either.
VERSION = {"postgresql": "voucher.xmin::text", "sqlite": "''"}
OF_THE_DESK = 7  # the columns before the voucher's own


@cache
def _question() -> str:
    relation: object = Voucher._meta.get_field("handouts")  # of a room that this one does not know
    assert isinstance(relation, ManyToOneRel)
    handouts = relation.field.model._meta.db_table
    return (
        "SELECT participation.starts_on, municipality.starts_on, programme.ends_on, programme.quarters_back,"
        f' guess.recorded_by_id, handout."on", {VERSION[connection.vendor]}, {VOUCHER}, {BATCH}'
        f' FROM "{Branch._meta.db_table}" branch'
        f' JOIN "{Municipality._meta.db_table}" municipality ON municipality.id = branch.municipality_id'
        f' JOIN "{Programme._meta.db_table}" programme ON programme.id = 1'
        f' LEFT JOIN "{Participation._meta.db_table}" participation'
        " ON participation.library_id = branch.organisation_id"
        f' LEFT JOIN "{Voucher._meta.db_table}" voucher ON voucher.serial = %s'
        f' LEFT JOIN "{Batch._meta.db_table}" batch ON batch.id = voucher.batch_id'
        # The status tells whether there is one that stands; then there is one only.
        f' LEFT JOIN "{handouts}" handout ON handout.voucher_id = voucher.serial'
        f" AND handout.revoked_at IS NULL AND voucher.status = '{Voucher.Status.HANDED_OUT}'"
        f' LEFT JOIN "{Refusal._meta.db_table}" guess ON guess.library_id = branch.organisation_id'
        " AND guess.reason = %s AND guess.recorded_at > %s WHERE branch.id = %s LIMIT %s"
    )


class TooManyGuesses(Exception):
    """This account or this library offered too many unknown numbers; it may go on at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(str(again_at))
        self.again_at = again_at


@dataclass(frozen=True)
class Desk:
    """What the books say of a desk at this moment, and of the voucher with the number that is asked there.

    `starts_on`: from when a membership here counts for the fund; `guessers`: who offered an unknown number lately;
    `voucher`: None when no voucher has that whole number; `handed_out_on`: its hand-out that stands; `version` tells
    whether it is still as it was seen.
    """

    branch: Branch
    starts_on: date | None
    programme_ends_on: date
    earliest: date
    guessers: tuple[int, ...]
    voucher: Voucher | None
    handed_out_on: date | None
    version: str

    @classmethod
    def asked(cls, number: Number, *, branch: Branch, at: datetime) -> "Desk":
        """A number is asked at the desk of a branch."""
        since = connection.ops.adapt_datetimefield_value(at - GUESSES_WITHIN)
        with connection.cursor() as cursor:
            cursor.execute(_question(), [number.serial, Refusal.Reason.UNKNOWN, since, branch.pk, GUESSES_PER_LIBRARY])
            rows = cursor.fetchall()
        library_starts, municipality_starts, ends, quarters_back, _, handed_out_on, version = rows[0][:OF_THE_DESK]
        return cls(
            branch,
            redeeming.counts_from(library_starts, municipality_starts),
            ends,
            Programme(quarters_back=quarters_back).first_day_told_on(local_day(at)),
            tuple(row[4] for row in rows if row[4] is not None),
            _voucher(rows[0], number),
            handed_out_on,
            version,
        )

    def case(self, *, on: date, today: date) -> Redemption:
        """The voucher and a first day, as the rows read them; an unknown number has no voucher."""
        here = Redemption(
            on=on,
            today=today,
            library_starts_on=self.starts_on,
            programme_ends_on=self.programme_ends_on,
            earliest=self.earliest,
        )
        voucher = self.voucher
        if voucher is None:
            return here
        return replace(
            here,
            status=voucher.status,
            made_on=voucher.batch.made_on,
            last_day=voucher.valid_until,
            holder_id=voucher.holder_id,
            held_since=voucher.held_since,
            handed_out_on=self.handed_out_on,
        )

    def slow_down_guessers(self, *, by, at: datetime) -> None:
        """Who offers many unknown numbers waits, counted in the database so that a lost Redis forgets nothing.

        Typing errors never come this far: the check digit catches them. Raises TooManyGuesses.
        """
        if self.guessers.count(by.pk) < GUESSES_PER_ACCOUNT and len(self.guessers) < GUESSES_PER_LIBRARY:
            return
        guesses = Refusal.objects.filter(
            library=self.branch.organisation_id, reason=Refusal.Reason.UNKNOWN, recorded_at__gt=at - GUESSES_WITHIN
        )
        first = guesses.order_by("recorded_at").values_list("recorded_at", flat=True).first()
        raise TooManyGuesses((first or at) + GUESSES_WITHIN)


def _voucher(row: tuple, number: Number) -> Voucher | None:
    """The voucher in a row of the answer, if the whole number is its own."""
    voucher = VOUCHER.read(row, OF_THE_DESK)
    if voucher is None or not hmac.compare_digest(voucher.secret, number.secret):
        return None
    batch = BATCH.read(row, OF_THE_DESK + len(VOUCHER))
    assert batch is not None  # every voucher lies in one
    voucher.batch = batch
    return voucher
