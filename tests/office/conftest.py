"""The project team at work, on a fixed day: Monday 6 October 2025."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from kbl.accounts.models import User
from tests.conftest import at

TODAY = date(2025, 10, 6)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Noon on the day that these tests play."""
    with time_machine.travel(at(TODAY), tick=False):
        yield


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which somebody is logged in."""

    def visit(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return visit


@pytest.fixture
def carla(log_in, coordinator) -> Client:
    """The coordinator's browser."""
    return log_in(coordinator)
