"""Hand-outs from the books that were kept before KBL: the rows of `rule`, for many numbers and days at once.

Every row is judged by itself and says why not; what is good is recorded set-based, as facts of their own day that were
heard today. The intermediary is named by Cubiss, so a number in somebody else's stock is told as such.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from django.db import transaction

from intermediaries.accreditation import Accreditations
from intermediaries.handouts import cases
from intermediaries.handouts.rule import HandoutCase, HandoutGround, HandoutReason
from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.organisations.models import Programme
from kbl.rows import among, insert
from vouchers import lifecycle
from vouchers.models import Voucher

Status = Voucher.Status


@dataclass(frozen=True)
class PastHandout:
    """A hand-out as the old books have it."""

    serial: int
    organisation_id: int
    on: date


@dataclass(frozen=True)
class PastHandoutJudged:
    """What one row would do. Without a `ground` it can be recorded; without an accreditation it earns no handling."""

    case: HandoutCase
    ground: HandoutGround | None
    accreditation_id: int | None = None

    @property
    def good(self) -> bool:
        return self.ground is None

    @property
    def same(self) -> bool:
        """It is in the books already, just so: nothing to do, and nothing wrong."""
        return self.ground is not None and self.ground.reason is HandoutReason.ALREADY and self.case.recorded_already

    @property
    def sentence(self) -> str:
        """Why not, for the office; empty when it can be recorded."""
        return self.ground.tells_office(self.case) if self.ground else ""


def judge(
    rows: Sequence[PastHandout], *, at: datetime, names: Mapping[int, str], late_reason: str = "", lock: bool = False
) -> list[PastHandoutJudged]:
    """Judge rows that name each serial once, in a handful of questions. `lock` keeps their vouchers as they are seen.

    `names`: organisations by key, for the sentences. With a `late_reason` (a LateReason) they may lie further back than
    an intermediary may go.
    """
    vouchers = Voucher.objects.filter(pk__in=among(row.serial for row in rows))
    columns = cases.columns_of(vouchers, lock=lock)
    accreditations = Accreditations({row.organisation_id for row in rows})
    asking = replace(cases.asked(0, on=date.min, today=local_day(at)), names=names)
    if late_reason:
        asking = replace(asking, earliest=date.min)

    @cache
    def judging(organisation: int, on: date) -> Callable[[cases.Columns], cases.Judged]:
        return cases.judging(replace(asking, organisation_id=organisation, on=on))

    @cache
    def accredited(organisation: int, on: date) -> int | None:
        found = accreditations.on(organisation, on)
        return found.pk if found else None

    judged = []
    for row in rows:
        key = row.organisation_id, row.on
        case, ground = judging(*key)(columns.get(row.serial, cases.NOTHING))
        judged.append(PastHandoutJudged(case, ground, None if ground else accredited(*key)))
    return judged


@transaction.atomic
def record(
    judged: Sequence[tuple[PastHandout, PastHandoutJudged]],
    *,
    paid_before: bool,
    late_reason: str = "",
    by,
    at: datetime,
) -> None:
    """Record the rows that can be, judged within this transaction with `lock`; a `late_reason` with who needed one.

    A voucher that was redeemed already stays so: the library may have been first.
    """
    earliest = Programme.current().first_day_told_on(local_day(at))
    good = [(row, found) for row, found in judged if found.good]
    theirs = Voucher.objects.filter(pk__in=among(row.serial for row, _ in good))
    lifecycle.move_those(theirs, seen=Status.ALLOCATED, to=Status.HANDED_OUT)
    insert(
        Handout,
        [
            "voucher_id",
            "organisation_id",
            "accreditation_id",
            "on",
            "paid_before",
            "late_reason",
            "recorded_at",
            "recorded_by_id",
            "revoke_reason",
        ],
        (
            (
                row.serial,
                row.organisation_id,
                found.accreditation_id,
                row.on,
                paid_before,
                late_reason if row.on < earliest else "",
                at,
                by.pk,
                "",
            )
            for row, found in good
        ),
    )
