"""Where vouchers come from when somebody asks for them: from our own stock, or made straight for an intermediary."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from intermediaries import accreditation
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from kbl.clock import local_day
from kbl.organisations.models import Organisation
from vouchers.batches import make_batch
from vouchers.models import Batch, Voucher
from vouchers.numbers import SerialRange, join
from vouchers.runs import islands


@transaction.atomic
def make_batch_for(
    intermediary: Organisation | None,
    *,
    count: int,
    medium: str,
    valid_until: date,
    on: date,
    by,
    at: datetime,
    progress: Callable[[int], object] | None = None,
) -> Batch:
    """Make a batch; with an intermediary all of it goes there at once, without one it stays with Cubiss.

    `progress` hears how many there are. Raises BatchRefused, NotAccredited, FutureDate. Asks for the accreditation
    first: a refusal must not cost a second.
    """
    if intermediary is not None and accreditation.accreditation_on(intermediary, on) is None:
        raise accreditation.NotAccredited(intermediary, on)
    batch = make_batch(count, medium=medium, valid_until=valid_until, on=on, by=by, at=at, progress=progress)
    if intermediary is not None:
        accreditation.allocate(batch.range, to=intermediary, on=on, by=by, at=at)
    return batch


@transaction.atomic
def make_for_order(
    order: Order,
    *,
    count: int,
    valid_until: date,
    seen: int,
    by,
    at: datetime,
    progress: Callable[[int], object] | None = None,
) -> Batch:
    """Make a new batch for an order and send it: the batch, its allocation and the order's step, or nothing.

    Raises BatchRefused, NotAccredited, OrderRefused.
    """
    assert_answerable(order, seen=seen, on=local_day(at))
    on = local_day(at)
    batch = make_batch(count, medium=order.medium, valid_until=valid_until, on=on, by=by, at=at, progress=progress)
    orders.ship(order, [batch.range], seen=seen, by=by, at=at)
    return batch


def assert_answerable(order: Order, *, seen: int, on: date) -> None:
    """Look before a long piece of work whether it has a chance at all. Raises NotAccredited, OrderRefused."""
    orders.assert_open(order, seen=seen)
    if accreditation.accreditation_on(order.organisation, on) is None:
        raise accreditation.NotAccredited(order.organisation, on)


def propose(medium: str, count: int, *, on: date) -> list[SerialRange]:
    """The ranges of our own stock that make up a number: what expires first goes first, and in as few runs as can be.

    All of a day's vouchers go when the number asks for more than that day has; of the last day the smallest run that
    is enough is taken, so that the large ones stay whole. Fewer than `count` when there are no more.
    """
    mine = Voucher.objects.filter(holder__isnull=True, status=Voucher.Status.IN_STOCK, batch__medium=medium).valid(on)
    per_day: dict[date, list[SerialRange]] = {}
    for serials, (last_day,) in islands(mine.with_last_day(), "last_day"):
        per_day.setdefault(_day(last_day), []).append(serials)
    chosen: list[SerialRange] = []
    for last_day in sorted(per_day):
        chosen += _fewest(per_day[last_day], count - sum(map(len, chosen)))
    return join(chosen)


def _fewest(runs: list[SerialRange], count: int) -> list[SerialRange]:
    """The fewest of these runs that make up a number, the last one cut to size; all of them when they are too few."""
    chosen: list[SerialRange] = []
    left = sorted(runs, key=lambda each: (len(each), -each.first))
    while left and count > 0:
        enough = next((each for each in left if len(each) >= count), left[-1])
        left.remove(enough)
        chosen.append(SerialRange(enough.first, min(enough.last, enough.first + count - 1)))
        count -= len(chosen[-1])
    return chosen


def _day(value: date | str) -> date:
    """SQLite gives days as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
