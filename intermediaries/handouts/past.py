"""Hand-outs from the books that were kept before KBL: the same rules as `handout.hand_out`, for many rows at once.

Every row is judged by itself and says why not; what is good is recorded set-based, as facts of their own day that were
heard today. The intermediary is named by Cubiss, so a number in somebody else's drawer is told as such.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from intermediaries.models import Accreditation, Handout
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


class Why(StrEnum):
    """What is to be said of one row; GOOD and NO_HANDLING can be recorded, SAME is there already."""

    GOOD = "good"
    NO_HANDLING = "no_handling"
    SAME = "same"
    UNKNOWN = "unknown"
    NOT_HELD = "not_held"
    VOID = "void"
    ALREADY = "already"
    NOT_YET_HELD = "not_yet_held"
    EXPIRED = "expired"
    FUTURE = "future"
    BEFORE_PROGRAMME = "before_programme"


@dataclass(frozen=True)
class Judgement:
    """What one row would do; `day` and `organisation_id` tell what is in its way."""

    why: Why
    day: date | None = None
    organisation_id: int | None = None
    accreditation_id: int | None = None

    @property
    def good(self) -> bool:
        return self.why in (Why.GOOD, Why.NO_HANDLING)


def judge(rows: Sequence[PastHandout], *, at: datetime, lock: bool = False) -> list[Judgement]:
    """Judge rows that name each serial once, in a handful of questions. `lock` keeps their vouchers as they are seen.

    The vouchers are locked in the order of their serials, so that two files never wait for each other in a circle.
    """
    vouchers: dict[int, tuple] = {}
    standing: dict[int, tuple] = {}
    serials = among(row.serial for row in rows)
    found = Voucher.objects.filter(pk__in=serials).with_last_day().order_by("pk")
    if lock:
        found = found.select_for_update(of=("self",))
    for serial, *rest in found.values_list("serial", "holder_id", "status", "held_since", "last_day"):
        vouchers[serial] = tuple(rest)
    there = Handout.objects.standing().filter(voucher__in=serials).order_by()
    for serial, *rest in there.values_list("voucher_id", "organisation_id", "on"):
        standing[serial] = tuple(rest)
    accreditations = Accreditations({row.organisation_id for row in rows})
    starts_on, today = Programme.current().starts_on, local_day(at)
    return [
        _judge(row, vouchers.get(row.serial), standing.get(row.serial), accreditations, starts_on, today)
        for row in rows
    ]


def _judge(
    row: PastHandout,
    voucher: tuple[Any, ...] | None,
    standing: tuple[Any, ...] | None,
    accreditations: "Accreditations",
    starts_on: date,
    today: date,
) -> Judgement:
    if voucher is None:
        return Judgement(Why.UNKNOWN)
    holder, status, held_since, last_day = voucher
    if standing:
        same = standing == (row.organisation_id, row.on)
        return Judgement(Why.SAME if same else Why.ALREADY, day=standing[1], organisation_id=standing[0])
    if row.on > today:
        return Judgement(Why.FUTURE)
    if row.on < starts_on:
        return Judgement(Why.BEFORE_PROGRAMME, day=starts_on)
    if status == Status.VOID:
        return Judgement(Why.VOID)
    if holder != row.organisation_id:
        return Judgement(Why.NOT_HELD, organisation_id=holder)
    if row.on < held_since:
        return Judgement(Why.NOT_YET_HELD, day=held_since)
    if last_day < row.on:
        return Judgement(Why.EXPIRED, day=last_day)
    accreditation = accreditations.on(row.organisation_id, row.on)
    return Judgement(Why.GOOD if accreditation else Why.NO_HANDLING, accreditation_id=accreditation)


class Accreditations:
    """The accreditations of some organisations, read once; as `accreditation.accreditation_on` finds them."""

    def __init__(self, organisations: set[int]) -> None:
        self._of: dict[int, list[tuple]] = defaultdict(list)
        rows = Accreditation.objects.filter(organisation__in=organisations).order_by("-valid_from")
        for organisation, *rest in rows.values_list("organisation_id", "valid_from", "valid_until", "pk"):
            self._of[organisation].append(tuple(rest))

    def on(self, organisation: int, day: date) -> int | None:
        for start, end, pk in self._of[organisation]:
            if start <= day and (end is None or day <= end):
                return pk
        return None


@transaction.atomic
def record(judged: Sequence[tuple[PastHandout, Judgement]], *, paid_before: bool, by, at: datetime) -> None:
    """Record the rows that can be, judged within this transaction with `lock`.

    A voucher that was redeemed already stays so: the library may have been first.
    """
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
            "recorded_at",
            "recorded_by_id",
            "revoke_reason",
        ],
        (
            (row.serial, row.organisation_id, found.accreditation_id, row.on, paid_before, at, by.pk, "")
            for row, found in good
        ),
    )
