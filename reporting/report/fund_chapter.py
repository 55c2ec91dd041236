"""The money of a report beside the fund's own table: per budget year, where it goes, and the payer's other posts.

Amounts per year and of the forecast are by the thousand, always: they are made of people, and are divided otherwise
than the figures beside them. What other posts cost says nothing of people and is to the cent.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from kbl.formats import NOTHING, day, euro, number, percent, whole_euro
from kbl.fund.budget import FUND_POST
from kbl.fund.models import BudgetLine
from kbl.money import ZERO, half_up
from kbl.settlements.fund_figures import realisation
from kbl.settlements.fund_figures.unbilled_amounts import unbilled_at
from reporting.figures import fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.table import FigureCell, FigureTable, row
from reporting.forecast.cash import Ask, next_ask
from reporting.forecast.forecast import Course, Forecast, basis, cash_of, courses
from reporting.report.periods import ShownAmount
from reporting.report.progress_report import ProgressReport

HUNDRED = 100


@dataclass(frozen=True)
class FundCourses:
    """Where it goes, as a report tells it: the three courses, and what to ask next."""

    courses: dict[Course, Forecast]
    ask: Ask | None

    @property
    def middle(self) -> Forecast:
        return self.courses[Course.MIDDLE]


def outlook(as_of: AsOf) -> FundCourses:
    """The forecast as known at a closing."""
    found = courses(basis(as_of))
    return FundCourses(found, next_ask(cash_of(found[Course.MIDDLE]), as_of.until))


def by_year(report: ProgressReport) -> FigureTable:
    """Spent and committed per year of the budget, as a part of that year's budget; at the bottom the whole fund."""
    headings = ("Begroot", "Besteed en toegezegd", "Deel van de begroting")
    budget, used = realisation.budget_of_fund(), _used(report.as_of)
    rows = []
    for year in sorted({*budget, *used}):
        planned, shown = budget.get(year, ZERO), ShownAmount.of(used.get(year, ZERO), exact=False)
        share = percent(shown.value / planned) if planned else NOTHING
        rows.append(row(str(year), headings, _cells(euro(planned), str(shown), share)))
    fund = report.fund
    whole = row("Hele programma", headings, _cells(str(fund.budget), str(fund.used), percent(fund.utilisation, 1)))
    return FigureTable("Per begrotingsjaar", "Jaar", headings, tuple(rows), total=whole)


def _used(as_of: AsOf) -> dict[int, Decimal]:
    """Spent and committed by the year to which the budget counts it."""
    unapproved = fund_position.unapproved(as_of)
    found: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for amounts in (
        realisation.spent_by_year(as_of.until),
        realisation.lines_by_year(unapproved),
        unbilled_at(as_of.at, as_of.until).amounts,
    ):
        for (_, year), amount in amounts.items():
            found[year] += amount
    return dict(found)


def forecast_table(told: FundCourses) -> FigureTable:
    """The end of the programme in three courses."""
    headings = ("Laag", "Midden", "Hoog")
    every = list(told.courses.values())
    rows = (
        row(
            "Nieuwe leden", headings, _cells(*(rounded(each.new) for each in every)), "sinds de start, met omzettingen"
        ),
        row("Besteed uit het fonds", headings, _cells(*(thousands(each.used) for each in every))),
        row("Over van het fonds", headings, _cells(*(thousands(each.left_over) for each in every))),
    )
    return FigureTable("Verwacht aan het einde van het programma", "Wat", headings, rows)


def sentences(report: ProgressReport, told: FundCourses) -> list[str]:
    """What the forecast says, and what it is built on."""
    middle = told.middle
    low, high = (rounded(told.courses[each].new) for each in (Course.LOW, Course.HIGH))
    found = [
        f"Gaat het zo door, dan zijn er aan het einde ongeveer {rounded(middle.new)} nieuwe leden (tussen {low} en "
        f"{high}). Het doel is {number(middle.target)}."
    ]
    if middle.runs_out:
        found.append(f"Dan is de begroting van het fonds op in het {middle.runs_out.label}.")
    else:
        found.append(f"Van het fonds blijft dan ongeveer {thousands(middle.left_over)} over.")
    found.append(ask_words(report, told.ask))
    if middle.basis.is_too_early:
        found.append("Het is nog vroeg. Waar de cijfers nog niets zeggen, rekenen wij met het plan.")
    return found


def ask_words(report: ProgressReport, ask: Ask | None) -> str:
    """The next instalment, in a sentence."""
    if ask is None:
        return "De afgesproken termijnen zijn genoeg tot het einde van het programma."
    return (
        f"De volgende termijn: {whole_euro(ask.amount)} van {report.programme.commissioner}, uiterlijk {day(ask.by)}. "
        f"Anders is er in het {ask.short.label} te weinig om te betalen."
    )


def other_posts(report: ProgressReport) -> FigureTable | None:
    """What the payer gives beside the fund, and what became of it; None when there is nothing of the kind."""
    headings = ("Begroot", "Uitgegeven", "Over", "Deel")
    lines = BudgetLine.objects.filter(paid_by=report.programme.commissioner).order_by("post", "year")
    spent = realisation.costs_by_year(report.as_of.until)
    names: dict[str, str] = {}
    budget: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    costs: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        if line.post.split(".")[0] != FUND_POST:
            names[line.post] = line.name
            budget[line.post] += line.amount
            costs[line.post] += spent.get((line.post, line.year), ZERO)
    if not names:
        return None
    rows = tuple(
        row(name, headings, _posted(budget[post], costs[post]), f"post {post}") for post, name in names.items()
    )
    total = row("Samen", headings, _posted(sum(budget.values(), ZERO), sum(costs.values(), ZERO)))
    return FigureTable(f"Andere posten van {report.programme.commissioner}", "Post", headings, rows, total=total)


def _posted(budget: Decimal, spent: Decimal) -> list[FigureCell]:
    share = percent(spent / budget) if budget else NOTHING
    return _cells(euro(budget), euro(spent), euro(budget - spent), share)


def _cells(*texts: str) -> list[FigureCell]:
    return [FigureCell(each) for each in texts]


def rounded(value: Decimal) -> str:
    """A number of people that is expected: by the hundred, because nobody knows it better."""
    return number(half_up(value / HUNDRED, 0) * HUNDRED)


def thousands(value: Decimal) -> str:
    """An amount that is expected, by the thousand."""
    return whole_euro(ShownAmount.of(value, exact=False).value)
