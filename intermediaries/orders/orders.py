"""Orders: an intermediary asks, Cubiss sends or says no, the intermediary says what came.

    ordered -> shipped -> received | different
            -> cancelled (by who ordered) | declined (by Cubiss, with a reason)

Each step is one conditional UPDATE that names what was seen, so that of two people who answer one order one wins.
Sending is allocating: from that moment the vouchers work for residents, whatever the receipt says.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.notices import mailing
from intermediaries.orders.models import Order, OrderCounter, OrderMovement, OrderStep
from kbl.clock import local_day
from kbl.organisations import number_series
from kbl.organisations.models import Organisation
from vouchers.custody import stock
from vouchers.models import Batch, StockMovement
from vouchers.numbers import LARGEST_RANGE, SerialRange, cut, join

Status = Order.Status

LEGAL: dict[str, frozenset[str]] = {
    Status.ORDERED: frozenset({Status.SHIPPED, Status.CANCELLED, Status.DECLINED}),
    Status.SHIPPED: frozenset({Status.RECEIVED, Status.DIFFERENT}),
}


class OrderRefused(Exception):
    """An order cannot be made, changed or answered: `reason` is a constant, `order` is how it stands now.

    `serials`: the numbers that are in the way, where that is the reason.
    """

    class Reason(StrEnum):
        ALREADY_OPEN = "already_open"
        MOVED_ON = "moved_on"
        CHANGED = "changed"
        COUNT = "count"
        NOT_SENT = "not_sent"
        NOTHING = "nothing"
        OTHER_MEDIUM = "other_medium"

    def __init__(self, reason: Reason, order: Order | None = None, serials: Iterable[SerialRange] = ()) -> None:
        super().__init__(f"{reason} {order or ''}".strip())
        self.reason, self.order, self.serials = reason, order, tuple(serials)

    @property
    def as_it_stands(self) -> Order:
        """The order that is in the way; some reasons always have one."""
        assert self.order, self.reason
        return self.order


# --- the intermediary -------------------------------------------------------------------------------------------------


@transaction.atomic
def place(organisation: Organisation, *, medium: str, count: int, key: UUID, by, at: datetime) -> Order:
    """Ask for vouchers. The same key gives the same order: pressing twice is ordering once.

    Raises NotAccredited, OrderRefused. Who orders takes the counter's row first, so that numbers have no gaps and of
    two colleagues who order at once the second finds the first one's order.
    """
    on = local_day(at)
    counter = _counter(on.year)
    mine = Order.objects.filter(organisation=organisation)
    if pressed := mine.filter(key=key).first():
        return pressed
    if not 1 <= count <= LARGEST_RANGE:
        raise OrderRefused(OrderRefused.Reason.COUNT)
    if accreditation_on(organisation, on) is None:
        raise NotAccredited(organisation, on)
    if waiting := mine.filter(medium=medium, status=Status.ORDERED).first():
        raise OrderRefused(OrderRefused.Reason.ALREADY_OPEN, waiting)
    series = f"B-{on.year}"
    counter.last_number = number_series.last_used(series, counted=counter.last_number, at=at) + 1
    counter.save(update_fields=["last_number"])
    number_series.keep(series, counter.last_number)
    try:
        with transaction.atomic():
            order = Order.objects.create(
                number=f"{series}-{counter.last_number:04}",
                organisation=organisation,
                medium=medium,
                count=count,
                ordered_at=at,
                key=key,
            )
    except IntegrityError:  # this key is somebody else's: nobody of ours made it
        raise OrderRefused(OrderRefused.Reason.CHANGED) from None
    OrderStep.objects.create(order=order, status=Status.ORDERED, count=count, by=by, at=at)
    return order


def _counter(year: int) -> OrderCounter:
    """The counter of a year, held until the order is there."""
    OrderCounter.objects.get_or_create(year=year)
    return OrderCounter.objects.select_for_update().get(year=year)


@transaction.atomic
def change(order: Order, *, seen: int, count: int, by, at: datetime) -> None:
    """Ask for another number, as long as Cubiss did not answer. `seen`: the number that it was. Raises OrderRefused."""
    if not 1 <= count <= LARGEST_RANGE:
        raise OrderRefused(OrderRefused.Reason.COUNT, order)
    if not Order.objects.filter(pk=order.pk, status=Status.ORDERED, count=seen).update(count=count):
        raise _overtaken(order)
    if count != seen:
        OrderStep.objects.create(order=order, status=Status.ORDERED, count=count, by=by, at=at)
    order.count = count


@transaction.atomic
def cancel(order: Order, *, by, at: datetime) -> None:
    """The intermediary no longer needs them. Raises OrderRefused."""
    _step(order, Status.CANCELLED, by=by, at=at)


@transaction.atomic
def receive(order: Order, *, by, at: datetime) -> None:
    """Everything on the packing list came in. Raises OrderRefused."""
    _step(order, Status.RECEIVED, by=by, at=at)


def receive_otherwise(order: Order, *, by, at: datetime) -> None:
    """Something else came in than was on the list; what, the rows of differences.py say. Raises OrderRefused."""
    _step(order, Status.DIFFERENT, by=by, at=at)


# --- Cubiss -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def decline(order: Order, *, seen: int, reason: str, by, at: datetime) -> None:
    """Cubiss does not send these, with a reason from the list. Raises OrderRefused."""
    mailing.announce(_step(order, Status.DECLINED, seen=seen, reason=reason, by=by, at=at))


@transaction.atomic
def ship(order: Order, ranges: Iterable[SerialRange], *, seen: int, by, at: datetime) -> list[StockMovement]:
    """Send these ranges from our own stock for an order of which `seen` was asked; fewer or more is Cubiss' choice.

    All of it or nothing. Raises OrderRefused, StockRefused, NotAccredited.
    """
    going = join(ranges)
    count = sum(map(len, going))
    if not count:
        raise OrderRefused(OrderRefused.Reason.NOTHING, order)
    step = _step(order, Status.SHIPPED, seen=seen, count=count, by=by, at=at)
    if others := of_another_medium(order.medium, going):
        raise OrderRefused(OrderRefused.Reason.OTHER_MEDIUM, order, others)
    on = local_day(at)
    movements = stock.together(
        going, lambda serials: [accreditation.allocate(serials, to=order.organisation, on=on, by=by, at=at)]
    )
    OrderMovement.objects.bulk_create(OrderMovement(order=order, movement=movement) for movement in movements)
    mailing.announce(step)
    return movements


def assert_open(order: Order, *, seen: int) -> None:
    """The order still waits for an answer, and asks what was seen. Raises OrderRefused."""
    if not Order.objects.filter(pk=order.pk, status=Status.ORDERED, count=seen).exists():
        raise _overtaken(order)


def of_another_medium(medium: str, ranges: Iterable[SerialRange]) -> list[SerialRange]:
    """The parts of ranges that are paper where digital was asked, or the other way round."""
    found: list[SerialRange] = []
    for serials in ranges:
        batches = Batch.objects.filter(first_serial__lte=serials.last, last_serial__gte=serials.first)
        found += [part for each in batches.exclude(medium=medium) for part in cut([each.range], serials)]
    return join(found)


# --- reading ----------------------------------------------------------------------------------------------------------


def orders_of(organisation: Organisation) -> QuerySet[Order]:
    """An organisation's own orders, the latest first."""
    return Order.objects.filter(organisation=organisation).order_by("-pk")


def sent(order: Order) -> list[SerialRange]:
    """The ranges on an order's packing list, by number."""
    movements = StockMovement.objects.filter(sent_for__order=order)
    return join(SerialRange(first, last) for first, last in movements.values_list("first_serial", "last_serial"))


# --- a step -----------------------------------------------------------------------------------------------------------


def _step(
    order: Order, to: str, *, by, at: datetime, seen: int | None = None, count: int | None = None, reason: str = ""
) -> OrderStep:
    """One step, if the order is still as it was seen."""
    if not _move(order, to, seen):
        refused = _overtaken(order)
        if to in LEGAL[Status.SHIPPED] and refused.reason == OrderRefused.Reason.CHANGED:
            raise OrderRefused(OrderRefused.Reason.NOT_SENT, refused.order)
        raise refused
    step = OrderStep.objects.create(order=order, status=to, count=count, reason=reason, by=by, at=at)
    order.status = to
    return step


def _move(order: Order, to: str, seen: int | None) -> bool:
    """Give an order its next status if it is where that step starts from, and asks what was seen."""
    before = [status for status, nexts in LEGAL.items() if to in nexts]
    rows = Order.objects.filter(pk=order.pk, status__in=before)
    if seen is not None:
        rows = rows.filter(count=seen)
    return rows.update(status=to) == 1


def _overtaken(order: Order) -> OrderRefused:
    """Why an order is not as it was seen: somebody answered it, or asked for another number."""
    now = Order.objects.get(pk=order.pk)
    return OrderRefused(OrderRefused.Reason.CHANGED if now.is_open else OrderRefused.Reason.MOVED_ON, now)
