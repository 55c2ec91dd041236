"""The food bank orders on Monday 6 October 2025; Carla and Frank of Cubiss answer."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from intermediaries.handouts import handout
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from kbl.accounts.models import User
from tests.conftest import at
from vouchers.batches import make_batch
from vouchers.models import Batch
from vouchers.numbers import SerialRange

TODAY = date(2025, 10, 6)
NOW = at(TODAY)
SOON = NOW + timedelta(hours=2)


@pytest.fixture
def monday() -> Iterator[None]:
    """Noon on the day that these tests play, for pages that read the clock."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def order(food_bank, worker) -> Order:
    """The food bank asks for thirty on paper."""
    return orders.place(food_bank, medium="paper", count=30, key=uuid4(), by=worker, at=NOW)


@pytest.fixture
def shipped(order, batch, coordinator) -> Order:
    """Thirty of Cubiss' hundred went to the food bank."""
    first = batch.first_serial
    orders.ship(order, [SerialRange(first, first + 29)], seen=30, by=coordinator, at=SOON)
    return order


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which somebody is logged in."""

    def visit(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return visit


@pytest.fixture
def make(coordinator, programme) -> Callable[..., Batch]:
    """A batch in Cubiss' own stock."""

    def made(count: int, *, medium: str = "paper", valid_until: date = date(2027, 12, 31)) -> Batch:
        day = date(2025, 8, 21)
        return make_batch(count, medium=medium, valid_until=valid_until, on=day, by=coordinator, at=at(day))

    return made


@pytest.fixture
def hand_out(food_bank, worker) -> Callable[[SerialRange, date], None]:
    """The food bank hands numbers out on a day."""

    def out(serials: SerialRange, on: date) -> None:
        handout.hand_out(food_bank, [serials], on=on, by=worker, at=at(on))

    return out


def words(response) -> str:
    """What a page says, without its line breaks."""
    return " ".join(response.content.decode().split())
