"""When the fund runs low: 70, 85 and 100 % of its budget spent or committed, as a whole and per year of the budget.

A warning says something and stops nothing: a resident is never sent away because of our books.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kbl.money import ZERO
from kbl.settlements.fund_figures import realisation
from kbl.settlements.fund_figures.unbilled_amounts import UnbilledAmounts

LEVELS = (70, 85, 100)


@dataclass(frozen=True)
class BudgetUse:
    """How much of a budget is spent or committed: of the fund in one year, or of the whole fund (`year` is None).

    The denominator is always the fund's own budget (946,500 in Limburg), never the whole contribution (1,082,000).
    """

    year: int | None
    used: Decimal
    budget: Decimal

    @property
    def share(self) -> Decimal:
        return self.used / self.budget

    @property
    def level(self) -> int | None:
        """The highest threshold that was reached, in per cent; None below the first."""
        return next((level for level in reversed(LEVELS) if self.used * 100 >= self.budget * level), None)

    @property
    def name(self) -> str:
        return f"het lidmaatschapsfonds in {self.year}" if self.year else "het hele lidmaatschapsfonds"


def uses(as_of: date, at: datetime, waiting: UnbilledAmounts | None = None) -> list[BudgetUse]:
    """The whole fund first, then each year that has a budget; none of it without a budget."""
    used, budget = realisation.used_of_fund(as_of, at, waiting), realisation.budget_of_fund()
    if not any(budget.values()):
        return []
    whole = BudgetUse(None, sum(used.values(), ZERO), sum(budget.values(), ZERO))
    return [whole, *(BudgetUse(year, used.get(year, ZERO), amount) for year, amount in budget.items() if amount)]


def reached(found: Iterable[BudgetUse]) -> list[BudgetUse]:
    """Where a threshold was reached, the highest first."""
    return sorted((each for each in found if each.level), key=lambda each: (-(each.level or 0), each.year or 0))
