"""The books of orders are clean after an honest history, and every planted corruption is found."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from intermediaries.counting import differences, settling
from intermediaries.orders import orders, sources
from intermediaries.orders.models import Order
from intermediaries.stock_levels import low_stock
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.organisations import readiness
from reporting.integrity import evaluate
from tests.conftest import START
from tests.intermediaries.orders.conftest import NOW, SOON, TODAY
from tests.reporting import test_check_books
from tests.reporting.test_check_books import BY_NAME, freed, plant, plants, wrong
from vouchers.custody import stock
from vouchers.numbers import SerialRange

PLANTS = Path(__file__).with_name("plants.sql")
INNOCENT = Path(__file__).with_name("innocent.sql")
LATER = SOON + timedelta(days=2)


def one(status: str) -> str:
    return f"(SELECT MIN(id) FROM intermediaries_order WHERE status = '{status}')"


ROWS = {
    "SENT": one("shipped"),
    "WAITING": one("ordered"),
    "RECEIVED": one("received"),
    "CANCELLED": one("cancelled"),
    "ANOTHER": "(SELECT MAX(id) FROM organisations_organisation)",
}


@pytest.fixture
def honest_orders(stock_of_food_bank, make, food_bank, welfare, worker, other_worker, coordinator, finance, hand_out):
    """One of everything that can happen to an order, a count, a level and a library."""
    make(300)
    hand_out(SerialRange(1, 40), START)
    low_stock.watch(at=NOW)

    def place(count: int, medium: str = "paper", who=food_bank, by=worker) -> Order:
        return orders.place(who, medium=medium, count=count, key=uuid4(), by=by, at=NOW)

    def send(order: Order) -> Order:
        orders.ship(
            order, sources.propose(order.medium, order.count, on=TODAY), seen=order.count, by=coordinator, at=SOON
        )
        return order

    orders.cancel(place(5), by=worker, at=SOON)
    orders.decline(place(5), seen=5, reason="enough", by=finance, at=SOON)
    orders.receive(send(place(20)), by=worker, at=SOON)
    changed = place(30)
    orders.change(changed, seen=30, count=40, by=worker, at=NOW)
    first = orders.sent(send(changed))[0].first
    missing, extra = [SerialRange(first, first + 9)], [SerialRange(300, 305)]
    told = differences.report(food_bank, missing=missing, extra=extra, order=changed, by=worker, at=SOON)
    sources.make_for_order(
        place(10, "digital"), count=12, valid_until=TODAY + timedelta(days=400), seen=10, by=coordinator, at=SOON
    )
    send(place(15, who=welfare, by=other_worker))
    place(10)
    place(10, "digital", welfare, other_worker)
    (counted,) = differences.report(welfare, missing=[], extra=[SerialRange(2, 3)], by=other_worker, at=SOON)
    for difference, serials, outcome in (
        (told[0], SerialRange(first, first + 2), "lost"),
        (told[0], SerialRange(first + 3, first + 5), "not_sent"),
        (told[0], SerialRange(first + 6, first + 6), "arrived"),
        (told[1], SerialRange(300, 301), "given"),
        (told[1], SerialRange(302, 303), "sent_back"),
        (counted, SerialRange(2, 2), "mistake"),
    ):
        settling.settle(difference, [serials], outcome=outcome, by=finance, at=LATER)
    for step in ("kick_off", "training"):
        readiness.done(food_bank, step, on=TODAY, by=coordinator, at=NOW)
    readiness.undone(food_bank, "training", by=coordinator, at=NOW)
    assert set(Order.objects.values_list("status", flat=True)) == set(Order.Status.values)
    assert LowStockPeriod.objects.exists()
    assert stock.holdings(food_bank)["void"] == 3
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # so that a plant may alter a table


@pytest.mark.both_engines
def test_an_honest_history_of_orders_raises_no_alarm(honest_orders):
    assert wrong() == {}


def test_every_planted_corruption_of_orders_is_found(honest_orders, subtests, monkeypatch):
    monkeypatch.setattr(test_check_books, "ROWS", ROWS)
    for name, check, statements in plants(PLANTS):
        with subtests.test(name), transaction.atomic():
            plant(freed(statements))
            found = evaluate(BY_NAME[check]).rows
            transaction.set_rollback(True)
            assert found, f"not found by {check}"
    assert wrong() == {}, "and everything was taken back"


def test_what_is_no_corruption_raises_no_alarm(honest_orders, subtests, monkeypatch):
    monkeypatch.setattr(test_check_books, "ROWS", ROWS)
    for name, check, statements in plants(INNOCENT):
        with subtests.test(name), transaction.atomic():
            plant(freed(statements))
            found = evaluate(BY_NAME[check]).rows
            transaction.set_rollback(True)
            assert not found, "a false alarm"
