"""How the programme stands after a closed quarter: everything that a report says, before it is set in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kbl.formats import number, percent
from kbl.fund import budget
from kbl.money import ZERO
from kbl.organisations.models import Programme, YearTarget
from kbl.periods import Quarter, quarters
from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.counting import Measure, YearOfTarget
from reporting.figures.suppression import Shown
from reporting.report.periods import FundShown, Moment, moments


@dataclass(frozen=True)
class Pace:
    """One quarter of the programme, everything since the start: the plan's even pace, what was reached, and money.

    `reached` and `fund` are None for a quarter that is still to come.
    """

    quarter: Quarter
    plan: int
    budget: Decimal
    reached: Shown | None
    fund: FundShown | None


@dataclass(frozen=True)
class Report:
    """Everything that a report says, on paper and on screen."""

    programme: Programme
    moment: Moment
    history: Sequence[Moment]
    years: Sequence[YearOfTarget]

    @property
    def quarter(self) -> Quarter:
        return self.moment.quarter

    @property
    def closing(self) -> Closing:
        return self.moment.closing

    @property
    def fund(self) -> FundShown:
        return self.moment.fund

    @property
    def target(self) -> int:
        """Target A of the whole programme."""
        return sum(year.target for year in self.years)

    @property
    def this_year(self) -> YearOfTarget | None:
        return next((year for year in self.years if year.year == self.quarter.year), None)

    def summary(self) -> list[str]:
        """The quarter in a few sentences, for who reads no further."""
        plus, renewed = self.moment.plus, self.moment.renewed
        sentences = [f"Sinds de start kwamen er {number(plus.stand)} nieuwe leden bij de bibliotheek."]
        if plus.added:
            sentences[0] = f"{sentences[0][:-1]}, waarvan {number(plus.added)} in dit kwartaal."
        year = self.this_year
        if year and year.reached is not None and year.target:
            goal = f"Het doel voor {year.year} is {number(year.target)} nieuwe leden."
            sentences.append(f"{goal} Daarvan is {percent(year.share)} bereikt.")
        if renewed.stand:
            sentences.append(f"{number(renewed.stand)} keer verlengde een bibliotheek een lidmaatschap met een jaar.")
        if self.fund.utilisation is not None:
            sentences.append(
                f"Van het lidmaatschapsfonds ({self.fund.budget}) is {percent(self.fund.utilisation, 1)} "
                f"besteed of toegezegd: {self.fund.used}."
            )
        return sentences

    def paces(self) -> list[Pace]:
        """A row per quarter of the programme, also those to come."""
        targets = dict(YearTarget.objects.values_list("year", "new_memberships"))
        shown = {each.quarter: each for each in self.history}
        found = []
        before, budgeted = 0, {year: budget.fund(year) for year in targets}
        for quarter in quarters(self.programme.starts_on, self.programme.ends_on):
            target = targets.get(quarter.year, 0)
            moment = shown.get(quarter)
            found.append(
                Pace(
                    quarter=quarter,
                    plan=before + target * quarter.number // 4,
                    budget=sum((amount for year, amount in budgeted.items() if year <= quarter.year), ZERO),
                    reached=moment.plus if moment else None,
                    fund=moment.fund if moment else None,
                )
            )
            before += target if quarter.number == 4 else 0
        return found


def report(closing: Closing) -> Report:
    """The report of a closed quarter."""
    history = moments(closing)
    reached = []
    plus = conversions = 0
    for each in history:
        new_plus, new_conversions = each.plus.stand, each.kind(Measure.CONVERSION).stand
        reached.append((each.quarter.year, new_plus - plus, new_conversions - conversions))
        plus, conversions = new_plus, new_conversions
    return Report(Programme.current(), history[-1], history, counting.target_years(reached))
