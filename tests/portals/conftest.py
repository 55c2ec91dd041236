"""The two portals on a fixed day, Thursday 16 October 2025: Venlo and Landgraaf take part, the fourth quarter runs."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from intermediaries import accreditation
from intermediaries.models import Accreditation, Track
from kbl.accounts.models import User
from kbl.organisations.models import Organisation
from tests.conftest import START, at
from vouchers.models import Batch
from vouchers.numbers import SerialRange

TODAY = date(2025, 10, 16)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def thursday() -> Iterator[None]:
    """Noon on the day that these tests play."""
    with time_machine.travel(at(TODAY), tick=False):
        yield


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which somebody is logged in."""

    def visit(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return visit


@pytest.fixture
def willem(log_in, worker) -> Client:
    """The food bank's browser."""
    return log_in(worker)


@pytest.fixture
def vera(log_in, clerk) -> Client:
    """The browser on Venlo's desk."""
    return log_in(clerk)


@pytest.fixture
def lars(log_in, other_clerk) -> Client:
    """The browser on Landgraaf's desk."""
    return log_in(other_clerk)


@pytest.fixture
def desk_stock(batch: Batch, venlo: Organisation, coordinator: User) -> SerialRange:
    """Three vouchers in Venlo's own drawer: its desk is an accredited intermediary."""
    Accreditation.objects.create(organisation=venlo, track=Track.DIRECT, protocol="1.0", valid_from=date(2025, 9, 1))
    serials = SerialRange(batch.last_serial - 2, batch.last_serial)
    accreditation.allocate(serials, to=venlo, on=START, by=coordinator, at=at(START))
    return serials
