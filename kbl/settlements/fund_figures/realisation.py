"""The plan's budget beside what was realised: per post and year, and per payer. Euros excluding VAT (docs/figures.md).

*Realised* is what was spent: for post 5 the lines of approved statements (5.1 fees, 5.2 handling) and the fund's other
costs (5.3), for the other posts what was entered by hand. A line counts in the year of its own day: the hand-out, the
first day of the membership year, as the plan budgets it; so a late report lands in the year where it belongs, not in
that of its closing. Another cost counts in the year that was given with it, else in that of its day.

*Committed* is only there for post 5: on a statement that is not approved yet, or reported and on no statement
(commitments.py). It stands beside the realisation and is in no difference and no percentage of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from kbl.clock import end_of
from kbl.fund.budget import FUND_POST, OTHER
from kbl.fund.models import BudgetLine, BudgetPost, Cost, FundEntry
from kbl.money import ZERO, euro
from kbl.settlements.fund_figures import frozen_lines, unbilled_amounts
from kbl.settlements.fund_figures.unbilled_amounts import UnbilledAmounts, YearAmounts, post_of
from kbl.settlements.models import Statement, StatementStep

Amounts = Mapping[int, Decimal]


@dataclass(frozen=True)
class BudgetRow:
    """A post, a sub-post, a payer or the whole: euros per year. `post` is empty for a payer."""

    post: str
    name: str
    budget: Amounts
    realised: Amounts
    committed: Amounts = field(default_factory=dict)
    paid_by: str = ""

    @property
    def is_main(self) -> bool:
        return "." not in self.post

    def of(self, year: int | None) -> "BudgetCells":
        """Its figures in one year, or in all of them."""

        def pick(amounts: Amounts) -> Decimal:
            return sum(amounts.values(), ZERO) if year is None else amounts.get(year, ZERO)

        return BudgetCells(pick(self.budget), pick(self.realised), pick(self.committed))


@dataclass(frozen=True)
class BudgetCells:
    """One row in one year."""

    budget: Decimal
    realised: Decimal
    committed: Decimal

    @property
    def difference(self) -> Decimal:
        """What of the budget was not realised; negative when more was."""
        return self.budget - self.realised

    @property
    def share(self) -> Decimal | None:
        """Realised as a part of the budget; None where nothing was budgeted."""
        return self.realised / self.budget if self.budget else None

    @property
    def whole(self) -> "BudgetCells":
        """In whole euros, each figure for itself; the difference follows from what is shown."""
        return BudgetCells(
            *(each.quantize(Decimal(1), ROUND_HALF_UP) for each in (self.budget, self.realised, self.committed))
        )


@dataclass(frozen=True)
class BudgetTable:
    """The whole budget at the end of a day: main posts each followed by what is under them, the sum, and the cover."""

    as_of: date
    years: list[int]
    rows: list[BudgetRow]
    total: BudgetRow
    cover: list[BudgetRow]

    def row(self, post: str) -> BudgetRow:
        """The row of a post. Raises StopIteration."""
        return next(each for each in self.rows if each.post == post)


def table(as_of: date, at: datetime) -> BudgetTable:
    """Budget and realisation at the end of a day; `at` is that day's end, or now."""
    lines = list(BudgetLine.objects.order_by("post", "year"))
    spent = spent_by_year(as_of)
    for key, amount in costs_by_year(as_of).items():
        spent[key] = spent.get(key, ZERO) + amount
    promised = committed_by_year(at)
    keys = {(line.post, line.year) for line in lines}
    years = sorted({year for _, year in [*keys, *spent, *promised]})
    posts = sorted({post for post, _ in [*keys, *spent, *promised]}, key=_order)
    last = {line.post: line for line in lines}
    budgeted = {(line.post, line.year): line.amount for line in lines}
    subs = [
        BudgetRow(
            post,
            last[post].name if post in last else "Overig",
            _of_post(budgeted, post),
            _of_post(spent, post),
            _of_post(promised, post),
            last[post].paid_by if post in last else "",
        )
        for post in posts
    ]
    names = dict(BudgetPost.objects.values_list("number", "name"))
    rows: list[BudgetRow] = []
    for main in dict.fromkeys(post.split(".")[0] for post in posts):
        under = [each for each in subs if each.post.split(".")[0] == main]
        rows += [summed(main, names.get(main, f"Post {main}"), under), *(each for each in under if not each.is_main)]
    total = summed("", "Hele project", subs)
    return BudgetTable(as_of, years, rows, total, _cover(lines, spent, promised))


def _cover(lines: list[BudgetLine], spent: YearAmounts, promised: YearAmounts) -> list[BudgetRow]:
    """Per payer what it would carry and what it carries: a payer belongs to a post in a year."""
    payers: defaultdict[str, list[BudgetRow]] = defaultdict(list)
    payer_of = {}
    for line in lines:
        payer_of[line.post, line.year] = payer_of[line.post, 0] = line.paid_by
    keys = dict.fromkeys([*((line.post, line.year) for line in lines), *spent, *promised])
    budgeted = {(line.post, line.year): line.amount for line in lines}
    for post, year in keys:
        payer = payer_of.get((post, year)) or payer_of.get((post, 0), "Onbekend")
        budget, realised, committed = ({year: each.get((post, year), ZERO)} for each in (budgeted, spent, promised))
        payers[payer].append(BudgetRow(post, "", budget, realised, committed))
    return [summed("", payer, payers[payer]) for payer in payers]


def summed(post: str, name: str, rows: Iterable[BudgetRow]) -> BudgetRow:
    """Rows added up, per year."""
    columns: list[defaultdict[int, Decimal]] = [defaultdict(lambda: ZERO) for _ in range(3)]
    payers = []
    for row in rows:
        payers.append(row.paid_by)
        for column, amounts in zip(columns, (row.budget, row.realised, row.committed), strict=True):
            for year, amount in amounts.items():
                column[year] += amount
    budget, realised, committed = (dict(each) for each in columns)
    return BudgetRow(post, name, budget, realised, committed, ", ".join(dict.fromkeys(filter(None, payers))))


def spent_by_year(as_of: date) -> YearAmounts:
    """What the fund spent by the end of a day, per post and year: adds up to the ledger's `spent`."""
    approved = StatementStep.objects.filter(status=Statement.Status.APPROVED, at__lte=end_of(as_of))
    amounts = lines_by_year(Statement.objects.filter(pk__in=approved.values("statement")))
    year = Coalesce("reverses__budget_year", ExtractYear("reverses__on"), "budget_year", ExtractYear("on"))
    kind = Coalesce(F("reverses__kind"), F("kind"))
    others = FundEntry.objects.filter(on__lte=as_of).annotate(of=kind).filter(of=FundEntry.Kind.OTHER_COST)
    for belongs, amount in others.order_by().values_list(year).annotate(total=Sum("amount")):
        amounts[OTHER, belongs] = -euro(amount)
    return amounts


def committed_by_year(at: datetime, waiting: UnbilledAmounts | None = None) -> YearAmounts:
    """What will still be paid, per post and year: on an unapproved statement, or on none yet.

    `waiting` is what waits at that moment, where somebody asked for it already.
    """
    amounts = lines_by_year(unbilled_amounts.unapproved(at))
    for key, amount in (waiting or unbilled_amounts.unbilled_at(at)).amounts.items():
        amounts[key] = amounts.get(key, ZERO) + amount
    return amounts


def costs_by_year(as_of: date) -> YearAmounts:
    """Costs of the other posts by the end of a day; what was taken back counts against its own post and year."""
    rows = Cost.objects.filter(on__lte=as_of).order_by().values_list("line__post", "line__year")
    return {(post, year): euro(total) for post, year, total in rows.annotate(total=Sum("amount"))}


def used_of_fund(as_of: date, at: datetime, waiting: UnbilledAmounts | None = None) -> Amounts:
    """Spent and committed of the fund per year, at the end of a day: what the warnings look at."""
    used: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for amounts in (spent_by_year(as_of), committed_by_year(at, waiting)):
        for (_, year), amount in amounts.items():
            used[year] += amount
    return dict(used)


def budget_of_fund() -> Amounts:
    """The fund's budget per year (94,500, 261,500 and 590,500 in Limburg)."""
    rows = BudgetLine.objects.filter(post__startswith=FUND_POST).order_by().values_list("year")
    return {year: euro(total) for year, total in rows.annotate(total=Sum("amount")).order_by("year")}


def lines_by_year(statements: QuerySet[Statement]) -> YearAmounts:
    """Lines of statements added up per post and year, in euros: a line is of the year of its own day."""
    sums = frozen_lines.by_year(statements.order_by().values_list("closing", "pk"))
    return {(post_of(kind), year): amount for (kind, year), amount in sums.items()}


def _of_post(amounts: YearAmounts, post: str) -> Amounts:
    return {year: amount for (named, year), amount in amounts.items() if named == post}


def _order(post: str) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in post.split(".")]
