"""The figures are those of the facts, at any moment, along any line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intermediaries.models import Handout, Track
from kbl.fund.models import Instalment
from kbl.organisations.models import Municipality
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.fund_figures import commitments
from kbl.settlements.models import Line, Tariff
from kbl.settlements.statements import steps
from libraries import renewal
from libraries.models import Enrolment
from reporting.figures import counting, fund_position
from reporting.figures.counting import NOT_ACCREDITED, NOT_REPORTED, AsOf, Measure
from reporting.figures.current import CurrentFigures
from reporting.report import kept_reports, tables
from tests import by_two
from tests.conftest import at, branch_of
from vouchers.custody import stock
from vouchers.numbers import SerialRange

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


def test_a_membership_gets_the_track_of_its_hand_out_once_that_is_reported(history, venlo, clerk):
    numbers = range(history.next, history.next + 2)
    history.redeem(numbers, venlo, date(2025, 9, 10), by=clerk)
    early = AsOf(date(2025, 9, 10), at(date(2025, 9, 10)))
    assert counting.count_by_track(Measure.PLUS, early) == {NOT_REPORTED: 2}
    history.hand_out(2, date(2025, 9, 9), heard=date(2025, 9, 12))
    assert counting.count_by_track(Measure.PLUS, early) == {NOT_REPORTED: 2}, "as it was known then"
    assert counting.count_by_track(Measure.PLUS, AsOf(date(2025, 9, 12), at(date(2025, 9, 12)))) == {Track.DIRECT: 2}


def test_a_hand_out_without_accreditation_is_counted_apart(history, food_bank):
    food_bank.accreditations.update(valid_until=date(2025, 9, 5))
    history.hand_out(2, date(2025, 9, 10))
    assert counting.count_by_track(Measure.HANDED_OUT, now()) == {NOT_ACCREDITED: 2}


def test_a_renewal_counts_as_renewed_and_not_as_new(history, venlo, clerk):
    history.both(1, venlo, date(2025, 9, 10), by=clerk)
    year = Enrolment.objects.get().years.get()
    renewal.renew(year, by=clerk, at=at(date(2026, 9, 12)))
    as_of = AsOf(date(2026, 9, 30), at(date(2026, 9, 30)))
    (totals,) = counting.totals([as_of])
    assert (totals.new, totals.renewed) == (1, 1)


def test_a_revoked_fact_counts_until_it_is_revoked(history, venlo, clerk):
    history.both(2, venlo, date(2025, 9, 10), by=clerk)
    Handout.objects.first().revoke("twice", by=clerk, at=at(date(2025, 9, 20)))
    days = [date(2025, 9, 15), date(2025, 9, 25)]
    assert counting.count(Measure.HANDED_OUT, [AsOf(day, at(day)) for day in days])[()] == [2, 1]


def test_voided_vouchers_are_counted_by_their_range(history, coordinator):
    serials = SerialRange(history.next + 40, history.next + 46)
    stock.void(serials, reason="lost", on=date(2025, 10, 1), by=coordinator, at=at(date(2025, 10, 1)))
    assert counting.totals([now()])[0].void == 7


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


def test_a_fact_without_a_tariff_is_counted_and_stops_nothing(history, venlo, clerk):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    history.both(2, venlo, date(2025, 9, 20), by=clerk)
    assert fund_position.waiting(now()) == (Decimal("84.00"), 2)


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


def test_a_branch_elsewhere_counts_for_its_own_municipality(history, venlo, landgraaf, clerk):
    branch = branch_of(venlo)
    assert branch.municipality.name == "Venlo"
    branch.municipality = branch_of(landgraaf).municipality
    branch.save()
    history.both(1, venlo, date(2025, 9, 20), by=clerk)
    rows = counting.count(Measure.NEW, [now()], "municipality")
    assert rows == {(branch.municipality_id,): [1]}


def test_a_quarter_that_was_closed_late_holds_its_own_days_only(history, venlo, clerk):
    """Autumn is closed on 30 November: what the province paid, what was approved and what began since is not of it."""
    history.both(6, venlo, date(2025, 9, 10), by=clerk)
    for quarter in ("2025-Q1", "2025-Q2"):
        history.close(quarter)
    instalment = Instalment.objects.create(description="Termijn", due_on=date(2025, 10, 1), amount=Decimal("94500"))
    by_two.receive(
        instalment, amount=Decimal("94500"), on=date(2025, 10, 3), by=history.finance, at=at(date(2025, 10, 3))
    )
    history.both(20, venlo, date(2025, 11, 3), by=clerk)
    late = closing.close(Quarter(2025, 3), by=history.coordinator, at=at(date(2025, 11, 30)))
    fund = fund_position.fund(AsOf.at_closing(late)).position
    assert (fund.received, fund.spent, fund.owed, fund.waiting) == (0, 0, Decimal(6 * 46), 0)
    assert fund.as_of == date(2025, 9, 30)


def test_what_was_approved_after_the_quarter_is_still_owed_in_it(history, venlo, clerk):
    """Autumn's statements are approved in January, before winter is closed: on 31 December they were owed."""
    history.both(6, venlo, date(2025, 9, 10), by=clerk)
    autumn = history.close("2025-Q3")
    for statement in autumn.statements.all():
        steps.confirm(statement, by=history.worker, at=at(date(2026, 1, 5)))
        steps.approve(statement, by=history.finance, at=at(date(2026, 1, 6)))
    fund = fund_position.fund(AsOf.at_closing(history.close("2025-Q4"))).position
    assert (fund.spent, fund.owed) == (0, Decimal(6 * 46))


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
