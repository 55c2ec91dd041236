"""Renewing: may the library say now whether a membership goes on after this year? Either answer, the same rows.

The fund pays a year again only when the library confirms it. No answer is no renewal.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from kbl.clock import local_day
from kbl.eligibility import Advice, Ground, NotEligible, Worklist, first, table
from kbl.formats import day as written
from kbl.organisations.models import Organisation, Programme
from kbl.periods import years_later
from libraries.eligibility.redeeming import spoken
from libraries.models import Enrolment, MembershipEnd, MembershipYear


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """What the books say of a membership year that the library wants to answer for.

    `next_on`: when the year after it begins. `followed_on`: that year is there already, from this day. `ended_on`: the
    library said that the membership stopped. `margin`: so many days before it begins, an answer may come. `ours`: the
    library that asks made it; of a neighbour's nothing is told.
    """

    today: date
    programme_ends_on: date
    next_on: date = date.max
    ours: bool = True
    margin: int = 0
    revoked_on: date | None = None
    ended_on: date | None = None

    followed_on: date | None = None

    @property
    def opens_on(self) -> date:
        """The first day on which an answer may come."""
        return self.next_on - timedelta(days=self.margin)


class NotAnswerable(StrEnum):
    """Why a membership waits for no answer."""

    NOT_OURS = "not_ours"
    REVOKED = "revoked"
    ENDED = "ended"
    RENEWED = "renewed"
    OUTSIDE_PROGRAMME = "outside_programme"
    NOT_YET = "not_yet"


class NotRenewable(NotEligible[Renewal]):
    """This membership gets no answer now; `reason` is a NotAnswerable."""


RENEWING: tuple[Ground[Renewal], ...] = table(
    NotAnswerable,
    [
        Ground(
            reason=NotAnswerable.NOT_OURS,
            holds=lambda case: not case.ours,
            says=lambda case: Advice("Dit nummer is niet bij u ingewisseld", "Kijk of het klopt."),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=NotAnswerable.REVOKED,
            holds=lambda case: case.revoked_on is not None,
            day=lambda case: case.revoked_on,
            says=lambda case: Advice(
                f"Deze inschrijving is op {spoken(case.revoked_on)} teruggedraaid", "U hoeft niets meer te doen."
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=NotAnswerable.ENDED,
            holds=lambda case: case.ended_on is not None,
            day=lambda case: case.ended_on,
            says=lambda case: Advice(
                f"Dit lidmaatschap is al gemeld als gestopt, vanaf {spoken(case.ended_on)}",
                "U hoeft niets meer te doen.",
            ),
            office=lambda case: "Dit lidmaatschap is gestopt. Er komt geen jaar meer bij.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=NotAnswerable.RENEWED,
            holds=lambda case: case.followed_on is not None,
            day=lambda case: case.followed_on,
            says=lambda case: Advice(
                f"Dit lidmaatschap is al verlengd, vanaf {spoken(case.followed_on)}", "U hoeft niets meer te doen."
            ),
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=NotAnswerable.OUTSIDE_PROGRAMME,
            holds=lambda case: case.next_on > case.programme_ends_on,
            day=lambda case: case.programme_ends_on,
            says=lambda case: Advice(
                f"Het nieuwe jaar begint na het einde van het programma ({spoken(case.programme_ends_on)})",
                "U hoeft het niet te melden.",
            ),
            office=lambda case: f"Het programma loopt tot en met {written(case.programme_ends_on)}.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
        Ground(
            reason=NotAnswerable.NOT_YET,
            holds=lambda case: case.opens_on > case.today,
            day=lambda case: case.opens_on,
            says=lambda case: Advice(
                f"Het nieuwe jaar begint op {spoken(case.next_on)}",
                f"Vanaf {spoken(case.opens_on)} kunt u antwoorden."
                if case.margin
                else "Vanaf die dag kunt u antwoorden.",
            ),
            office=lambda case: f"Jaren: het volgende jaar begint pas op {written(case.next_on)}.",
            next_step="",
            worklist=Worklist.NONE,
            kept=False,
        ),
    ],
)


def why_not(case: Renewal) -> Ground[Renewal] | None:
    """The reason why this year gets no answer now, if there is one."""
    return first(RENEWING, case)


def hold(enrolment: int) -> None:
    """Of one membership, one thing changes at a time: what is read from here on stays so until the transaction ends."""
    Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment).first()


# What a year's case is made of; years that are alike in these get the same answer.
COLUMNS = ("revoked", "ended_on", "followed_on", "on")


def _with_columns(years: QuerySet[MembershipYear]) -> QuerySet[MembershipYear]:
    later = MembershipYear.objects.standing().filter(enrolment=OuterRef("enrolment"), ordinal__gt=OuterRef("ordinal"))
    ended = MembershipEnd.objects.standing().filter(enrolment=OuterRef("enrolment"))
    return years.annotate(
        revoked=F("revoked_at"),
        ended_on=Subquery(ended.values("on")[:1]),
        followed_on=Subquery(later.order_by("ordinal").values("on")[:1]),
    )


def _asked(today: date) -> Renewal:
    """What is so of every year that somebody asks about today."""
    programme = Programme.current()
    return Renewal(today=today, programme_ends_on=programme.ends_on, margin=programme.renewal_margin)


def _case(columns: tuple, asked: Renewal) -> Renewal:
    revoked_at, ended_on, followed_on, on = columns
    return replace(
        asked,
        next_on=years_later(on),
        revoked_on=local_day(revoked_at) if revoked_at else None,
        ended_on=ended_on,
        followed_on=followed_on,
    )


def case_of(year: MembershipYear, *, today: date) -> Renewal:
    """One year as the rows read it."""
    columns = _with_columns(MembershipYear.objects.filter(pk=year.pk)).values_list(*COLUMNS).get()
    return _case(columns, _asked(today))


def answerable(years: QuerySet[MembershipYear], *, today: date) -> QuerySet[MembershipYear]:
    """Those of these years that the rows have nothing against: each kind of case is asked once, however many years."""
    asked = _asked(today)
    known = _with_columns(years)
    days_of: dict[tuple, list[date]] = {}
    for *alike, on in known.order_by().values_list(*COLUMNS).distinct():
        if why_not(_case((*alike, on), asked)) is None:
            days_of.setdefault(tuple(alike), []).append(on)
    wanted = Q(pk__in=[])
    for alike, days in days_of.items():
        same = Q(on__in=days)
        for name, value in zip(COLUMNS, alike, strict=False):
            same &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
        wanted |= same
    return known.filter(wanted)


def refused_numbers(library: Organisation, serials: Collection[int], *, today: date) -> dict[int, NotRenewable]:
    """Why numbers that a library names wait for no answer, in their order; numbers that do wait are left out."""
    cases = by_number(library, serials, today=today)
    refused = {serial: (why_not(case), case) for serial, case in cases.items()}
    return {serial: NotRenewable(ground, case) for serial, (ground, case) in refused.items() if ground}


def by_number(library: Organisation, serials: Collection[int], *, today: date) -> dict[int, Renewal]:
    """What a library asks about when it names numbers, as the rows read it, in four questions."""
    ours: dict[int, Enrolment] = {}
    for each in Enrolment.objects.filter(library=library, voucher__in=serials).order_by("pk"):
        if each.stands or each.voucher_id not in ours:
            ours[each.voucher_id] = each
    keys = [each.pk for each in ours.values()]
    ends = dict(MembershipEnd.objects.standing().filter(enrolment__in=keys).values_list("enrolment", "on"))
    standing = MembershipYear.objects.standing().filter(enrolment__in=keys).order_by("ordinal")
    last = {year.enrolment_id: year for year in standing}
    here = _asked(today)
    found = {}
    for serial in sorted(serials):
        enrolment = ours.get(serial)
        if enrolment is None:
            found[serial] = replace(here, ours=False)
        else:
            revoked_on = local_day(enrolment.revoked_at) if enrolment.revoked_at else None
            case = replace(here, revoked_on=revoked_on, ended_on=ends.get(enrolment.pk))
            found[serial] = _of_last(case, last.get(enrolment.pk))
    return found


def _of_last(case: Renewal, year: MembershipYear | None) -> Renewal:
    """The year that is meant is the last one; but when that has only just begun, it is the answer to the one before."""
    if year is None:  # a redemption that was taken back has no years
        return case
    if year.ordinal > 1 and year.next_on > case.today:
        return replace(case, next_on=year.on, followed_on=year.on)
    return replace(case, next_on=year.next_on)
