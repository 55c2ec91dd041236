"""Where the programme is heading: the plan gives the plan, the past gives its own pace, and nothing changes by it."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbl.fund import ledger
from kbl.fund.models import Instalment
from kbl.periods import Quarter, quarters
from kbl.settlements.models import Tariff
from libraries import renewal
from libraries.models import Enrolment, MembershipYear
from reporting.figures.as_of import AsOf
from reporting.figures.counting import count
from reporting.figures.measures import Measure
from reporting.forecast import estimates
from reporting.forecast.back_test import back_test
from reporting.forecast.cash import Ask, cash, next_ask
from reporting.forecast.estimates import Expected, History, RenewalCount
from reporting.forecast.forecast import WhatIf, basis, cash_of, courses, forecast, of_the_plan, tariffs
from reporting.forecast.history import known_past
from reporting.forecast.projection import Assumptions, Cohort, ComingQuarter, KnownSoFar, between, coming, left_of
from tests import by_two
from tests.conftest import at

TARGETS = {2025: 2_000, 2026: 3_500, 2027: 7_000}
BUDGET = {2025: D(94_500), 2026: D(261_500), 2027: D(590_500)}
END = date(2027, 12, 31)


def fee(day: date) -> D:
    return D(42) if day.year < 2026 else D(45)


def plan(renewal_rate: D):
    return of_the_plan(TARGETS, BUDGET, renewal_rate, fee=fee, handling=lambda day: D(4), other={2025: D(2_500)})


def q(text: str) -> Quarter:
    return Quarter.parse(text)


# The plan


def test_the_plan_gives_the_plan():
    """Every figure of docs/figures.md: memberships, and the fund per year and in all."""
    whole = plan(D(1))
    assert [year.new for year in whole.years] == [2_000, 3_500, 7_000]
    assert [year.used for year in whole.years] == [D(94_500), D(261_500), D(590_500)]
    assert (whole.used, whole.left_over, whole.runs_out) == (D(946_500), 0, None)


def test_when_seven_of_ten_renew_a_part_stays_over():
    assert plan(D("0.7")).left_over == D(120_150)


def test_every_new_member_more_in_2027_costs_49():
    more = of_the_plan(
        {**TARGETS, 2027: 7_004}, BUDGET, D(1), fee=fee, handling=lambda day: D(4), other={2025: D(2_500)}
    )
    assert more.used - plan(D(1)).used == 4 * 49 and more.runs_out == q("2027-Q4")


# What is known and what is assumed


def assumed(**others) -> Assumptions:
    usual = {"handed_out": {}, "redeemed": (D("0.5"), D("0.25")), "funded": D(1), "renewal": D(1)}
    return Assumptions(**{**usual, "fee": lambda day: D(45), "handling": lambda day: D(4), **others})


def test_of_the_vouchers_that_residents_hold_a_part_is_redeemed_in_its_own_time():
    """A hundred of last quarter, fifty redeemed already: a quarter of the hundred comes now, and then no more."""
    standing = KnownSoFar(date(2026, 3, 31), {q("2026-Q1"): Cohort(100, 50)})
    found = coming(standing, assumed(), END)
    assert [each.held for each in found[:2]] == [25, 0]
    assert found[0].fees == 25 * 45 and found[0].handling == 0


def test_never_more_than_are_still_out():
    standing = KnownSoFar(date(2026, 3, 31), {q("2026-Q1"): Cohort(100, 90)})
    assert coming(standing, assumed(), END)[0].held == 10


def test_of_the_running_quarter_only_what_is_left_of_it_counts():
    standing = KnownSoFar(date(2026, 2, 14), {q("2026-Q1"): Cohort(90, 20)})
    assert left_of(q("2026-Q1"), date(2026, 2, 14)) == D(45) / 90
    assert coming(standing, assumed(), END)[0].held == 90 * D("0.5") / 2


def test_a_year_that_starts_is_renewed_a_year_later_as_long_as_the_programme_lasts():
    standing = KnownSoFar(date(2026, 9, 30), ending={q("2026-Q4"): 10})
    found = coming(standing, assumed(renewal=D("0.5")), END)
    assert {str(each.quarter): each.renewed for each in found if each.renewed} == {"2026-Q4": 5, "2027-Q4": D("2.5")}


def test_who_was_redeemed_but_never_told_of_still_costs_a_handling():
    found = coming(KnownSoFar(date(2026, 9, 30), unreported=3), assumed(), END)
    assert [each.handling for each in found][:2] == [12, 0]


def test_nothing_is_expected_after_the_last_day():
    assert coming(KnownSoFar(END), assumed(), END) == []


@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.lists(st.decimals(0, 1, places=3), min_size=1, max_size=5),
    st.dates(date(2025, 9, 30), date(2027, 12, 30)),
)
def test_of_a_cohort_no_more_comes_than_is_out(handed_out, redeemed, parts, on):
    out = max(handed_out, redeemed) - redeemed
    standing = KnownSoFar(on, {Quarter.of(on): Cohort(redeemed + out, redeemed)})
    found = coming(standing, assumed(redeemed=parts), END)
    assert 0 <= sum(each.held for each in found) <= out + D("1e-12"), "but for the 28th digit"
    assert [each.quarter for each in found] == list(quarters(on + timedelta(days=1), END))


# Money in time


def brings(quarter: str, cost: int) -> ComingQuarter:
    return ComingQuarter(q(quarter), D(0), D(0), D(0), D(0), D(cost), D(0))


def test_what_a_quarter_brings_is_paid_in_the_next_and_the_last_bills_after_the_end():
    found = cash(
        [brings("2027-Q3", 300), brings("2027-Q4", 500)],
        balance=D(1_000),
        committed=D(200),
        agreed={q("2027-Q4"): D(50)},
    )
    assert [(str(each.quarter), each.paid, each.received, each.balance) for each in found] == [
        ("2027-Q3", 200, 0, 800),
        ("2027-Q4", 300, 50, 550),
        ("2028-Q1", 500, 0, 50),
    ]
    assert next_ask(found, date(2027, 8, 1)) is None


def test_the_next_instalment_is_enough_for_the_first_short_quarter_and_the_next():
    found = cash(
        [brings("2027-Q1", 1_500), brings("2027-Q2", 700), brings("2027-Q3", 0)],
        balance=D(1_000),
        committed=D(0),
        agreed={},
    )
    assert [each.balance for each in found] == [1_000, -500, -1_200, -1_200]
    assert next_ask(found, date(2027, 1, 15)) == Ask(D(2_000), date(2027, 4, 1), q("2027-Q2"))
    assert next_ask(found, date(2027, 5, 3)).by == date(2027, 5, 3), "no day that is over"


def test_after_the_programme_nothing_is_asked():
    assert cash([], balance=D(5), committed=D(0), agreed={}) == [] and next_ask([], END) is None


# What the past says


def told(**others) -> History:
    usual = {"on": date(2026, 9, 30), "first": date(2025, 10, 1), "redeemed": {}, "funded": 0, "free": 0}
    handed_out = dict(zip(quarters(date(2025, 10, 1), date(2026, 9, 30)), (80, 100, 120, 100), strict=True))
    return History(**{**usual, "handed_out": handed_out, "answered": RenewalCount(0, 0), **others})


def test_the_pace_is_the_average_of_the_last_year():
    found = estimates.pace(told())
    assert found.middle == 100 and found.low < 82 and found.high > 118


def test_a_quarter_that_runs_counts_for_the_part_that_is_over():
    """Fifty in the first half of a quarter is a pace of a hundred."""
    running = {**told().handed_out, q("2026-Q4"): 50}
    assert estimates.pace(told(on=date(2026, 11, 15), handed_out=running)).middle == 100


def test_with_few_hand_outs_or_less_than_a_quarter_it_is_too_early():
    assert estimates.pace(told(handed_out={q("2026-Q3"): 19}, first=date(2026, 7, 1))) is None
    assert estimates.pace(told(on=date(2025, 11, 30), handed_out={q("2025-Q4"): 500})) is None
    assert estimates.pace(told(handed_out={}, first=None)) is None


def test_seasons_count_when_two_whole_years_are_known():
    """A summer half as busy as the rest, in both years."""
    every = [*quarters(date(2025, 1, 1), date(2026, 12, 31))]
    busy = {each: 40 if each.number == 3 else 80 for each in every}
    history = told(on=date(2026, 12, 31), first=date(2025, 1, 1), handed_out=busy)
    seasons = {number: round(part * 7, 10) for number, part in estimates.season(history).items()}
    assert seasons == {1: 8, 2: 8, 3: 4, 4: 8}
    assert set(estimates.season(told()).values()) == {1}
    assert round(estimates.pace(history).middle, 10) == 70


def started(*numbers: int) -> History:
    """A programme that began on 1 September 2025, with these hand-outs in its quarters; the last one is over."""
    found = dict(zip(quarters(date(2025, 9, 1), END), numbers, strict=False))
    return told(on=max(found).last_day, first=date(2025, 9, 1), handed_out=found)


def test_a_rush_at_the_start_is_not_carried_on():
    """Everybody who waited came at once, as the plan has it: after 2,000 in four months it has 875 a quarter."""
    found = estimates.pace(started(600, 1_900), TARGETS)
    assert round(found.middle, 10) == 875 and found.low < 644, (
        "what came of it in the demonstration lies within the band"
    )
    assert found.high == estimates.pace(started(600, 1_900)).middle > 1_800, "it may go on after all"


def test_a_start_that_does_go_on_was_no_rush():
    assert estimates.pace(started(600, 1_900, 1_500, 1_500), TARGETS).middle.quantize(D(1)) == 1_500


def test_a_slow_start_and_a_plan_without_a_rush_are_taken_as_they_are():
    assert estimates.pace(started(30, 90), TARGETS) == estimates.pace(started(30, 90))
    flat = {2025: 1_000, 2026: 3_500, 2027: 7_000}
    assert estimates.pace(started(600, 1_900), flat) == estimates.pace(started(600, 1_900))
    assert estimates.pace(started(600, 1_900), {2025: 2_000}) == estimates.pace(started(600, 1_900))


def test_the_band_is_never_narrower_than_what_quarters_differ():
    """Quarters that were the same say little of the next: half of it in the first year, a quarter after it."""
    first, later = (
        estimates.pace(started(300, 900)),
        estimates.pace(told(handed_out=dict.fromkeys(told().handed_out, 100))),
    )
    assert (round(first.low / first.middle, 4), round(first.high / first.middle, 4)) == (D("0.5"), D("1.5"))
    assert (later.low, later.middle, later.high) == (75, 100, 125)


@pytest.mark.parametrize(
    "replayed",
    [
        pytest.param((600, 1_900, 730, 950, 770), id="a rush, and then calm"),
        pytest.param((300, 900, 880, 900, 870), id="steady"),
        pytest.param((20, 90, 150, 240, 330), id="a slow start that grows"),
        pytest.param((500, 1_500, 1_450, 1_600, 1_500), id="a rush that goes on"),
        pytest.param((500, 1_500, 875, 875, 875), id="the plan itself"),
    ],
)
def test_replayed_it_is_never_further_off_than_the_plain_average(replayed):
    """At the end of every quarter: what the next one brings, by the rule and by the average of what was."""
    off = {"rule": D(0), "average": D(0)}
    for known in range(2, len(replayed)):
        history = started(*replayed[:known])
        off["rule"] += abs(estimates.pace(history, TARGETS).middle - replayed[known])
        off["average"] += abs(estimates.pace(history).middle - replayed[known])
    went_on = replayed[2] > 1_000  # then the first forecast was too low, which is what the band's top is for
    assert off["rule"] <= off["average"] or went_on
    if went_on:
        assert estimates.pace(started(*replayed[:2]), TARGETS).high >= replayed[2]
        assert estimates.pace(started(*replayed[:3]), TARGETS).middle > 1_400


def test_how_soon_a_voucher_is_redeemed_is_told_by_quarters_that_are_over():
    start = {q("2026-Q1"): 100, q("2026-Q2"): 100, q("2026-Q3"): 100}
    after = {q("2026-Q1"): {0: 60, 1: 20, 2: 10}, q("2026-Q2"): {0: 40, 1: 10}, q("2026-Q3"): {0: 5}}
    history = told(on=date(2026, 8, 15), handed_out=start, redeemed=after)
    assert estimates.redeemed_after(history) == [D("0.5"), D("0.2")]


def test_who_was_free_anyway_costs_nothing():
    assert estimates.funded(told(funded=90, free=10)) == D("0.9") and estimates.funded(told()) == 1


def test_with_few_years_that_ended_the_plans_renewals_are_taken():
    assert estimates.renewal(told(answered=RenewalCount(19, 19)), D(1)) == Expected(D("0.7"), D(1), D(1), True)
    found = estimates.renewal(told(answered=RenewalCount(100, 60)), D(1))
    assert found.middle == D("0.6") and D("0.5") < found.low < D("0.6") < found.high < D("0.7")
    assert not found.too_early


@given(st.integers(20, 5_000), st.data())
def test_the_band_of_renewals_lies_around_them_and_is_a_part(ended, data):
    renewed = data.draw(st.integers(0, ended))
    found = estimates.renewal(told(answered=RenewalCount(ended, renewed)), D(1))
    assert 0 <= found.low <= found.middle <= found.high <= 1


# From the books


@pytest.mark.django_db
@pytest.mark.both_engines
class TestTheBooks:
    def test_hand_outs_and_redemptions_are_told_by_quarter(self, history, venlo, clerk):
        """Eight in autumn: five at once, two in winter, one still out; and one more that nobody told of."""
        history.both(5, venlo, date(2025, 9, 10), by=clerk)
        later = history.hand_out(3, date(2025, 9, 20))
        history.redeem(later[:2], venlo, date(2025, 10, 5), by=clerk)
        history.redeem([history.next], venlo, date(2025, 10, 6), by=clerk)
        found = known_past(AsOf(date(2025, 12, 31), at(date(2026, 1, 1))))
        assert found.history.handed_out == {q("2025-Q3"): 8, q("2025-Q4"): 1}
        assert found.history.redeemed == {q("2025-Q3"): {0: 5, 1: 2}, q("2025-Q4"): {0: 1}}
        assert found.standing.cohorts[q("2025-Q3")] == Cohort(8, 7)
        assert found.standing.unreported == 1 and found.new_by_year == {2025: 8}
        assert found.history.first == date(2025, 9, 10)

    def test_only_what_was_known_then_counts(self, history, venlo, clerk):
        history.redeem(
            history.hand_out(2, date(2025, 9, 20)), venlo, date(2025, 9, 25), by=clerk, heard=date(2025, 11, 1)
        )
        then = known_past(AsOf(date(2025, 9, 30), at(date(2025, 10, 12))))
        assert then.standing.cohorts == {q("2025-Q3"): Cohort(2, 0)} and then.new_by_year == {}

    def test_a_year_waits_for_an_answer_for_two_months(self, history, venlo, clerk):
        history.both(3, venlo, date(2025, 9, 10), by=clerk)
        first = MembershipYear.objects.order_by("pk").first()
        renewal.renew(first, by=clerk, at=at(date(2026, 9, 10)))
        before = known_past(AsOf(date(2026, 9, 30), at(date(2026, 9, 30))))
        assert before.standing.ending == {q("2026-Q4"): 2, q("2027-Q3"): 1}
        assert before.history.answered == RenewalCount(0, 0)
        after = known_past(AsOf(date(2026, 11, 10), at(date(2026, 11, 10))))
        assert after.standing.ending == {q("2027-Q3"): 1}
        assert after.history.answered == RenewalCount(ended=3, renewed=1)

    def test_who_was_free_anyway_is_no_year_of_the_fund(self, history, venlo, clerk):
        history.both(2, venlo, date(2025, 9, 10), kind=Enrolment.Kind.FREE_ANYWAY, by=clerk)
        found = known_past(AsOf(date(2025, 9, 30), at(date(2025, 9, 30))))
        assert (found.history.funded, found.history.free, found.standing.ending) == (0, 2, {})

    def test_a_programme_that_pays_no_conversions_expects_none(self, history, venlo, clerk, programme):
        history.both(2, venlo, date(2025, 9, 10), kind=Enrolment.Kind.CONVERSION, by=clerk)
        as_of = AsOf(date(2025, 9, 30), at(date(2025, 9, 30)))
        assert known_past(as_of).history.funded == 2
        programme.conversions_funded = False
        programme.save()
        assert (known_past(as_of).history.funded, known_past(as_of).history.free) == (0, 2)

    def test_what_was_is_in_the_forecast_as_it_was(self, two_quarters):
        as_of = AsOf(date(2026, 1, 31), at(date(2026, 1, 31)))
        found = forecast(basis(as_of))
        assert found.years[0].new == count(Measure.PLUS, [as_of])[()][0] == 19
        assert found.years[0].used == 20 * 4 + 19 * 42 and found.used > found.years[0].used

    def test_the_balance_goes_on_from_the_ledger_with_what_was_agreed(self, two_quarters, budget):
        """94,500 came in and the first quarter was paid of it; an instalment of July 2026 is still to come."""
        Instalment.objects.create(description="Termijn 2", due_on=date(2026, 7, 1), amount=D(10_000))
        on = date(2026, 3, 31)
        found = cash_of(forecast(basis(AsOf(on, at(on)))))
        now = ledger.received(on) - ledger.spent(on)
        assert found[0].balance == now - found[0].paid and found[0].paid > 0
        assert [str(each.quarter) for each in found if each.received] == ["2026-Q3"]

    def test_the_three_courses_lie_in_order(self, two_quarters):
        low, middle, high = courses(basis(AsOf(date(2026, 3, 31), at(date(2026, 3, 31))))).values()
        assert low.new <= middle.new <= high.new and low.used <= middle.used <= high.used

    def test_a_what_if_changes_only_what_comes_from_its_quarter_on(self, two_quarters):
        built_on = basis(AsOf(date(2026, 3, 31), at(date(2026, 3, 31))))
        usual = forecast(built_on)
        faster = forecast(built_on, what_if=WhatIf(pace=D(2), since=q("2027-Q1")))
        for one, other in zip(usual.quarters, faster.quarters, strict=True):
            assert other.handed_out == one.handed_out * (2 if one.quarter.year == 2027 else 1)
        dearer = forecast(built_on, what_if=WhatIf(fee=D(90)))
        assert sum(each.fees for each in dearer.quarters) == 2 * sum(each.fees for each in usual.quarters)
        none = forecast(built_on, what_if=WhatIf(renewal=D(0)))
        assert not any(each.renewed for each in none.quarters)
        assert MembershipYear.objects.filter(ordinal__gt=1).count() == 0, "nothing was kept"

    def test_a_tariff_to_come_counts_from_its_day(self, programme):
        by_two.tariff(kind="membership", first_day=date(2027, 1, 1), amount=D(48))
        on = tariffs(Tariff.Kind.MEMBERSHIP)
        assert [on(date(2025, 5, 1)), on(date(2026, 12, 31)), on(date(2027, 1, 1))] == [42, 45, 48]

    def test_the_back_test_tells_what_was_expected_and_what_came(self, history, venlo, clerk):
        """Thirty a quarter, every quarter: the expectation comes true, and the band holds it."""
        for quarter in quarters(date(2025, 10, 1), date(2026, 6, 30)):
            history.both(14, venlo, quarter.first_day + timedelta(days=3), by=clerk)
        history.close("2025-Q4")
        history.close("2026-Q1")
        found = [
            each for each in back_test(AsOf(date(2026, 7, 20), at(date(2026, 7, 20)))) if each.what is Measure.PLUS
        ]
        last = [each for each in found if each.told_at == q("2026-Q1")]
        assert [(each.quarter, each.came) for each in last] == [(q("2026-Q2"), 14)]
        assert last[0].within and abs(last[0].error) < D("0.1")
        assert all(between(each.told_at, each.quarter) <= 4 for each in found)


# The page
