"""How the programme stands after a closed quarter: everything that a report says, before it is set in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from kbl.formats import day, number, percent
from kbl.fund import budget
from kbl.money import ZERO
from kbl.organisations.models import Programme, YearTarget
from kbl.periods import Quarter, quarters
from libraries.models import Participation
from reporting.figures.as_of import AsOf
from reporting.figures.suppression import PublishedFigure
from reporting.figures.target_years import YearOfTarget, target_years
from reporting.report.periods import PublishedFund, ReportPeriod


@dataclass(frozen=True)
class PlanQuarter:
    """One quarter of the programme, everything since the start: the plan to date, what was reached, and money.

    `reached` and `fund` are None for a quarter that is still to come.
    """

    quarter: Quarter
    plan: int
    budget: Decimal
    reached: PublishedFigure | None
    fund: PublishedFund | None


@dataclass(frozen=True)
class ProgressReport:
    """Everything that a report says, in the PDF and on the page, with the programme as it is when it is made."""

    closed_at: datetime
    programme: Programme
    period: ReportPeriod
    history: Sequence[ReportPeriod]
    years: Sequence[YearOfTarget]
    as_of: AsOf

    @property
    def quarter(self) -> Quarter:
        return self.period.quarter

    @property
    def fund(self) -> PublishedFund:
        return self.period.fund

    @property
    def target(self) -> int:
        """Target A of the whole programme."""
        return sum(year.target for year in self.years)

    @property
    def this_year(self) -> YearOfTarget | None:
        return next((year for year in self.years if year.year == self.quarter.year), None)

    def summary(self) -> list[str]:
        """The quarter in a few sentences, for who reads no further."""
        plus, renewed = self.period.plus, self.period.renewed
        sentences = [f"Sinds de start kwamen er {number(plus.value)} nieuwe leden bij de bibliotheek."]
        if plus.added:
            sentences[0] = f"{sentences[0][:-1]}, waarvan {number(plus.added)} in dit kwartaal."
        year = self.this_year
        if year and year.reached is not None and year.target:
            goal = f"Het doel voor {year.year} is {number(year.target)} nieuwe leden."
            sentences.append(f"{goal} Daarvan is {percent(year.share)} bereikt.")
        if renewed.value:
            sentences.append(f"{number(renewed.value)} keer verlengde een bibliotheek een lidmaatschap met een jaar.")
        if self.fund.utilisation is not None:
            sentences.append(
                f"Van het lidmaatschapsfonds ({self.fund.budget}) is {percent(self.fund.utilisation, 1)} "
                f"besteed of toegezegd: {self.fund.used}."
            )
        return sentences

    @property
    def after(self) -> str:
        """Of when its stand is: `na het 2e kwartaal 2026`, or of a quarter that still runs `op 31 augustus 2026`."""
        whole = self.as_of.until >= self.quarter.last_day
        return f"na het {self.quarter.label}" if whole else f"op {day(self.as_of.until)}"

    @property
    def plan(self) -> int:
        """New members that the plan has by the report's last day; within a quarter by the days that have passed."""
        plans = {each.quarter: each.plan for each in self.plan_quarters}
        then, before = plans.get(self.quarter, 0), plans.get(self.quarter.previous, 0)
        first, last = self.quarter.first_day, self.quarter.last_day
        passed = (min(self.as_of.until, last) - first).days + 1
        return before + (then - before) * passed // ((last - first).days + 1)

    @cached_property
    def plan_quarters(self) -> list[PlanQuarter]:
        """A row per quarter of the programme, also those to come; worked out once for tables and charts."""
        years = set(YearTarget.objects.values_list("year", flat=True))
        shown = {each.quarter: each for each in self.history}
        found = []
        budgeted = {year: amount for year, amount in budget.fund_by_year().items() if year in years}
        for quarter, plan in plan_by_quarter(self.programme).items():
            period = shown.get(quarter)
            found.append(
                PlanQuarter(
                    quarter=quarter,
                    plan=plan,
                    budget=sum((amount for year, amount in budgeted.items() if year <= quarter.year), ZERO),
                    reached=period.plus if period else None,
                    fund=period.fund if period else None,
                )
            )
        return found


def plan_by_quarter(programme: Programme) -> dict[Quarter, int]:
    """New members that the plan has by the end of every quarter of the programme, since its start."""
    targets = dict(YearTarget.objects.values_list("year", "new_memberships"))
    first, before, found = _first_quarter(programme), 0, {}
    for quarter in quarters(programme.starts_on, programme.ends_on):
        target = targets.get(quarter.year, 0)
        done, of = _running(quarter, first)
        found[quarter] = before + target * done // of
        before += target if quarter.number == 4 else 0
    return found


def _first_quarter(programme: Programme) -> Quarter:
    """The quarter in which the first library takes part: from there on there can be members."""
    first = Participation.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    return Quarter.of(max(first, programme.starts_on) if first else programme.starts_on)


def _running(quarter: Quarter, first: Quarter) -> tuple[int, int]:
    """How many quarters of its year have run by the end of a quarter, of how many; a target is divided over them.

    Before the first library takes part there is nothing to reach; in a year without any, its target falls in the last.
    """
    running = [number for number in range(1, 5) if Quarter(quarter.year, number) >= first] or [4]
    return sum(number <= quarter.number for number in running), len(running)


def progress_report(moment: AsOf, history: Sequence[ReportPeriod]) -> ProgressReport:
    """The report at a moment, made of its period (the last of `history`) and those before it."""
    years = target_years(_reached(history))
    return ProgressReport(moment.at, Programme.current(), history[-1], history, years, moment)


def _reached(history: Sequence[ReportPeriod]) -> dict[int, tuple[int, bool]]:
    """New members per year of their first day, as far as they are shown; every year that has begun is there."""
    shown = history[-1].by_quarter
    found = {}
    for year in {each.quarter.year for each in history}:
        of_year = [figure for quarter, figure in shown.items() if quarter.year == year]
        found[year] = (sum(each.value for each in of_year), any(each.held for each in of_year))
    return found
