"""What the plan promised: two sums that are easily mistaken for each other, so each has its own name.

Source: docs/figures.md.
"""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from kbl.fund.models import BudgetLine
from kbl.money import ZERO, euro

FUND_POST = "5"
# The posts under it, as the plan numbers them: what the fund's ledger and the statements' lines are counted under.
FEES, HANDLING, OTHER = "5.1", "5.2", "5.3"


def fund_lines() -> QuerySet[BudgetLine]:
    """The budget lines of the membership fund: post 5 and what is under it."""
    return BudgetLine.objects.filter(post__startswith=FUND_POST)


def fund(year: int | None = None) -> Decimal:
    """The budget of the membership fund in euros (946,500 in Limburg): fees, handling and the form adjustment."""
    return _total(fund_lines(), year)


def fund_by_year() -> dict[int, Decimal]:
    """The budget of the membership fund in euros per year that has lines of it."""
    rows = fund_lines().order_by().values_list("year").annotate(total=Sum("amount"))
    return {year: euro(total) for year, total in rows}


def subsidy(paid_by: str, year: int | None = None) -> Decimal:
    """What one payer contributes in euros (the province 1,082,000): the fund, and parts of marketing beside it."""
    return _total(BudgetLine.objects.filter(paid_by=paid_by), year)


def _total(lines: QuerySet[BudgetLine], year: int | None) -> Decimal:
    if year is not None:
        lines = lines.filter(year=year)
    return euro(lines.aggregate(total=Sum("amount"))["total"] or ZERO)
