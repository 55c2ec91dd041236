"""The plan's own figures, per year: what the plan expects, and what the books say happened (docs/figures.md).

What the books say is counted from the closed statement lines and the fund's ledger, never from the one who played.
All amounts in euros, excluding VAT.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.db.models import Count, F, Q, Sum

from kbl.fund import ledger
from kbl.fund.models import BudgetLine, FundEntry
from kbl.money import ZERO, euro
from kbl.programme.programme_file import ProgrammeFile
from kbl.settlements.models import Line, Tariff

FUND, FEES, HANDLING = "5", "5.1", "5.2"


@dataclass(frozen=True)
class YearFigures:
    """One year: memberships in numbers, and what they cost the fund."""

    new: int = 0
    running: int = 0
    fees: Decimal = ZERO
    handling: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def fund(self) -> Decimal:
        return self.fees + self.handling + self.other

    def __add__(self, more: "YearFigures") -> "YearFigures":
        return YearFigures(
            self.new + more.new,
            self.running + more.running,
            self.fees + more.fees,
            self.handling + more.handling,
            self.other + more.other,
        )


PlanFigures = dict[int, YearFigures]

MEASURES = {
    "new": "nieuwe lidmaatschappen",
    "running": "lopende lidmaatschappen",
    "fees": "5.1 vergoeding lidmaatschappen",
    "handling": "5.2 vergoeding uitreiken",
    "other": "5.3 aanpassing formulier",
    "fund": "5 lidmaatschapsfonds",
}


def scaled(count: int, scale: Decimal) -> int:
    """A number of memberships of a smaller (or larger) programme."""
    return int((count * scale).to_integral_value(ROUND_HALF_UP))


def renewals(members: int, rate: Decimal) -> int:
    """How many of last year's members renew at a rate: whole people, exactly."""
    return int((members * rate).to_integral_value(ROUND_FLOOR))


def renews(position: int, rate: Decimal) -> bool:
    """Whether the member at this position (from 0) renews, so that any first n of them give `renewals(n, rate)`."""
    return renewals(position + 1, rate) > renewals(position, rate)


def other_costs(file: ProgrammeFile) -> list[BudgetLine]:
    """The fund's budget that is neither fee nor handling: the one-off form adjustment."""
    return [line for line in file.budget if line.post.startswith(FUND) and line.post not in (FEES, HANDLING)]


def expected(file: ProgrammeFile, *, renewal: Decimal, scale: Decimal) -> PlanFigures:
    """The plan's formula: running = new + renewals of last year's running members, each at the tariff of the year."""
    figures: PlanFigures = {}
    running = 0
    for target in sorted(file.targets, key=lambda each: each.year):
        new = scaled(target.new_memberships, scale)
        running = new + renewals(running, renewal)
        figures[target.year] = YearFigures(
            new=new,
            running=running,
            fees=running * _tariff(file, Tariff.Kind.MEMBERSHIP, target.year),
            handling=new * _tariff(file, Tariff.Kind.HANDLING, target.year),
            other=sum((euro(line.amount) for line in other_costs(file) if line.year == target.year), ZERO),
        )
    return figures


def _tariff(file: ProgrammeFile, kind: str, year: int) -> Decimal:
    """The general tariff at the start of a year: the plan has one per year."""
    known = [each for each in file.tariffs if each.kind == kind and not each.track]
    return euro(max((each for each in known if each.first_day.year <= year), key=lambda each: each.first_day).amount)


def budget_differences(file: ProgrammeFile) -> list[str]:
    """Where the file's own budget does not follow from its targets and tariffs, when everyone renews."""
    figures = expected(file, renewal=Decimal(1), scale=Decimal(1))
    wrong = []
    for post, measure in ((FEES, "fees"), (HANDLING, "handling")):
        for line in file.budget:
            if line.post == post and line.amount != (due := getattr(figures[line.year], measure)):
                wrong.append(
                    f"post {post} is in {line.year} begroot op {line.amount}, uit doelen en tarieven volgt {due}"
                )
    return wrong


def booked() -> PlanFigures:
    """What the books say: lines by the day of their fact, other costs by the day they were booked."""
    found: defaultdict[int, dict] = defaultdict(dict)
    memberships = Q(membership_year__isnull=False)
    first_year = memberships & Q(membership_year__ordinal=1)
    bills, takes_back = Q(corrects__isnull=True), Q(corrects__isnull=False)
    lines = (
        Line.objects.order_by()
        .values(year=F("on__year"))
        .annotate(
            new=Count("pk", filter=first_year & bills) - Count("pk", filter=first_year & takes_back),
            running=Count("pk", filter=memberships & bills) - Count("pk", filter=memberships & takes_back),
            fees=Sum("net", filter=memberships, default=ZERO),
            handling=Sum("net", filter=Q(handout__isnull=False), default=ZERO),
        )
    )
    for row in lines:
        year = row.pop("year")
        found[year] = {**row, "fees": euro(row["fees"]), "handling": euro(row["handling"])}
    kinds = Q(kind=FundEntry.Kind.OTHER_COST) | Q(reverses__kind=FundEntry.Kind.OTHER_COST)
    for row in FundEntry.objects.order_by().filter(kinds).values(year=F("on__year")).annotate(total=Sum("amount")):
        found[row["year"]]["other"] = -euro(row["total"])
    return {year: YearFigures(**values) for year, values in sorted(found.items())}


def total(figures: PlanFigures) -> YearFigures:
    return sum(figures.values(), YearFigures())


@dataclass(frozen=True)
class PlanDifference:
    """A measure in a year (or in total) that is not what the plan says."""

    measure: str
    when: str
    plan: Decimal
    result: Decimal


def differences(plan: PlanFigures, result: PlanFigures) -> Iterator[PlanDifference]:
    """Every measure of every year that differs, to the cent; and the ledger, when it differs from the lines."""
    for year in sorted(plan.keys() | result.keys()):
        one, other = plan.get(year, YearFigures()), result.get(year, YearFigures())
        for measure in MEASURES:
            if getattr(one, measure) != getattr(other, measure):
                yield PlanDifference(MEASURES[measure], str(year), getattr(one, measure), getattr(other, measure))
    spent = ledger.spent()
    if spent != total(result).fund:
        yield PlanDifference("uit het fonds geboekt", "totaal", total(result).fund, spent)
