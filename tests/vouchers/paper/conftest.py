"""Vouchers to print, on Monday 6 October 2025: two batches with different last days."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from kbl.accounts.models import User
from tests.conftest import at
from vouchers.batches import make_batch
from vouchers.models import Batch

TODAY = date(2025, 10, 6)


@pytest.fixture
def next_batch(batch, coordinator) -> Batch:
    """Twenty more vouchers, right after the hundred, that are valid for a shorter time."""
    return make_batch(
        20, medium="paper", valid_until=date(2026, 6, 30), on=date(2025, 9, 1), by=coordinator, at=at(date(2025, 9, 1))
    )


@pytest.fixture
def log_in() -> Callable[[User], Client]:
    """A browser in which somebody is logged in."""

    def visit(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return visit
