"""One of everything and everybody, as in tests/access, on a Tuesday in the autumn of 2026."""

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from tests.access.world import other_manager, other_official, things
from tests.accessibility.known import known
from tests.browser_support import chromium, visit, watch
from tests.conftest import at

__all__ = ["chromium", "known", "other_manager", "other_official", "things", "visit", "watch"]


@pytest.fixture(autouse=True)
def tuesday() -> Iterator[None]:
    """Noon on 6 October 2026: what `things` began a year before has come round."""
    with time_machine.travel(at(date(2026, 10, 6)), tick=False):
        yield
