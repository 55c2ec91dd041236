"""Journeys: several people, real browsers, one story. Closings run in this process, as `make demo` does."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from celery import current_app

from kbl.accounts.models import User
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.closing import closing
from tests.browser_support import chromium, visit, watch  # noqa: F401
from tests.conftest import at


@pytest.fixture
def workers() -> Iterator[None]:
    """Tasks run as soon as they are handed over. They are known by name, so they must be loaded first."""
    current_app.loader.import_default_modules()
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = True
    yield
    current_app.conf.task_always_eager = current_app.conf.task_eager_propagates = False


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The one clock of the story; `clock.move_to(at(day))` turns the page. It ticks on by itself."""
    with time_machine.travel(at(date(2025, 10, 1)), tick=True) as traveller:
        yield traveller


@pytest.fixture
def cubiss(programme) -> Organisation:
    """The party on the other side of every statement."""
    return Organisation.objects.create(
        name="Cubiss",
        slug="cubiss",
        kvk="11223344",
        iban="NL91ABNA0417164300",
        street="Spoorlaan 1",
        postcode="5017 JS",
        city="Tilburg",
        email="administratie@voorbeeld.example",
        buyer_reference="KBL-LIMBURG",
    )


@pytest.fixture
def earlier_quarters_closed(cubiss, coordinator: User) -> None:
    """The quarters before the first voucher, without anybody in them."""
    for number in (1, 2, 3):
        closing.close(Quarter(2025, number), by=coordinator, at=at(date(2025, 10, 12)))
