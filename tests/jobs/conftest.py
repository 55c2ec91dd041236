"""Work in the background on a fixed Monday, and a kind of work that does what a test wants."""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import pytest
import time_machine

from kbl.accounts.models import User
from kbl.jobs import work
from kbl.jobs.models import Job
from kbl.jobs.work import WORKS, Work, ask
from tests.browser_support import chromium, visit, watch  # noqa: F401
from tests.conftest import at
from tests.settlements.conftest import carla, log_in, rik, workers  # noqa: F401
from tests.settlements.test_after_closing import broker_away  # noqa: F401

TODAY = date(2025, 10, 6)
NOON = at(TODAY)


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Noon on the day that these tests play; the clock can be moved on."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """What would have gone to the broker; nobody there to do it."""
    gone: list[int] = []
    monkeypatch.setattr(work, "_send", gone.append)
    return gone


@pytest.fixture
def a_kind_of_work(monkeypatch) -> Callable[..., None]:
    """For this test there is also this kind of work: it does what the function does."""

    def register(doing: Callable, kind: str = "sums", **words) -> None:
        words.setdefault("title", "Sommen maken")
        monkeypatch.setitem(WORKS, kind, Work(kind, doing, **words))

    return register


@pytest.fixture
def asked(coordinator: User, sent) -> Callable[..., Job]:
    """The coordinator asks for it."""

    def press(kind: str = "sums", arguments: dict | None = None, **words) -> Job:
        words = {"by": coordinator, "at": NOON, "key": uuid4(), **words}
        return ask(kind, arguments or {}, **words)

    return press
