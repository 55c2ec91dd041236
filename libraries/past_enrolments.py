"""Redemptions from the books that were kept before KBL: the rules of the desk (eligibility/), for many rows at once.

The number on paper need not be shown (the office copies its own list) and guessing is no matter here. A row may name
further years that the library confirmed; each of those is a renewal, and asks the rules of renewing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.expressions import RawSQL

from kbl.clock import local_day
from kbl.eligibility import NotEligible
from kbl.organisations.models import Branch, Programme
from kbl.periods import years_later
from kbl.rows import among, insert
from libraries.eligibility import redeeming, renewing
from libraries.eligibility.redeeming import Redemption
from libraries.eligibility.renewing import Renewal
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from libraries.redemption_written import REDEEMABLE
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


class There(StrEnum):
    """What is there already of the membership that a row is about. Not why it may not be: that, the rules say."""

    NOTHING = "nothing"
    FEWER_YEARS = "fewer_years"
    SAME = "same"
    OTHER_KIND = "other_kind"


@dataclass(frozen=True)
class Judgement:
    """What one row would do: what of it is there already (`years` membership years), and what is against it, if any."""

    there: There = There.NOTHING
    years: int = 0
    refused: NotEligible[Any] | None = None

    @property
    def good(self) -> bool:
        """Whether the row can be recorded."""
        return self.refused is None and self.there in (There.NOTHING, There.FEWER_YEARS)


def judge(rows: Sequence[PastEnrolment], *, at: datetime, late_reason: str = "", lock: bool = False) -> list[Judgement]:
    """Judge rows that name each serial once, in a handful of questions. `lock` keeps their vouchers as seen.

    With a `late_reason` (a LateReason) they may lie further back than a desk may go.
    """
    serials = among(row.serial for row in rows)
    vouchers = _vouchers(serials, lock=lock)
    standing = _standing(serials)
    branches = Branch.objects.select_related("municipality", "organisation__participation").in_bulk(
        {row.branch_id for row in rows}
    )
    programme, today = Programme.current(), local_day(at)
    earliest = date.min if late_reason else programme.first_day_told_on(today)
    judged = []
    for row in rows:
        branch = branches[row.branch_id]
        case = Redemption(
            on=row.on,
            today=today,
            library_starts_on=_counts_from(branch),
            programme_ends_on=programme.ends_on,
            earliest=earliest,
            **vouchers.get(row.serial, {}),
        )
        judged.append(_judge(row, case, standing.get(row.serial), branch, programme.renewal_margin))
    return judged


def _vouchers(serials: RawSQL, *, lock: bool) -> dict[int, dict[str, Any]]:
    """By number, what a case says of the voucher."""
    found = Voucher.objects.filter(pk__in=serials).with_last_day().annotate(made_on=F("batch__made_on")).order_by("pk")
    if lock:
        found = found.select_for_update(of=("self",))
    rows = {row["pk"]: row for row in found.values("pk", "status", "last_day", "made_on", "holder_id", "held_since")}
    # Asked once the vouchers are held, so that no hand-out comes in between.
    handed_out = Voucher.objects.filter(pk__in=among(rows), handouts__revoked_at__isnull=True)
    days = dict(handed_out.order_by().values_list("pk", "handouts__on"))
    return {pk: {**row, "handed_out_on": days.get(pk)} for pk, row in rows.items() if row.pop("pk")}


def _counts_from(branch: Branch) -> date | None:
    participation = getattr(branch.organisation, "participation", None)
    return redeeming.counts_from(participation and participation.starts_on, branch.municipality.starts_on)


@dataclass
class _Standing:
    """A membership that is there already."""

    pk: int
    library_id: int
    library: str
    kind: str
    on: date
    years: int = 0
    ended_on: date | None = None


def _standing(serials: RawSQL) -> dict[int, _Standing]:
    found = {}
    rows = Enrolment.objects.standing().filter(voucher__in=serials).order_by()
    for serial, *rest in rows.values_list("voucher_id", "pk", "library_id", "library__name", "kind", "on"):
        found[serial] = _Standing(*rest)
    by_pk = {each.pk: each for each in found.values()}
    years = MembershipYear.objects.standing().filter(enrolment__in=among(by_pk)).order_by()
    for enrolment, ordinal in years.values_list("enrolment_id", "ordinal"):
        by_pk[enrolment].years = max(by_pk[enrolment].years, ordinal)
    ends = MembershipEnd.objects.standing().filter(enrolment__in=among(by_pk)).order_by()
    for enrolment, on in ends.values_list("enrolment_id", "on"):
        by_pk[enrolment].ended_on = on
    return found


def _judge(row: PastEnrolment, case: Redemption, standing: _Standing | None, branch: Branch, margin: int) -> Judgement:
    """The same membership may be there already, perhaps with fewer years; everything else is the rules' to say."""
    there, known, ended_on = There.NOTHING, 0, None
    if standing:
        case = replace(case, redeemed_on=standing.on, redeemed_at=standing.library)
        if (standing.library_id, standing.on) == (branch.organisation_id, row.on):
            known, ended_on = standing.years, standing.ended_on
            if standing.kind != row.kind:
                return Judgement(There.OTHER_KIND, known)
            if row.years <= known:
                return Judgement(There.SAME, known)
            there = There.FEWER_YEARS
    if there is There.NOTHING and (ground := redeeming.why_not(case)):
        return Judgement(refused=NotEligible(ground, case))
    for ordinal in range(max(known, 1), row.years):
        year = Renewal(
            today=case.today,
            programme_ends_on=case.programme_ends_on,
            next_on=row.begins(ordinal + 1),
            ended_on=ended_on,
            margin=margin,
        )
        if wrong := renewing.why_not(year):
            return Judgement(there, known, NotEligible(wrong, year))
    return Judgement(there, known)


@transaction.atomic
def record(
    judged: Sequence[tuple[PastEnrolment, Judgement]], *, paid_before: bool, late_reason: str = "", by, at: datetime
) -> None:
    """Record the rows that can be, judged within this transaction with `lock`. `paid_before`: for all years.

    `late_reason` is kept with those that needed one.
    """
    earliest = Programme.current().first_day_told_on(local_day(at))
    good = [(row, found) for row, found in judged if found.good]
    fresh = [row for row, found in good if found.there is There.NOTHING]
    theirs = Voucher.objects.filter(pk__in=among(row.serial for row in fresh))
    lifecycle.move(theirs, seen=REDEEMABLE, to=Status.REDEEMED, count=len(fresh))
    branches = Branch.objects.filter(pk__in={row.branch_id for row, _ in good})
    library_of = dict(branches.values_list("pk", "organisation_id"))
    insert(
        Enrolment,
        [
            "voucher_id",
            "library_id",
            "branch_id",
            "kind",
            "on",
            "late_reason",
            "recorded_at",
            "recorded_by_id",
            "revoke_reason",
        ],
        (
            (
                row.serial,
                library_of[row.branch_id],
                row.branch_id,
                row.kind,
                row.on,
                late_reason if row.on < earliest else "",
                at,
                by.pk,
                "",
            )
            for row in fresh
        ),
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
