"""The forecast: low, middle and high, beside the targets and the budget; and what if something were otherwise.

Per year it adds what is there (spent, committed) and what still comes. Of the band: in eight of ten cases the pace and
the renewals lie within theirs; low has both low, high both high, so together they are wider than that.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from kbl.fund import instalments, ledger
from kbl.money import ZERO, euro
from kbl.organisations.models import Programme, YearTarget
from kbl.periods import Quarter, quarters
from kbl.settlements.fund_figures import realisation
from kbl.settlements.models import Tariff
from reporting.figures.as_of import AsOf
from reporting.forecast import estimates
from reporting.forecast.cash import CashQuarter, cash
from reporting.forecast.estimates import Expected
from reporting.forecast.history import KnownPast, known_past
from reporting.forecast.projection import NONE, Assumptions, ComingQuarter, KnownSoFar, coming, left_of

PLAN_RENEWS = Decimal(1)  # the plan has everybody renew (docs/figures.md)


class Course(StrEnum):
    """The three courses that a forecast draws."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


def number_of(course: Course, estimate: Expected) -> Decimal:
    """The number that a course takes of an estimate."""
    match course:
        case Course.LOW:
            return estimate.low
        case Course.MIDDLE:
            return estimate.middle
        case Course.HIGH:
            return estimate.high
        case _:
            assert_never(course)


@dataclass(frozen=True)
class WhatIf:
    """Something taken to be otherwise, from a quarter on; None leaves it as estimated. Nothing is kept of it.

    `pace`: a part of the estimated pace (1.2 is a fifth more); `renewal`: a part of the years; `fee`: euros a year.
    """

    pace: Decimal | None = None
    renewal: Decimal | None = None
    fee: Decimal | None = None
    since: Quarter | None = None

    @property
    def is_asked(self) -> bool:
        return self != WhatIf(since=self.since)


@dataclass(frozen=True)
class Basis:
    """What a forecast is built on. `pace` is None when the plan's own targets are taken: it is too early to say."""

    past: KnownPast
    until: date
    targets: Mapping[int, int]
    budget: Mapping[int, Decimal]
    used: Mapping[int, Decimal]
    pace: Expected | None
    seasons: Mapping[int, Decimal]
    redeemed: tuple[Decimal, ...] | None
    funded: Decimal
    renewal: Expected
    fee: Callable[[date], Decimal]
    handling: Callable[[date], Decimal]

    @property
    def on(self) -> date:
        return self.past.history.on

    @property
    def has_seasons(self) -> bool:
        """Whether one quarter of the year is taken to be busier than another."""
        return len(set(self.seasons.values())) > 1

    @property
    def still_out(self) -> int:
        """Vouchers that residents have and did not redeem yet."""
        return sum(each.handed_out - each.redeemed for each in self.past.standing.cohorts.values())

    @property
    def still_ending(self) -> int:
        """Running years that end before the programme does, as far as nobody answered yet."""
        last = Quarter.of(self.until)
        return sum(n for quarter, n in self.past.standing.ending.items() if quarter <= last)

    @property
    def is_too_early(self) -> bool:
        """Something in it is the plan's number, for the past does not say it yet."""
        return self.pace is None or self.redeemed is None or self.renewal.too_early


@dataclass(frozen=True)
class ForecastYear:
    """A calendar year at its end: memberships of target A and what the fund then spent, beside what was planned."""

    year: int
    target: int
    new: Decimal
    budget: Decimal
    used: Decimal


@dataclass(frozen=True)
class Forecast:
    """One course to the last day of the programme."""

    basis: Basis
    course: Course
    renewal: Decimal
    quarters: tuple[ComingQuarter, ...]

    @property
    def years(self) -> list[ForecastYear]:
        """Every year of the programme, those that are over as they were."""
        new: defaultdict[int, Decimal] = defaultdict(lambda: NONE)
        used: defaultdict[int, Decimal] = defaultdict(lambda: ZERO, self.basis.used)
        for year, number in self.basis.past.new_by_year.items():
            new[year] += number
        for each in self.quarters:
            new[each.quarter.year] += each.new
            used[each.quarter.year] += each.cost
        years = sorted({*self.basis.targets, *self.basis.budget, *new, *used})
        return [
            ForecastYear(
                year, self.basis.targets.get(year, 0), new[year], self.basis.budget.get(year, ZERO), euro(used[year])
            )
            for year in years
        ]

    @property
    def new(self) -> Decimal:
        """Memberships of target A at the end."""
        return sum((each.new for each in self.years), NONE)

    @property
    def used(self) -> Decimal:
        """What the fund has spent at the end, in euros."""
        return euro(sum(self.basis.used.values(), ZERO) + sum((each.cost for each in self.quarters), NONE))

    @property
    def target(self) -> int:
        """Target A of all years together."""
        return sum(self.basis.targets.values())

    @property
    def budget(self) -> Decimal:
        """The budget of the fund in all years together, in euros."""
        return sum(self.basis.budget.values(), ZERO)

    @property
    def left_over(self) -> Decimal:
        """What stays of the fund's budget at the end; negative when it is not enough."""
        return self.budget - self.used

    @property
    def held(self) -> Decimal:
        """Fees that will follow from the vouchers that residents hold today, in euros."""
        return euro(sum((each.held * self.basis.fee(each.quarter.first_day) for each in self.quarters), NONE))

    @property
    def renewals(self) -> Decimal:
        """Fees that will follow from the running years that end before the programme does, in euros."""
        ending = self.basis.past.standing.ending
        return euro(
            sum(
                (
                    ending.get(each.quarter, 0) * self.renewal * self.basis.fee(each.quarter.first_day)
                    for each in self.quarters
                ),
                NONE,
            )
        )

    @property
    def runs_out(self) -> Quarter | None:
        """The quarter in which the whole budget of the fund is used; None when it lasts."""
        left = self.budget - sum(self.basis.used.values(), ZERO)
        for each in self.quarters:
            left -= each.cost
            if left < 0:
                return each.quarter
        return None


def basis(as_of: AsOf) -> Basis:
    """What there is to build on, as known at a moment."""
    return built_on(known_past(as_of), realisation.used_of_fund(as_of.until, as_of.at))


def built_on(past: KnownPast, used: Mapping[int, Decimal]) -> Basis:
    """The basis of a past, with what the fund used in each year in euros; plan, budget and tariffs are those of now."""
    history, programme = past.history, Programme.current()
    redeemed = estimates.redeemed_after(history)
    targets = dict(YearTarget.objects.values_list("year", "new_memberships"))
    return Basis(
        past=past,
        until=programme.ends_on,
        targets=targets,
        budget=realisation.budget_of_fund(),
        used=used,
        pace=estimates.pace(history, targets),
        seasons=estimates.season(history),
        redeemed=tuple(redeemed) if redeemed else None,
        funded=estimates.funded(history),
        renewal=estimates.renewal(history, PLAN_RENEWS),
        fee=tariffs(Tariff.Kind.MEMBERSHIP),
        handling=tariffs(Tariff.Kind.HANDLING),
    )


def cash_of(told: Forecast) -> list[CashQuarter]:
    """The fund's balance per quarter along one course, with the instalments that were agreed and did not come yet."""
    on, running = told.basis.on, Quarter.of(told.basis.on + timedelta(days=1))
    agreed: defaultdict[Quarter, Decimal] = defaultdict(lambda: ZERO)
    for each in instalments.standings(on):
        agreed[max(Quarter.of(each.instalment.due_on), running)] += each.open
    spent = ledger.spent(on)
    committed = sum(told.basis.used.values(), ZERO) - spent
    return cash(told.quarters, balance=ledger.received(on) - spent, committed=committed, agreed=agreed)


def tariffs(kind: str) -> Callable[[date], Decimal]:
    """The general tariff by day, in euros; the last known one for days to come, the first one for what lies before."""
    known = list(Tariff.objects.filter(kind=kind, track=None).order_by("first_day").values_list("first_day", "amount"))

    def on(day: date) -> Decimal:
        past = [amount for first_day, amount in known if first_day <= day]
        return past[-1] if past else known[0][1] if known else ZERO

    return on


def forecast(from_basis: Basis, course: Course = Course.MIDDLE, what_if: WhatIf | None = None) -> Forecast:
    """One course, or the same with something taken to be otherwise."""
    asked = what_if or WhatIf()
    start = from_basis.on + timedelta(days=1)
    changed_from = max(start, asked.since.first_day) if asked.since else start

    def fee(day: date) -> Decimal:
        return asked.fee if asked.fee is not None and day >= changed_from else from_basis.fee(day)

    handed_out = _handed_out(from_basis, course)
    if asked.pace is not None:
        handed_out = {
            quarter: count * (asked.pace if quarter.last_day >= changed_from else 1)
            for quarter, count in handed_out.items()
        }
    assumed = Assumptions(
        handed_out=handed_out,
        redeemed=from_basis.redeemed or (Decimal(1),),
        funded=from_basis.funded,
        renewal=number_of(course, from_basis.renewal) if asked.renewal is None else asked.renewal,
        fee=fee,
        handling=from_basis.handling,
    )
    quarters_to_come = coming(from_basis.past.standing, assumed, from_basis.until)
    return Forecast(from_basis, course, assumed.renewal, tuple(quarters_to_come))


def _handed_out(from_basis: Basis, course: Course) -> dict[Quarter, Decimal]:
    """The hand-outs that still come per quarter: by pace and season, or else what the plan's targets ask for."""
    on, until = from_basis.on, from_basis.until
    found = {}
    for quarter in quarters(on + timedelta(days=1), until):
        if from_basis.pace is not None:
            whole = number_of(course, from_basis.pace) * from_basis.seasons[quarter.number]
        else:
            # Nobody knows yet: the plan's targets at most, and perhaps nothing at all.
            plan = Decimal(from_basis.targets.get(quarter.year, 0)) / 4 / (from_basis.funded or 1)
            whole = NONE if course is Course.LOW else plan
        found[quarter] = whole * left_of(quarter, on)
    return found


def of_the_plan(
    targets: Mapping[int, int],
    budget_by_year: Mapping[int, Decimal],
    renewal: Decimal,
    *,
    fee: Callable[[date], Decimal],
    handling: Callable[[date], Decimal],
    other: Mapping[int, Decimal],
) -> Forecast:
    """What the same arithmetic says of the plan itself, before anything happened (946,500 in Limburg)."""
    first, last = date(min(targets), 1, 1), date(max(targets), 12, 31)
    nothing = estimates.History(first - timedelta(days=1), None, {}, {}, 0, 0, estimates.RenewalCount(0, 0))
    told = Basis(
        past=KnownPast(nothing, KnownSoFar(first - timedelta(days=1)), {}),
        until=last,
        targets=targets,
        budget=budget_by_year,
        used=other,
        pace=None,
        seasons={},
        redeemed=None,
        funded=Decimal(1),
        renewal=Expected(renewal, renewal, renewal),
        fee=fee,
        handling=handling,
    )
    return forecast(told)


def courses(from_basis: Basis) -> dict[Course, Forecast]:
    """All three."""
    return {each: forecast(from_basis, each) for each in Course}
