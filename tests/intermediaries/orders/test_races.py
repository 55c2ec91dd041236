"""Two people at one order, each race first shown to be real: the twin takes the guard away."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from intermediaries.counting import differences, settling
from intermediaries.counting.models import Settlement
from intermediaries.orders import orders
from intermediaries.orders.models import Order, OrderStep
from tests.intermediaries.orders.conftest import NOW, SOON
from tests.races.support import kinds, looked_by_all, together, without_unique
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def look_then_write(people: int) -> Callable[..., bool]:
    """The unguarded twin of `orders._move`: all look first, then each writes whatever is there by then."""
    look = looked_by_all(lambda order: Order.objects.get(pk=order.pk), people)

    def move(order, to, seen) -> bool:
        if to not in orders.LEGAL.get(look(order).status, ()):
            return False
        Order.objects.filter(pk=order.pk).update(status=to)
        return True

    return move


def answered_by_four(order, coordinator, finance) -> list:
    """Four of Cubiss answer one order at once: two send other vouchers, two decline."""
    return together(
        lambda: orders.ship(order, [SerialRange(1, 30)], seen=30, by=coordinator, at=SOON),
        lambda: orders.ship(order, [SerialRange(51, 80)], seen=30, by=finance, at=SOON),
        lambda: orders.decline(order, seen=30, reason="enough", by=coordinator, at=SOON),
        lambda: orders.decline(order, seen=30, reason="enough", by=finance, at=SOON),
    )


def test_one_answer_to_one_order(order, batch, coordinator, finance):
    results = answered_by_four(order, coordinator, finance)
    assert kinds(results).count("OrderRefused") == 3
    assert OrderStep.objects.filter(order=order).exclude(status="ordered").count() == 1
    assert StockMovement.objects.count() == Order.objects.filter(status="shipped").count()


def test_this_race_is_real_without_the_guard_an_order_is_answered_twice(
    order, batch, coordinator, finance, monkeypatch
):
    monkeypatch.setattr(orders, "_move", look_then_write(4))
    with without_unique("one_step_of_a_kind"):
        answered_by_four(order, coordinator, finance)
        answers = OrderStep.objects.filter(order=order).exclude(status="ordered").count()
    assert answers > 1


def test_cancelled_or_sent_but_not_both(order, batch, worker, coordinator):
    results = together(
        lambda: orders.cancel(order, by=worker, at=SOON),
        lambda: orders.ship(order, [SerialRange(1, 30)], seen=30, by=coordinator, at=SOON),
    )
    assert kinds(results).count("OrderRefused") == 1
    order.refresh_from_db()
    assert (order.status == "shipped") == StockMovement.objects.exists()


def eight_presses(food_bank, worker, keys) -> list:
    return together(
        *[lambda key=key: orders.place(food_bank, medium="paper", count=5, key=key, by=worker, at=NOW) for key in keys]
    )


def test_the_same_press_eight_times_is_one_order(food_bank, worker):
    results = eight_presses(food_bank, worker, [uuid4()] * 8)
    assert {order.number for order in results} == {"B-2025-0001"} and OrderStep.objects.count() == 1


def test_eight_colleagues_order_once(food_bank, worker):
    results = eight_presses(food_bank, worker, [uuid4() for _ in range(8)])
    assert kinds(results) == ["Order"] + ["OrderRefused"] * 7
    assert all(each.order.number == "B-2025-0001" for each in results if not isinstance(each, Order))


def test_numbers_have_no_gaps_and_no_doubles_whoever_orders(food_bank, welfare, worker, other_worker):
    """Threat 17."""
    acts = [
        lambda who=who, by=by, medium=medium: orders.place(who, medium=medium, count=5, key=uuid4(), by=by, at=NOW)
        for who, by in ((food_bank, worker), (welfare, other_worker))
        for medium in ("paper", "digital")
        for _ in range(2)
    ]
    together(*acts)
    numbers = sorted(Order.objects.values_list("number", flat=True))
    assert numbers == [f"B-2025-{number:04}" for number in range(1, 5)]


def settled_by_four(one, coordinator, finance) -> list:
    later = SOON + timedelta(days=1)
    return together(
        *[
            lambda by=by, outcome=outcome: settling.settle(one, [SerialRange(1, 10)], outcome=outcome, by=by, at=later)
            for by in (coordinator, finance)
            for outcome in ("lost", "arrived")
        ]
    )


def test_a_difference_is_settled_once(stock_of_food_bank, food_bank, worker, coordinator, finance):
    (one,) = differences.report(food_bank, missing=[SerialRange(1, 10)], extra=[], by=worker, at=NOW)
    results = settled_by_four(one, coordinator, finance)
    assert kinds(results).count("SettlementRefused") == 3
    assert Settlement.objects.count() == 1


def test_a_count_pressed_four_times_tells_once(stock_of_food_bank, food_bank, worker):
    results = together(
        *[lambda: differences.report(food_bank, missing=[SerialRange(1, 10)], extra=[], by=worker, at=NOW)] * 4
    )
    assert kinds(results) == ["CountRefused"] * 3 + ["list"]
