"""What a forecast builds on, as known at a moment: hand-outs, redemptions and years that ended, by quarter.

A fixed number of questions, whatever the number of facts. A voucher that a library redeemed and nobody told of counts
as handed out on the day it was redeemed: its hand-out is still to be reported.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, FilteredRelation, Min, OuterRef, Q, QuerySet

from intermediaries.models import Handout
from kbl.organisations.models import Programme
from kbl.periods import Quarter, years_later
from libraries.models import Enrolment, MembershipEnd, MembershipYear
from reporting.figures.as_of import AsOf
from reporting.forecast.estimates import History, RenewalCount
from reporting.forecast.projection import Cohort, KnownSoFar, between

ANSWERED_AFTER = 60  # days: so long after a year has ended most libraries have said whether another follows


@dataclass(frozen=True)
class KnownPast:
    """What happened, and what of it still has something to follow; `new_by_year`: target A by first day."""

    history: History
    standing: KnownSoFar
    new_by_year: dict[int, int]


def known_past(as_of: AsOf) -> KnownPast:
    """The past as it was known at a moment."""
    redeemed, unreported = _redeemed(as_of)
    handed_out = {quarter: sum(lags.values()) for quarter, lags in redeemed.items()}
    found = {quarter: {lag: n for lag, n in lags.items() if lag is not None} for quarter, lags in redeemed.items()}
    kinds = dict(_known(Enrolment, as_of).values_list("kind").annotate(n=Count("pk")))
    free = sum(n for kind, n in kinds.items() if kind not in _funded_kinds())
    history = History(
        on=as_of.until,
        first=_first_day(as_of),
        handed_out=handed_out,
        redeemed=found,
        funded=sum(kinds.values()) - free,
        free=free,
        answered=_answered(as_of),
    )
    cohorts = {quarter: Cohort(n, sum(found[quarter].values())) for quarter, n in handed_out.items()}
    standing = KnownSoFar(as_of.until, cohorts, _ending(as_of), unreported)
    return KnownPast(history, standing, _new_by_year(as_of))


def _known(model, as_of: AsOf):
    return model._default_manager.filter(as_of.known()).order_by()


def _funded_kinds() -> list[str]:
    """The kinds of enrolment that the fund pays; what a programme does with conversions is its own setting."""
    kinds = [Enrolment.Kind.NEW.value]
    return [*kinds, Enrolment.Kind.CONVERSION.value] if Programme.current().conversions_funded else kinds


def _first_day(as_of: AsOf) -> date | None:
    """The day of the first hand-out or redemption."""
    days = [_known(model, as_of).aggregate(day=Min("on"))["day"] for model in (Handout, Enrolment)]
    return min((day for day in days if day), default=None)


def _redeemed(as_of: AsOf) -> tuple[dict[Quarter, dict[int | None, int]], int]:
    """By quarter of the hand-out: how many were redeemed so many quarters later, and under None how many were not.

    With how many of them were redeemed while nobody told of the hand-out.
    """
    found: defaultdict[Quarter, defaultdict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    there = as_of.recorded("voucher__enrolments__") & Q(voucher__enrolments__on__lte=as_of.until)
    rows = _known(Handout, as_of).annotate(redeemed=FilteredRelation("voucher__enrolments", condition=there))
    days = ("on__year", "on__quarter", "redeemed__on__year", "redeemed__on__quarter")
    for year, number, later_year, later_number, n in rows.values_list(*days).annotate(n=Count("pk")):
        start = Quarter(year, number)
        lag = None if later_year is None else max(0, between(start, Quarter(later_year, later_number)))
        found[start][lag] += n
    told = as_of.recorded("voucher__handouts__") & Q(voucher__handouts__on__lte=as_of.until)
    untold = _known(Enrolment, as_of).annotate(told=FilteredRelation("voucher__handouts", condition=told))
    unreported = 0
    rows = untold.filter(told__pk=None).values_list("on__year", "on__quarter").annotate(n=Count("pk"))
    for year, number, n in rows:
        found[Quarter(year, number)][0] += n
        unreported += n
    return {quarter: dict(lags) for quarter, lags in sorted(found.items())}, unreported


def _answered(as_of: AsOf) -> RenewalCount:
    """The funded years that ended long enough ago to be answered: how many, and how many were renewed."""
    last = years_later(as_of.until - timedelta(days=ANSWERED_AFTER), -1)
    years = _running_years(as_of).filter(on__lte=last)
    return RenewalCount(**years.aggregate(ended=Count("pk"), renewed=Count("pk", filter=Q(is_renewed=True))))


def _ending(as_of: AsOf) -> dict[Quarter, int]:
    """By the quarter in which a funded year ends: how many still wait for an answer.

    What nobody answered for so long is not counted any more: silence is no renewal.
    """
    waits = _running_years(as_of).filter(is_renewed=False, is_over=False)
    last = years_later(as_of.until - timedelta(days=ANSWERED_AFTER), -1)
    running = Quarter.of(as_of.until + timedelta(days=1))
    found: defaultdict[Quarter, int] = defaultdict(int)
    rows = waits.filter(on__gt=last).values_list("on__year", "on__quarter").annotate(n=Count("pk"))
    for year, number, n in rows:
        found[max(Quarter(year + 1, number), running)] += n
    return dict(found)


def _running_years(as_of: AsOf) -> QuerySet:
    """The years that the fund pays, each with whether another follows it and whether the membership was ended."""
    # A next year may be told before this one is over: then its day still lies ahead, and it counts all the same.
    told = as_of.recorded()
    later = MembershipYear.objects.filter(told, enrolment=OuterRef("enrolment"), ordinal=OuterRef("ordinal") + 1)
    ends = MembershipEnd.objects.filter(told, enrolment=OuterRef("enrolment"))
    rows = _known(MembershipYear, as_of).filter(enrolment__kind__in=_funded_kinds())
    return rows.annotate(is_renewed=Exists(later), is_over=Exists(ends))


def _new_by_year(as_of: AsOf) -> dict[int, int]:
    """Target A by the year of the first day: new memberships and conversions."""
    rows: Iterable[tuple[int, int]] = (
        _known(Enrolment, as_of)
        .exclude(kind=Enrolment.Kind.FREE_ANYWAY)
        .values_list("on__year")
        .annotate(n=Count("pk"))
    )
    return dict(rows)
