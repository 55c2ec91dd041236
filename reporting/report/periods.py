"""The row of closed quarters, each with what its report may show: figures after suppression, and amounts beside them.

Amounts are made of people: fees and handlings. While a figure under them is too small to show, they are shown by the
thousand, so that it cannot be divided out of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from kbl.formats import euro as show_euro
from kbl.money import euro
from kbl.periods import Quarter
from reporting.figures import counting, fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.counting import ProgrammeTotals
from reporting.figures.fund_position import Fund
from reporting.figures.measures import Measure
from reporting.figures.suppression import LastPublished, PublishedFigure, PublishedMeasure
from reporting.report.published_figures import PARTS, QUARTERS, WHOLE_OF, publication, since

THOUSAND = Decimal(1000)
PEOPLE_IN_AMOUNTS = [Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED]


@dataclass(frozen=True)
class ShownAmount:
    """Euros as they may be shown: to the cent, or by the thousand while a figure under it is too small to show."""

    value: Decimal
    exact: bool = True

    @classmethod
    def of(cls, value: Decimal, exact: bool) -> "ShownAmount":
        return cls(value if exact else euro((value / THOUSAND).to_integral_value() * THOUSAND), exact)

    def __str__(self) -> str:
        return show_euro(self.value) if self.exact else f"ongeveer {show_euro(self.value)}"


@dataclass(frozen=True)
class PublishedFund:
    """The fund at one closing, in amounts that may be shown."""

    received: ShownAmount
    spent: ShownAmount
    committed: ShownAmount
    free: ShownAmount
    budget: ShownAmount
    contribution: ShownAmount

    @classmethod
    def of(cls, fund: Fund, exact: bool) -> "PublishedFund":
        at = fund.position
        spent, committed = ShownAmount.of(at.spent, exact), ShownAmount.of(at.committed, exact)
        return cls(
            received=ShownAmount(at.received),
            spent=spent,
            committed=committed,
            free=ShownAmount(at.budget - spent.value - committed.value, exact),
            budget=ShownAmount(at.budget),
            contribution=ShownAmount(fund.contribution),
        )

    @property
    def used(self) -> ShownAmount:
        return ShownAmount(self.spent.value + self.committed.value, self.spent.exact)

    @property
    def utilisation(self) -> Decimal | None:
        """Spent and committed, as a part of the fund's budget."""
        return self.used.value / self.budget.value if self.budget.value else None

    @property
    def share_of_contribution(self) -> Decimal | None:
        """Spent and committed, as a part of all that the payer contributes."""
        return self.used.value / self.contribution.value if self.contribution.value else None


@dataclass(frozen=True)
class ReportPeriod:
    """One quarter in the row of reports: what was published of it."""

    quarter: Quarter
    measures: Mapping[Measure, PublishedMeasure]
    totals: ProgrammeTotals
    added: ProgrammeTotals
    fund: PublishedFund

    @property
    def plus(self) -> PublishedFigure:
        """New memberships with conversions: what target A counts."""
        return self.measures[Measure.PLUS].total

    @property
    def renewed(self) -> PublishedFigure:
        return self.measures[Measure.RENEWED].total

    @property
    def handed_out(self) -> PublishedFigure:
        return self.measures[Measure.HANDED_OUT].total

    @property
    def free_anyway(self) -> PublishedFigure:
        return self.measures[Measure.FREE].total

    @property
    def redeemed(self) -> PublishedFigure:
        """Every voucher that became a membership: plus and free-anyway as they are shown."""
        parts = [self.plus, self.free_anyway]
        unknown = any(part.added is None for part in parts)
        added = None if unknown else sum(part.added or 0 for part in parts)
        return PublishedFigure(sum(part.value for part in parts), added, any(part.held for part in parts))

    @property
    def by_quarter(self) -> Mapping[Quarter, PublishedFigure]:
        """New members by the quarter of their first day: what was reported late stands at its own."""
        return self.measures[Measure.PLUS].tables[QUARTERS].rows

    def part(self, measure: Measure) -> PublishedFigure:
        """A measure that is a part of another, such as new or converted members alone."""
        return self.measures[WHOLE_OF[measure]].tables[PARTS].rows[measure]


def report_period(
    quarter: Quarter,
    moment: AsOf,
    before: ReportPeriod | None,
    published: Mapping[Measure, LastPublished],
    *,
    between: bool = False,
    exact: bool = True,
) -> tuple[ReportPeriod, dict[Measure, LastPublished]]:
    """What a report of a quarter shows at a moment, and what is published then (see `publication`).

    `before` is the last closing's; `between` when an interim edition came after that one. Amounts that are not `exact`
    are by the thousand whatever the figures under them.
    """
    measures, after = publication(moment, published)
    if between:
        measures = since(measures, before.measures if before else {})
    (totals,) = counting.totals([moment])
    recent = [each.measures[measure].total for each in [before] if each for measure in PEOPLE_IN_AMOUNTS]
    recent += [measures[measure].total for measure in PEOPLE_IN_AMOUNTS]
    may_be_exact = exact and not any(shown.held for shown in recent)
    period = ReportPeriod(
        quarter=quarter,
        measures=measures,
        totals=totals,
        added=totals - (before.totals if before else counting.NOTHING),
        fund=PublishedFund.of(fund_position.fund(moment), exact=may_be_exact),
    )
    return period, after
