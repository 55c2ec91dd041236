"""The budget of docs/figures.md, to the euro, and beside it what was realised in the year where it belongs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.clock import end_of
from kbl.fund import ledger
from kbl.fund.models import BudgetLine, BudgetPost
from kbl.programme.programme_file import WrongProgrammeFile, read
from kbl.settlements.fund_figures import commitments, realisation, thresholds
from kbl.settlements.models import Line, Tariff
from kbl.settlements.statements import steps
from tests import by_two
from tests.conftest import at
from tests.fund.conftest import LIMBURG
from tests.settlements.conftest import Q1, Q4
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

# docs/figures.md, "Figures of the plan that the software must reproduce": per year, and all of them.
POSTS = {
    "1": (21_900, 21_900, 21_900, 65_700),
    "2": (50_300, 55_300, 50_300, 155_900),
    "3": (30_580, 12_400, 5_600, 48_580),
    "4": (18_000, 14_000, 12_000, 44_000),
    "5": (94_500, 261_500, 590_500, 946_500),
    "6": (60_000, 300_000, 300_000, 660_000),
}
SUB_POSTS = {
    "1.1": (8_300, 8_300, 8_300),  # 100 h x 83
    "1.2": (13_600, 13_600, 13_600),  # 136 h x 100
    "2.1": (6_800, 6_800, 6_800),  # 80 h x 85
    "2.2": (25_000, 10_000, 5_000),
    "2.3": (10_000, 30_000, 30_000),
    "2.4": (8_500, 8_500, 8_500),  # 100 h x 85
    "3.1": (12_880, 5_000, 2_400),  # 161 h x 80
    "3.2": (16_100, 5_000, 2_400),  # 161 h x 100
    "3.3": (1_600, 2_400, 800),
    "4.1": (10_000, 10_000, 10_000),  # 100 h x 100
    "4.2": (8_000, 4_000, 2_000),
    "5.1": (84_000, 247_500, 562_500),
    "5.2": (8_000, 14_000, 28_000),
    "5.3": (2_500, 0, 0),
    "6.1": (30_000, 150_000, 150_000),
    "6.2": (30_000, 150_000, 150_000),
}
COVER = {
    "Cubiss": (46_700, 42_700, 40_700),
    "Lokale bibliotheken": (60_000, 300_000, 300_000),
    "Provincie Limburg": (138_000, 310_000, 634_000),
    "Sociaal fonds": (30_580, 12_400, 5_600),
}
WHOLE = (275_280, 665_100, 980_300, 1_920_680)
CONTRIBUTION = 1_082_000
YEARS = (2025, 2026, 2027)


def table_on(day: date) -> realisation.BudgetTable:
    return realisation.table(day, end_of(day))


def budget_of(row: realisation.BudgetRow) -> tuple[Decimal, ...]:
    return tuple(row.of(year).budget for year in YEARS)


def test_the_budget_is_that_of_the_plan_to_the_euro(plan):
    found = table_on(date(2025, 1, 1))
    assert found.years == [*YEARS]
    assert {each.post: (*budget_of(each), each.of(None).budget) for each in found.rows if each.is_main} == POSTS
    assert {each.post: budget_of(each) for each in found.rows if not each.is_main} == SUB_POSTS
    assert {each.name: budget_of(each) for each in found.cover} == COVER
    assert (*budget_of(found.total), found.total.of(None).budget) == WHOLE
    province = next(each for each in found.cover if each.name == "Provincie Limburg")
    assert province.of(None).budget == CONTRIBUTION


def test_every_sum_of_the_plan_holds(plan):
    """Sub-posts make their post, posts and payers make the whole; nothing is counted twice."""
    found = table_on(date(2025, 1, 1))
    for year in (*YEARS, None):
        mains = [each for each in found.rows if each.is_main]
        assert sum(each.of(year).budget for each in mains) == found.total.of(year).budget
        assert sum(each.of(year).budget for each in found.cover) == found.total.of(year).budget
        for main in mains:
            under = [each for each in found.rows if not each.is_main and each.post.startswith(f"{main.post}.")]
            assert sum(each.of(year).budget for each in under) == main.of(year).budget


def test_the_posts_have_the_names_of_the_programme_file(plan):
    BudgetPost.objects.bulk_create(read(LIMBURG).posts)
    names = [f"{each.post} {each.name}" for each in table_on(date(2025, 1, 1)).rows if each.is_main]
    assert names == [
        "1 Projectteam Cubiss",
        "2 Marketing",
        "3 Intake en welkom",
        "4 Monitoring",
        "5 Lidmaatschappen",
        "6 Lokale projectkosten",
    ]


def test_a_main_post_without_a_name_is_told(tmp_path):
    file = tmp_path / "programma.toml"
    file.write_text(LIMBURG.read_text().replace('4 = "Monitoring"\n', ""))
    with pytest.raises(WrongProgrammeFile, match="hoofdpost 4 heeft nog geen naam"):
        read(file)


def test_a_cost_stands_beside_its_post_its_year_and_its_payer(pay):
    pay(2025, "2.2", "24000.50", "A")
    pay(2026, "2.2", 5_000, "B", on=date(2026, 2, 1))
    pay(2025, "6.1", 10_000, "C")
    pay(2025, "5.3", 2_500, "D", on=date(2026, 1, 4))  # of the budget of 2025, whatever its day
    found = table_on(date(2026, 3, 1))

    toolkit = found.row("2.2").of(2025)
    assert (toolkit.realised, toolkit.difference) == (Decimal("24000.50"), Decimal("999.50"))
    assert toolkit.share == Decimal("0.96002")
    assert found.row("2.2").of(2026).realised == 5_000
    assert found.row("5.3").of(2025).realised == 2_500
    assert found.row("5.3").of(2026).share is None
    assert found.row("2").of(None).realised == Decimal("29000.50")
    realised = {each.name: each.of(None).realised for each in found.cover}
    assert realised == {
        "Cubiss": 0,
        "Provincie Limburg": Decimal("31500.50"),
        "Lokale bibliotheken": 10_000,
        "Sociaal fonds": 0,
    }
    assert found.total.of(2025).realised == Decimal("36500.50")


def test_looking_back_shows_the_costs_of_that_day(pay, finance):
    wrong = pay(2025, "2.2", 1_000, on=date(2025, 11, 3))
    day = date(2025, 11, 10)
    by_two.take_back(wrong, on=day, by=finance, at=at(day))
    realised = {on: table_on(on).row("2.2").of(2025).realised for on in (date(2025, 11, 2), date(2025, 11, 9), day)}
    assert list(realised.values()) == [0, 1_000, 0]


def test_the_fund_is_split_by_fee_and_handling_in_the_year_of_the_day(
    plan, food_bank, worker, venlo, give, take, earlier_quarters_closed, coordinator, manager, finance, close
):
    """Two given out in December, one redeemed then and one in January: each in its own year, at its own tariff."""
    pair = give(food_bank, worker, 2, date(2025, 12, 20))
    take(venlo, SerialRange(pair.first, pair.first), date(2025, 12, 30))
    take(venlo, SerialRange(pair.last, pair.last), date(2026, 1, 5))

    new_year = table_on(date(2026, 1, 6))
    assert (new_year.row("5.2").of(2025).committed, new_year.row("5.1").of(2025).committed) == (8, 42)
    assert (new_year.row("5.1").of(2026).committed, new_year.row("5").of(None).realised) == (45, 0)

    for quarter, shut in ((Q4, date(2026, 1, 12)), (Q1, date(2026, 4, 12))):
        closed = close(quarter, shut)
        for statement in closed.statements.all():
            steps.confirm(statement, by=manager, at=at(shut))
        steps.approve_confirmed(closed, by=finance, at=at(shut))
    done = table_on(date(2026, 4, 12))
    assert (done.row("5.2").of(2025).realised, done.row("5.1").of(2025).realised) == (8, 42)
    assert (done.row("5.1").of(2026).realised, done.row("5").of(None).committed) == (45, 0)
    # A late report of 2025 that is paid in 2026 is a cost of 2025.
    assert done.row("5").of(2025).realised == 50
    assert ledger.spent() == 95

    line = Line.objects.get(on=date(2025, 12, 30))
    by_two.correct(line, reason="twice", by=finance, at=at(date(2026, 4, 20)))
    assert table_on(date(2026, 4, 20)).row("5.1").of(2025).committed == -42
    assert table_on(date(2026, 4, 19)).row("5.1").of(2025).committed == 0


def test_the_table_adds_up_to_the_ledger_on_every_day(plan, busy_quarter, coordinator, manager, finance, pay, close):
    """Realised and committed of post 5 are the fund's own figures, from the day before the closing until the end."""
    pay(2025, "5.3", 2_500, on=date(2025, 12, 1))
    closed = close(Q4, date(2026, 1, 12))
    for step, statement in enumerate(closed.statements.order_by("pk")):
        day = at(date(2026, 1, 14 + step))
        steps.confirm(statement, by=manager, at=day)
        steps.approve(statement, by=finance, at=day)
    by_two.reverse(
        ledger.FundEntry.objects.get(kind="other_cost"), on=date(2026, 1, 18), by=finance, at=at(date(2026, 1, 18))
    )
    day, seen = date(2025, 11, 30), set()
    while day <= date(2026, 1, 19):
        cells = table_on(day).row("5").of(None)
        position = commitments.position(day, waiting=commitments.waiting(end_of(day)))
        assert (cells.realised, cells.committed) == (position.spent, position.committed), day
        assert cells.budget == position.budget
        assert position.budget == position.spent + position.committed + position.free
        seen.add((cells.realised, cells.committed))
        day += timedelta(days=1)
    assert len(seen) == 5, "the story passed every state"


def test_what_was_taken_back_since_was_a_promise_that_day(busy_quarter, food_bank, worker):
    """Five hand-outs and three memberships; one hand-out turns out to be a mistake on 5 November."""
    wrong = Handout.objects.order_by("pk").last()
    handout.undo(wrong, reason="typing_error", by=worker, at=at(date(2025, 11, 5)))
    assert commitments.waiting(end_of(date(2025, 11, 4))) == 146
    assert commitments.waiting(end_of(date(2025, 11, 5))) == 142


# Warnings


def use(used: int, budget: int = 1_000) -> thresholds.BudgetUse:
    return thresholds.BudgetUse(2025, Decimal(used), Decimal(budget))


@pytest.mark.parametrize(
    ("used", "level"), [(0, None), (699, None), (700, 70), (849, 70), (850, 85), (999, 85), (1000, 100), (1400, 100)]
)
def test_a_threshold_is_reached_to_the_cent(used, level):
    assert use(used).level == level
    assert thresholds.BudgetUse(None, Decimal(used) - Decimal("0.01"), Decimal(1000)).level != level or used not in (
        700,
        850,
        1000,
    )


def test_commitments_count_for_a_warning(plan, busy_quarter, pay):
    """Handling of 2025 may cost 8,000 in the plan; here the whole fund of 2025 is 150, and 146 of it is reported."""
    BudgetLine.objects.filter(post__startswith="5", year=2025).update(amount=50)
    day = date(2025, 12, 1)
    (found,) = thresholds.reached(thresholds.uses(day, end_of(day)))
    assert (found.year, found.used, found.level) == (2025, 146, 85)
    pay(2025, "5.3", 10, on=day)
    (found,) = thresholds.reached(thresholds.uses(day, end_of(day)))
    assert (found.used, found.level) == (156, 100)
    whole = thresholds.uses(day, end_of(day))[0]
    assert (whole.year, whole.used, whole.budget, whole.level) == (None, 156, 852_150, None)


def test_a_missing_tariff_leaves_the_rest_of_the_figures(plan, busy_quarter):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    day = date(2025, 12, 1)
    assert table_on(day).row("5").of(2025).committed == 126


def test_without_a_budget_there_is_nothing_to_warn_about(programme):
    assert thresholds.uses(date(2025, 12, 1), end_of(date(2025, 12, 1))) == []
