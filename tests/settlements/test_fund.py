"""The fund: what came in, what went out, what is still to be paid; every euro in exactly one place, on any day."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from intermediaries.models import Handout
from kbl.clock import end_of, local_day
from kbl.fund import budget, instalments, ledger
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import BudgetLine, FundEntry, Instalment
from kbl.money import ZERO
from kbl.settlements.closing import closing
from kbl.settlements.fund_figures import commitments, frozen_lines, realisation
from kbl.settlements.models import Line, Tariff
from kbl.settlements.statements import steps
from kbl.settlements.tariffs.tariffs import MissingTariff
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import PRESSED, Q4

pytestmark = pytest.mark.both_engines


@pytest.fixture
def instalment(db) -> Instalment:
    return Instalment.objects.create(
        description="2025, termijn 1", due_on=date(2025, 1, 15), amount=Decimal("47250.00")
    )


def receive(instalment, amount, on, by):
    return by_two.receive(instalment, amount=Decimal(amount), on=on, by=by, at=at(on))


# The ledger


def test_a_balance_is_a_sum_on_any_day(instalment, finance):
    receive(instalment, "47250", date(2025, 1, 15), finance)
    day = date(2025, 11, 3)
    by_two.spend(Decimal("2500"), reference="cost:1", description="Formulier", on=day, by=finance, at=at(day))

    assert (ledger.received(), ledger.spent(), ledger.balance()) == (47250, 2500, 44750)
    assert (ledger.spent(date(2025, 11, 2)), ledger.balance(date(2025, 11, 2))) == (ZERO, 47250)
    assert ledger.balance(date(2025, 1, 14)) == ZERO


def test_a_mistake_gets_its_opposite_and_both_stay(instalment, finance):
    entry = receive(instalment, "4725", date(2025, 1, 15), finance)
    by_two.reverse(entry, on=date(2025, 1, 16), by=finance, at=at(date(2025, 1, 16)))

    assert FundEntry.objects.count() == 2
    assert (ledger.received(), ledger.spent()) == (ZERO, ZERO)
    assert ledger.received(date(2025, 1, 15)) == 4725
    with pytest.raises(AlreadyBooked):
        by_two.reverse(entry, on=date(2025, 1, 17), by=finance, at=at(date(2025, 1, 17)))


def test_a_payment_is_booked_once_and_again_only_after_it_was_taken_back(instalment, finance):
    entry = receive(instalment, "47250", date(2025, 1, 15), finance)
    with pytest.raises(AlreadyBooked):
        receive(instalment, "47250", date(2025, 1, 15), finance)
    by_two.reverse(entry, on=date(2025, 1, 16), by=finance, at=at(date(2025, 1, 16)))
    receive(instalment, "47250", date(2025, 1, 15), finance)
    with pytest.raises(AlreadyBooked):
        receive(instalment, "47250", date(2025, 1, 15), finance)
    assert ledger.received() == 47250


def test_a_reversal_and_a_draw_are_not_reversed(closed, venlo, manager, instalment, finance):
    invoice = closed.statements.get(organisation=venlo)
    steps.confirm(invoice, by=manager, at=PRESSED)
    steps.approve(invoice, by=finance, at=PRESSED)
    back = by_two.reverse(
        receive(instalment, "10", date(2025, 1, 15), finance), on=date(2025, 1, 16), by=finance, at=PRESSED
    )
    for entry in (back, FundEntry.objects.get(kind="draw")):
        with pytest.raises(NotReversible):
            by_two.reverse(entry, on=date(2026, 1, 20), by=finance, at=PRESSED)


def test_an_instalment_knows_what_is_open_and_due(instalment, finance):
    receive(instalment, "40000", date(2025, 1, 20), finance)
    wrong = receive(instalment, "7250", date(2025, 1, 21), finance)
    by_two.reverse(wrong, on=date(2025, 1, 22), by=finance, at=at(date(2025, 1, 22)))

    (early,) = instalments.standings(date(2025, 1, 14))
    (between,) = instalments.standings(date(2025, 1, 21))
    (now,) = instalments.standings(date(2025, 1, 22))
    assert (early.received, early.open, early.is_due) == (ZERO, 47250, False)
    assert (between.received, between.open, between.is_due) == (47250, ZERO, False)
    assert (now.received, now.open, now.is_due) == (40000, 7250, True)


# The two budgets


def test_the_fund_and_the_subsidy_are_two_numbers(db):
    for post, amount, paid_by in (
        ("2.2", 25000, "Provincie Limburg"),
        ("4.1", 10000, "Cubiss"),
        ("5.1", 84000, "Provincie Limburg"),
        ("5.2", 8000, "Provincie Limburg"),
    ):
        BudgetLine.objects.create(year=2025, post=post, name=post, amount=amount, paid_by=paid_by)
    assert budget.fund() == 92000
    assert budget.subsidy("Provincie Limburg") == 117000
    assert budget.fund(2026) == ZERO


# Commitments


def test_every_euro_is_in_exactly_one_place(busy_quarter, coordinator, manager, finance):
    def places(day):
        return (
            commitments.waiting(end_of(day)),
            commitments.owed(day),
            ledger.spent(day),
        )

    before, shut, half, done = date(2026, 1, 11), date(2026, 1, 12), date(2026, 1, 13), date(2026, 1, 14)
    assert places(before) == (146, ZERO, ZERO)
    closed = closing.close(Q4, by=coordinator, at=at(shut))
    assert places(shut) == (ZERO, 146, ZERO)
    for statement in closed.statements.all():
        steps.confirm(statement, by=manager, at=at(half))
    assert places(half) == (ZERO, 146, ZERO)
    steps.approve_confirmed(closed, by=finance, at=at(done))
    assert places(done) == (ZERO, ZERO, 146)

    # Looking back gives what there was.
    assert places(half) == (ZERO, 146, ZERO)
    assert places(before) == (146, ZERO, ZERO)


def test_a_fact_waits_from_the_moment_that_we_heard_of_it(busy_quarter):
    assert commitments.waiting(at(date(2025, 10, 1))) == ZERO
    assert commitments.waiting(at(date(2025, 10, 2))) == 20
    assert commitments.waiting(at(date(2025, 10, 3))) == 62


def test_what_was_in_flight_when_the_quarter_closed_waits_for_the_next_one(closed, food_bank, worker, give):
    """It read the clock before the closing and was written down after it."""
    before = commitments.waiting(PRESSED + timedelta(days=1))
    give(food_bank, worker, 2, date(2025, 12, 30), heard=local_day(closed.closed_at))
    Handout.objects.order_by("-pk")[0].revoke("twice", by=worker, at=PRESSED + timedelta(days=2))
    assert commitments.waiting(PRESSED + timedelta(days=1)) == before + 8
    assert commitments.waiting(PRESSED + timedelta(days=3)) == before + 4


def test_lines_of_closed_quarters_are_added_up_once_and_within_a_transaction_never(closed, monkeypatch):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert sum(realisation.committed_by_year(PRESSED).values()) > 0
        return sum(Line._meta.db_table in each["sql"] and "SUM" in each["sql"] for each in asked.captured_queries)

    assert questions() == questions() > 0, "the closing that is being made may still be taken back"
    within = questions()
    monkeypatch.setattr(frozen_lines, "connection", SimpleNamespace(in_atomic_block=False))
    first, second, third = (questions() for _ in range(3))
    assert first == within > second == third
    frozen_lines.forget()
    assert questions() == within, "check_books proves it from the lines"


def test_a_correction_that_was_asked_for_lowers_what_waits(closed, food_bank, coordinator):
    line = closed.statements.get(organisation=food_bank).lines.first()
    by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 2, 2)))
    assert commitments.waiting(at(date(2026, 2, 1))) == ZERO
    assert commitments.waiting(at(date(2026, 2, 2))) == -4


def test_the_position_names_its_denominator(closed, instalment, finance):
    BudgetLine.objects.create(year=2025, post="5.1", name="Leden", amount=1000, paid_by="Provincie Limburg")
    receive(instalment, "100", date(2026, 1, 12), finance)
    position = commitments.position(date(2026, 1, 12), waiting=ZERO)
    assert (position.owed, position.committed, position.free) == (146, 146, 854)
    assert position.utilisation == Decimal("0.146")
    assert position.to_ask == 46


def test_what_the_fund_is_short_of_counts_what_was_spent_already(closed, instalment, finance, manager):
    """Of 100 that came in, 20 went to the food bank: for Venlo's 126 there is 80, so 46 is missing."""
    receive(instalment, "100", date(2026, 1, 12), finance)
    declaration = closed.statements.get(kind="declaration", net=20)
    steps.confirm(declaration, by=manager, at=at(date(2026, 1, 14)))
    steps.approve(declaration, by=finance, at=at(date(2026, 1, 14)))
    position = commitments.position(date(2026, 1, 15), waiting=ZERO)
    assert (position.received, position.spent, position.balance, position.committed) == (100, 20, 80, 126)
    assert position.to_ask == 46


def test_what_waits_cannot_be_valued_without_a_tariff(busy_quarter):
    by_two.no_tariff(Tariff.objects.filter(kind="handling"))
    with pytest.raises(MissingTariff):
        commitments.waiting(PRESSED)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2025, 12, 31)])
def test_a_day_ends_at_local_midnight(day):
    assert local_day(end_of(day)) == day
    assert local_day(end_of(day) + timedelta(microseconds=1)) > day
