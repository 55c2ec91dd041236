"""The figures are those of the facts, at any moment, along any line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kbl.organisations.models import Municipality
from kbl.settlements.fund_figures import commitments
from kbl.settlements.models import Line
from libraries.models import Enrolment
from reporting.figures import counting, fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.current import CurrentFigures
from reporting.figures.measures import Measure
from reporting.report import kept_reports, tables
from tests import by_two
from tests.conftest import at
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines


def now() -> AsOf:
    return AsOf(date(2026, 2, 1), at(date(2026, 2, 1)))


def test_the_whole_programme_is_counted_from_the_facts(two_quarters):
    autumn, winter = (AsOf.at_closing(each) for each in two_quarters)
    first, second = counting.totals([autumn, winter])
    assert (first.made, first.allocated, first.handed_out, first.new) == (100, 50, 12, 6)
    assert (second.handed_out, second.new, second.conversion, second.free) == (20, 18, 1, 1)
    assert (second.plus, second.redeemed) == (19, 20)
    assert second - first == counting.ProgrammeTotals(0, 0, 0, 8, 12, 1, 1, 0)


def test_a_quarters_figures_are_the_lines_of_its_statements(two_quarters):
    """Late reports count in the quarter in which they came in, on paper as on the invoices."""
    autumn, winter = two_quarters
    added = counting.totals([AsOf.at_closing(winter)])[0] - counting.totals([AsOf.at_closing(autumn)])[0]
    billed = Line.objects.filter(statement__closing=winter, membership_year__isnull=False)
    assert added.plus == billed.count() == 13
    assert added.handed_out == Line.objects.filter(statement__closing=winter, handout__isnull=False).count()


def test_a_closed_quarter_stays_as_it_was_known(two_quarters, history, venlo, clerk):
    autumn, _ = two_quarters
    before = counting.totals([AsOf.at_closing(autumn)])
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    Enrolment.objects.filter(library=venlo).first().revoke("twice", by=clerk, at=at(date(2026, 1, 21)))
    assert counting.totals([AsOf.at_closing(autumn)]) == before


def test_every_row_adds_up_to_the_whole(two_quarters):
    moments = [AsOf.at_closing(each) for each in two_quarters]
    for measure, total in ((Measure.PLUS, 19), (Measure.HANDED_OUT, 20), (Measure.FREE, 1)):
        by = "intermediary" if measure == Measure.HANDED_OUT else "library"
        for dimension in (by, "municipality"):
            rows = counting.count(measure, moments, dimension)
            assert sum(numbers[-1] for numbers in rows.values()) == total
        assert sum(counting.count_by_track(measure, moments[-1]).values()) == total


def test_a_membership_counts_where_its_branch_is(two_quarters, venlo, landgraaf):
    rows = counting.count(Measure.PLUS, [AsOf.at_closing(two_quarters[1])], "library", "municipality")
    towns = {name: Municipality.objects.get(name=name).pk for name in ("Venlo", "Landgraaf")}
    assert rows == {(venlo.pk, towns["Venlo"]): [12], (landgraaf.pk, towns["Landgraaf"]): [7]}


# --- the fund --------------------------------------------------------------------------------------------------------


def test_the_fund_names_both_denominators(two_quarters):
    fund = fund_position.fund(AsOf.at_closing(two_quarters[0]))
    assert fund.position.budget == Decimal("946500.00")
    assert fund.contribution == Decimal("1082000.00")
    assert fund.position.received == Decimal("94500.00")
    assert (fund.position.spent, fund.position.owed) == (Decimal("0.00"), Decimal("6") * 42 + Decimal("12") * 4)
    assert fund.utilisation == Decimal("300.00") / Decimal("946500.00")


def test_every_euro_is_spent_owed_or_waiting(two_quarters, history, venlo, clerk):
    history.both(2, venlo, date(2026, 1, 5), by=clerk)
    fund = fund_position.fund(AsOf.at_closing(two_quarters[1])).position
    assert fund.spent == Decimal("300.00")
    assert fund.owed == Decimal("13") * 42 + Decimal("8") * 4
    assert fund.waiting == Decimal(0), "what began after the quarter is of the next report"
    now = fund_position.fund(AsOf(date(2026, 1, 12), two_quarters[1].closed_at)).position
    assert now.waiting == Decimal("2") * 45 + Decimal("2") * 4


def test_the_fund_agrees_with_the_commitments_of_the_day(two_quarters, history, venlo, clerk):
    history.both(2, venlo, date(2026, 1, 20), by=clerk)
    moment = at(date(2026, 2, 1))
    fund = fund_position.fund(AsOf(moment.date(), moment)).position
    assert fund == commitments.position(moment.date(), waiting=commitments.waiting(moment))


def test_a_correction_waits_as_a_credit(two_quarters, coordinator):
    line = Line.objects.filter(statement__closing=two_quarters[0], membership_year__isnull=False).first()
    moment = two_quarters[1].closed_at + timedelta(days=3)
    by_two.correct(line, reason="twice", by=coordinator, at=moment)
    assert fund_position.waiting(AsOf(moment.date(), moment)) == (Decimal("-42.00"), 0)


# --- the running quarter ---------------------------------------------------------------------------------------------


def test_the_running_quarter_counts_from_the_last_closing(two_quarters, history, venlo, clerk):
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    running = CurrentFigures.at(date(2026, 2, 1), at(date(2026, 2, 1)))
    programme = dict(running.programme().rows)
    assert programme["Uitgereikt"][0].added == 3
    assert programme["Uitgereikt"][0].all == 23
    for breakdown in running.tables()[1:4]:
        column = breakdown.headings.index("Nieuw lid")
        assert (breakdown.total[column].added, breakdown.total[column].all) == (3, 21)


def test_the_running_page_asks_as_much_for_many_as_for_few(two_quarters, history, venlo, clerk):
    running = CurrentFigures.at(date(2026, 2, 1), at(date(2026, 2, 1)))
    with CaptureQueriesContext(connection) as few:
        running.tables()
    history.both(20, venlo, date(2026, 1, 20), by=clerk)
    with CaptureQueriesContext(connection) as many:
        running.tables()
    assert len(few) == len(many)


def test_year_targets_go_by_the_first_day_and_late_ones_stand_at_their_own_quarter(two_quarters, history, venlo, clerk):
    """Eight of December are reported in February: they are of 2025, in the report of the first quarter of 2026."""
    december = history.hand_out(8, date(2025, 12, 20), heard=date(2026, 2, 2))
    history.redeem(december, venlo, date(2025, 12, 21), by=clerk, heard=date(2026, 2, 2))
    history.both(9, venlo, date(2026, 2, 3), by=clerk)
    report = kept_reports.made_now(history.close("2026-Q1"))
    assert {each.year: each.reached for each in report.years} == {2025: 19 + 8, 2026: 9, 2027: None}
    late = tables.late(report)
    assert [(each.label, each.cells[0].text) for each in late.rows] == [("4e kwartaal 2025", "8")]
    assert late.total.cells[0].text == "9"
