"""The figures of histories of their own: what was told late, revoked, renewed or closed late."""

from datetime import date
from decimal import Decimal

import pytest

from intermediaries.models import Handout, Track
from kbl.fund.models import Instalment
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from kbl.settlements.models import Tariff
from kbl.settlements.statements import steps
from libraries import renewal
from libraries.models import Enrolment
from reporting.figures import counting, fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.figures.tracked import NOT_ACCREDITED, NOT_REPORTED
from tests import by_two
from tests.conftest import at, branch_of
from tests.reporting.test_figures import now
from vouchers.custody import stock
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines


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


def test_a_fact_without_a_tariff_is_counted_and_stops_nothing(history, venlo, clerk):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    history.both(2, venlo, date(2025, 9, 20), by=clerk)
    assert fund_position.waiting(now()) == (Decimal("84.00"), 2)


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
