"""An order's road: asked, sent, received; what each step refuses, and that a refusal changes nothing."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited
from intermediaries.handouts import handout
from intermediaries.orders import orders, sources
from intermediaries.orders.models import Order, OrderMovement, OrderStep
from intermediaries.orders.orders import OrderRefused
from libraries import enrolment
from tests.conftest import at, branch_of
from tests.intermediaries.orders.conftest import NOW, SOON, TODAY
from vouchers.batches import BatchRefused
from vouchers.custody import stock
from vouchers.models import Batch, StockMovement, Voucher
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines


def refused(reason: str):
    """A refusal for this reason."""
    return pytest.raises(OrderRefused, match=rf"^{reason}\b")


def steps(order: Order) -> list[tuple]:
    return list(order.steps.values_list("status", "count", "reason", "by__name"))


def test_the_whole_road(food_bank, worker, coordinator, batch):
    order = orders.place(food_bank, medium="paper", count=30, key=uuid4(), by=worker, at=NOW)
    assert (order.number, order.is_open) == ("B-2025-0001", True)
    first = batch.first_serial
    orders.ship(
        order, [SerialRange(first + 20, first + 39), SerialRange(first, first + 9)], seen=30, by=coordinator, at=SOON
    )
    assert stock.own_ranges(food_bank, "allocated") == orders.sent(order)
    assert [str(each) for each in orders.sent(order)] == ["0000001-0000010", "0000021-0000040"]
    orders.receive(order, by=worker, at=SOON)
    order.refresh_from_db()
    assert order.status == "received"
    assert steps(order) == [
        ("ordered", 30, "", "Willem"),
        ("shipped", 30, "", "Carla"),
        ("received", None, "", "Willem"),
    ]


def test_a_voucher_works_from_sending_on_before_anybody_confirmed_it(shipped, food_bank, venlo, clerk):
    """A resident is never sent away because a parcel was not ticked off."""
    voucher = Voucher.objects.get(pk=orders.sent(shipped)[0].first)
    assert enrolment.redeem(voucher.number, branch=branch_of(venlo), kind="new", on=TODAY, by=clerk, at=SOON)


def test_pressing_twice_is_ordering_once(food_bank, worker):
    key = uuid4()
    first = orders.place(food_bank, medium="paper", count=30, key=key, by=worker, at=NOW)
    again = orders.place(food_bank, medium="paper", count=30, key=key, by=worker, at=SOON)
    assert first == again and OrderStep.objects.count() == 1


def test_a_key_of_somebody_else_gives_nothing_away(order, welfare, other_worker):
    with refused(OrderRefused.Reason.CHANGED):
        orders.place(welfare, medium="paper", count=5, key=order.key, by=other_worker, at=NOW)
    assert orders.place(welfare, medium="paper", count=5, key=uuid4(), by=other_worker, at=NOW).number == "B-2025-0002"


def test_one_open_order_per_medium(order, food_bank, worker):
    with refused(OrderRefused.Reason.ALREADY_OPEN) as caught:
        orders.place(food_bank, medium="paper", count=10, key=uuid4(), by=worker, at=NOW)
    assert caught.value.order == order
    assert orders.place(food_bank, medium="digital", count=10, key=uuid4(), by=worker, at=NOW).is_open
    orders.cancel(order, by=worker, at=SOON)
    assert orders.place(food_bank, medium="paper", count=10, key=uuid4(), by=worker, at=NOW).is_open


def test_the_database_keeps_one_open_order_too(order, food_bank):
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(
            number="B-2025-9999", organisation=food_bank, medium="paper", count=1, ordered_at=NOW, key=uuid4()
        )


def test_numbers_have_no_gaps_and_start_over_every_year(food_bank, welfare, worker, other_worker):
    """Threat 17: what is refused takes no number."""
    numbers = []
    for year in (2025, 2025, 2026):
        moment = at(date(year, 12, 1))
        order = orders.place(food_bank, medium="paper", count=1, key=uuid4(), by=worker, at=moment)
        with refused(OrderRefused.Reason.ALREADY_OPEN):
            orders.place(food_bank, medium="paper", count=1, key=uuid4(), by=worker, at=moment)
        with refused(OrderRefused.Reason.COUNT):
            orders.place(welfare, medium="paper", count=0, key=uuid4(), by=other_worker, at=moment)
        numbers.append(order.number)
        orders.cancel(order, by=worker, at=moment)
    assert numbers == ["B-2025-0001", "B-2025-0002", "B-2026-0001"]


@pytest.mark.parametrize("count", [0, -1, 1_000_001, 10_000_000])
def test_a_number_that_is_none(food_bank, worker, count):
    with refused(OrderRefused.Reason.COUNT):
        orders.place(food_bank, medium="paper", count=count, key=uuid4(), by=worker, at=NOW)
    assert not Order.objects.exists()


def test_without_accreditation_nothing_is_ordered_or_sent(food_bank, worker, order, batch, coordinator):
    accreditation.end(food_bank.accreditations.get(), last_day=date(2025, 10, 1))
    with pytest.raises(NotAccredited):
        orders.place(food_bank, medium="digital", count=10, key=uuid4(), by=worker, at=NOW)
    with pytest.raises(NotAccredited):
        orders.ship(order, [SerialRange(1, 10)], seen=30, by=coordinator, at=SOON)
    with pytest.raises(NotAccredited):
        sources.make_for_order(order, count=5, valid_until=date(2026, 1, 1), seen=30, by=coordinator, at=SOON)
    order.refresh_from_db()
    assert order.is_open and not StockMovement.objects.exists() and Batch.objects.count() == 1


def test_another_number_as_long_as_nobody_answered(order, worker, coordinator, batch):
    orders.change(order, seen=30, count=50, by=worker, at=SOON)
    assert steps(order) == [("ordered", 30, "", "Willem"), ("ordered", 50, "", "Willem")]
    with refused(OrderRefused.Reason.CHANGED):
        orders.ship(order, [SerialRange(1, 30)], seen=30, by=coordinator, at=SOON)
    with refused(OrderRefused.Reason.CHANGED):
        orders.change(order, seen=30, count=20, by=worker, at=SOON)
    orders.ship(order, [SerialRange(1, 30)], seen=50, by=coordinator, at=SOON)
    with refused(OrderRefused.Reason.MOVED_ON) as caught:
        orders.change(order, seen=50, count=20, by=worker, at=SOON)
    assert caught.value.order.status == "shipped"


def test_asking_for_the_same_number_again_is_no_step(order, worker):
    orders.change(order, seen=30, count=30, by=worker, at=SOON)
    assert len(steps(order)) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [("cancel", "ship"), ("decline", "ship"), ("ship", "cancel"), ("ship", "decline"), ("cancel", "decline")],
)
def test_an_answered_order_is_not_answered_again(order, batch, worker, coordinator, first, then):
    acts = {
        "cancel": lambda: orders.cancel(order, by=worker, at=SOON),
        "decline": lambda: orders.decline(order, seen=30, reason="enough", by=coordinator, at=SOON),
        "ship": lambda: orders.ship(order, [SerialRange(1, 30)], seen=30, by=coordinator, at=SOON),
    }
    acts[first]()
    before = (steps(order), StockMovement.objects.count())
    with refused(OrderRefused.Reason.MOVED_ON):
        acts[then]()
    assert (steps(order), StockMovement.objects.count()) == before


def test_what_was_not_sent_is_not_received(order, worker):
    with refused(OrderRefused.Reason.NOT_SENT):
        orders.receive(order, by=worker, at=SOON)


def test_a_refused_range_sends_nothing_at_all(order, batch, coordinator):
    with pytest.raises(stock.StockRefused):
        orders.ship(order, [SerialRange(1, 10), SerialRange(95, 110)], seen=30, by=coordinator, at=SOON)
    with refused(OrderRefused.Reason.NOTHING):
        orders.ship(order, [], seen=30, by=coordinator, at=SOON)
    order.refresh_from_db()
    assert order.is_open and len(steps(order)) == 1
    assert not OrderMovement.objects.exists() and not StockMovement.objects.exists()


def test_paper_is_sent_where_paper_was_asked(order, batch, make, coordinator):
    digital = make(20, medium="digital")
    with refused(OrderRefused.Reason.OTHER_MEDIUM) as caught:
        orders.ship(order, [SerialRange(91, 110)], seen=30, by=coordinator, at=SOON)
    assert caught.value.serials == (SerialRange(digital.first_serial, 110),)


def test_a_batch_made_for_an_order_goes_whole(order, coordinator, food_bank):
    heard: list[int] = []
    batch = sources.make_for_order(
        order, count=40, valid_until=date(2027, 12, 31), seen=30, by=coordinator, at=SOON, progress=heard.append
    )
    assert orders.sent(order) == [batch.range] == stock.own_ranges(food_bank, "allocated")
    assert (batch.medium, batch.size, heard) == ("paper", 40, [40])
    assert steps(order)[-1] == ("shipped", 40, "", "Carla")
    with refused(OrderRefused.Reason.MOVED_ON):
        sources.make_for_order(order, count=40, valid_until=date(2027, 12, 31), seen=30, by=coordinator, at=SOON)
    assert Batch.objects.count() == 1


def test_a_batch_that_cannot_be_made_leaves_the_order_open(order, coordinator):
    with pytest.raises(BatchRefused):
        sources.make_for_order(order, count=5, valid_until=date(2025, 1, 1), seen=30, by=coordinator, at=SOON)
    order.refresh_from_db()
    assert order.is_open


def test_history_is_only_added_to(shipped, coordinator):
    for row, change in (
        (shipped.steps.first(), {"count": 5}),
        (shipped.sent.first(), {"order_id": shipped.pk + 1}),
        (shipped, {"ordered_at": SOON}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


# --- the proposal ----------------------------------------------------------------------------------------------------


def proposed(count: int, medium: str = "paper") -> list[str]:
    return [str(each) for each in sources.propose(medium, count, on=TODAY)]


def test_what_expires_first_goes_first(make):
    make(50)  # 1-50, until the end of 2027
    make(10, valid_until=date(2026, 6, 30))  # 51-60
    make(10, medium="digital", valid_until=date(2026, 1, 31))  # 61-70
    make(5, valid_until=date(2025, 9, 30))  # 71-75: expired
    assert proposed(8) == ["0000051-0000058"]
    assert proposed(30) == ["0000001-0000020", "0000051-0000060"]
    assert proposed(200) == ["0000001-0000060"], "there are no more"
    assert proposed(3, "digital") == ["0000061-0000063"]
    assert proposed(5, "digital") == ["0000061-0000065"]


def test_few_runs_and_the_large_ones_stay_whole(make, coordinator, food_bank):
    make(100)
    for first, last in ((11, 20), (41, 45), (60, 60)):
        stock.void(SerialRange(first, last), reason="misprint", on=TODAY, by=coordinator, at=NOW)
    # left: 1-10, 21-40, 46-59, 61-100
    assert proposed(10) == ["0000001-0000010"]
    assert proposed(12) == ["0000046-0000057"], "the smallest run that is enough"
    assert proposed(45) == ["0000001-0000005", "0000061-0000100"], "two runs, not three"


def test_a_voucher_with_a_later_last_day_of_its_own_waits_its_turn(make, coordinator):
    make(10, valid_until=date(2026, 1, 31))
    make(10, valid_until=date(2026, 6, 30))
    stock.extend(SerialRange(1, 5), valid_until=date(2027, 1, 1), on=TODAY, by=coordinator, at=NOW)
    assert proposed(10) == ["0000006-0000015"]


def test_a_proposal_can_be_sent_as_it_is(order, make, coordinator, food_bank, worker):
    make(20, valid_until=date(2026, 6, 30))
    make(50)
    orders.ship(order, sources.propose("paper", 30, on=TODAY), seen=30, by=coordinator, at=SOON)
    assert sum(map(len, orders.sent(order))) == 30
    assert handout.hand_out(food_bank, [SerialRange(1, 20)], on=TODAY, by=worker, at=SOON) == 20
