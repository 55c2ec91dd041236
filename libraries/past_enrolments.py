"""Redemptions from the books that were kept before KBL: the rules of the desk, for many rows at once.

The number on paper need not be shown (the office copies its own list) and guessing is no matter here; status, days,
participation, municipality and once-only are. A row may name further years that the library confirmed: each begins a
year after the one before, and no year is recorded before it has begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models.expressions import RawSQL

from kbl.clock import local_day
from kbl.organisations.models import Branch, Programme
from kbl.periods import years_later
from kbl.rows import among, insert
from libraries.enrolment import REDEEMABLE
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from vouchers import lifecycle
from vouchers.models import Voucher

Status = Voucher.Status


@dataclass(frozen=True)
class PastEnrolment:
    """A redemption as the old books have it; `years` is how many membership years the library confirmed."""

    serial: int
    branch_id: int
    kind: str
    on: date
    years: int = 1

    def begins(self, ordinal: int) -> date:
        """The first day of a membership year."""
        return self.on if ordinal == 1 else years_later(self.begins(ordinal - 1))


class Why(StrEnum):
    """What is to be said of one row; GOOD and MORE_YEARS can be recorded, SAME is there already."""

    GOOD = "good"
    MORE_YEARS = "more_years"
    SAME = "same"
    UNKNOWN = "unknown"
    NOT_ALLOCATED = "not_allocated"
    VOID = "void"
    ALREADY = "already"
    OTHER_KIND = "other_kind"
    ENDED = "ended"
    EXPIRED = "expired"
    NOT_YET_MADE = "not_yet_made"
    NOT_STARTED = "not_started"
    OUTSIDE_PROGRAMME = "outside_programme"
    FUTURE = "future"
    YEAR_TO_COME = "year_to_come"


@dataclass(frozen=True)
class Judgement:
    """What one row would do. `day` and `library_id` tell what is in its way; `years` how many years there are now."""

    why: Why
    day: date | None = None
    library_id: int | None = None
    enrolment_id: int | None = None
    years: int = 0

    @property
    def good(self) -> bool:
        return self.why in (Why.GOOD, Why.MORE_YEARS)


def judge(rows: Sequence[PastEnrolment], *, at: datetime, lock: bool = False) -> list[Judgement]:
    """Judge rows that name each serial once, in a handful of questions. `lock` keeps their vouchers as seen."""
    vouchers: dict[int, tuple] = {}
    serials = among(row.serial for row in rows)
    found = Voucher.objects.filter(pk__in=serials).with_last_day().order_by("pk")
    if lock:
        found = found.select_for_update(of=("self",))
    for serial, *rest in found.values_list("serial", "status", "last_day", "batch__made_on"):
        vouchers[serial] = tuple(rest)
    standing = _standing(serials)
    branches = Branch.objects.select_related("municipality", "organisation__participation").in_bulk(
        {row.branch_id for row in rows}
    )
    ends_on, today = Programme.current().ends_on, local_day(at)
    return [
        _judge(row, vouchers.get(row.serial), standing.get(row.serial), branches[row.branch_id], ends_on, today)
        for row in rows
    ]


@dataclass
class _Standing:
    """A membership that is there already."""

    pk: int
    library_id: int
    kind: str
    on: date
    years: int = 0
    ended: bool = False


def _standing(serials: RawSQL) -> dict[int, _Standing]:
    found = {}
    rows = Enrolment.objects.standing().filter(voucher__in=serials).order_by()
    for serial, *rest in rows.values_list("voucher_id", "pk", "library_id", "kind", "on"):
        found[serial] = _Standing(*rest)
    by_pk = {each.pk: each for each in found.values()}
    years = MembershipYear.objects.standing().filter(enrolment__in=among(by_pk)).order_by()
    for enrolment, ordinal in years.values_list("enrolment_id", "ordinal"):
        by_pk[enrolment].years = max(by_pk[enrolment].years, ordinal)
    ends = MembershipEnd.objects.standing().filter(enrolment__in=among(by_pk)).order_by()
    for enrolment in ends.values_list("enrolment_id", flat=True):
        by_pk[enrolment].ended = True
    return found


def _judge(
    row: PastEnrolment,
    voucher: tuple[Any, ...] | None,
    standing: _Standing | None,
    branch: Branch,
    ends_on: date,
    today: date,
) -> Judgement:
    if voucher is None:
        return Judgement(Why.UNKNOWN)
    status, last_day, made_on = voucher
    if row.on > today:
        return Judgement(Why.FUTURE)
    if standing:
        return _beside(row, standing, branch, ends_on, today)
    if status == Status.VOID:
        return Judgement(Why.VOID)
    if status not in REDEEMABLE:
        return Judgement(Why.NOT_ALLOCATED)
    if last_day < row.on:
        return Judgement(Why.EXPIRED, day=last_day)
    if row.on < made_on:
        return Judgement(Why.NOT_YET_MADE, day=made_on)
    participation = getattr(branch.organisation, "participation", None)
    if participation is None or branch.municipality.starts_on is None:
        return Judgement(Why.NOT_STARTED)
    if row.on < (starts_on := max(participation.starts_on, branch.municipality.starts_on)):
        return Judgement(Why.NOT_STARTED, day=starts_on)
    return _years(row, 0, ends_on, today) or Judgement(Why.GOOD)


def _beside(row: PastEnrolment, standing: _Standing, branch: Branch, ends_on: date, today: date) -> Judgement:
    """A row about a voucher that is a membership already: the same one, perhaps with years that came after."""
    there = Judgement(Why.SAME, standing.on, standing.library_id, standing.pk, standing.years)
    if (standing.library_id, standing.on) != (branch.organisation_id, row.on):
        return replace(there, why=Why.ALREADY)
    if standing.kind != row.kind:
        return replace(there, why=Why.OTHER_KIND)
    if row.years <= standing.years:
        return there
    if standing.ended:
        return replace(there, why=Why.ENDED)
    return _years(row, standing.years, ends_on, today) or replace(there, why=Why.MORE_YEARS)


def _years(row: PastEnrolment, known: int, ends_on: date, today: date) -> Judgement | None:
    """What is wrong with the years after those that are known, if anything."""
    for ordinal in range(known + 1, row.years + 1):
        begins = row.begins(ordinal)
        if begins > ends_on:
            return Judgement(Why.OUTSIDE_PROGRAMME, day=ends_on)
        if begins > today:
            return Judgement(Why.YEAR_TO_COME, day=begins)
    return None


@transaction.atomic
def record(judged: Sequence[tuple[PastEnrolment, Judgement]], *, paid_before: bool, by, at: datetime) -> None:
    """Record the rows that can be, judged within this transaction with `lock`. `paid_before`: for all years."""
    good = [(row, found) for row, found in judged if found.good]
    fresh = [row for row, found in good if found.why == Why.GOOD]
    theirs = Voucher.objects.filter(pk__in=among(row.serial for row in fresh))
    lifecycle.move(theirs, seen=REDEEMABLE, to=Status.REDEEMED, count=len(fresh))
    branches = Branch.objects.filter(pk__in={row.branch_id for row, _ in good})
    library_of = dict(branches.values_list("pk", "organisation_id"))
    insert(
        Enrolment,
        ["voucher_id", "library_id", "branch_id", "kind", "on", "recorded_at", "recorded_by_id", "revoke_reason"],
        ((row.serial, library_of[row.branch_id], row.branch_id, row.kind, row.on, at, by.pk, "") for row in fresh),
    )
    made = Enrolment.objects.standing().filter(voucher__in=among(row.serial for row, _ in good)).order_by()
    enrolments = dict(made.values_list("voucher_id", "pk"))
    insert(
        MembershipYear,
        [
            "enrolment_id",
            "library_id",
            "ordinal",
            "on",
            "paid_before",
            "recorded_at",
            "recorded_by_id",
            "revoke_reason",
        ],
        (
            (
                enrolments[row.serial],
                library_of[row.branch_id],
                ordinal,
                row.begins(ordinal),
                paid_before,
                at,
                by.pk,
                "",
            )
            for row, found in good
            for ordinal in range(found.years + 1, row.years + 1)
        ),
    )
