"""Which closing holds a fact: to the second, and the same for one fact as for a list of them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from kbl.organisations import closing_lock
from kbl.organisations.models import ClosedQuarter
from kbl.periods import Quarter
from tests.conftest import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

SECOND = timedelta(seconds=1)
AUTUMN, WINTER = Quarter(2025, 3), Quarter(2025, 4)
FIRST, NEXT = at(date(2025, 10, 12)), at(date(2026, 1, 12))


@pytest.fixture(autouse=True)
def closed():
    for quarter, moment in ((AUTUMN, FIRST), (WINTER, NEXT)):
        ClosedQuarter.objects.create(quarter=quarter, closed_at=moment)


@pytest.mark.parametrize(
    ("on", "heard", "holds"),
    [
        (date(2025, 9, 30), FIRST - SECOND, AUTUMN),
        (date(2025, 9, 30), FIRST, AUTUMN),
        (date(2025, 9, 30), FIRST + SECOND, WINTER),
        (date(2025, 10, 1), FIRST - SECOND, WINTER),
        (date(2025, 12, 31), NEXT, WINTER),
        (date(2025, 12, 31), NEXT + SECOND, None),
        (date(2026, 1, 1), NEXT - SECOND, None),
    ],
)
def test_which_closing_holds_a_fact(on, heard, holds):
    fact = SimpleNamespace(pk=1, on=on, recorded_at=heard)
    assert closing_lock.closing_that_froze(on, heard) == holds
    assert closing_lock.frozen_in([fact]) == ({1: holds} if holds else {})
    assert closing_lock.frozen([fact]) == ({1} if holds else set())
    if holds is None:
        closing_lock.assert_open(on, heard)
        return
    with pytest.raises(closing_lock.QuarterClosed) as refused:
        closing_lock.assert_open(on, heard)
    assert refused.value.quarter == holds
