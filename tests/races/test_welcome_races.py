"""Eight desks tell about the same offering at once: the card counts eight."""

import pytest

from kbl.periods import Quarter
from libraries import welcome
from libraries.models import WelcomeOffer, WelcomeTally
from tests.races.support import looked_by_all, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
QUARTER = Quarter(2025, 4)


@pytest.fixture
def offer(venlo) -> WelcomeOffer:
    """The first thing on Venlo's card."""
    welcome.begin_with_examples(venlo)
    return welcome.offers_of(venlo)[0]


def test_eight_desks_count_eight(offer):
    results = together(*[lambda: welcome.tell(offer, quarter=QUARTER)] * 8)
    assert not [each for each in results if isinstance(each, BaseException)]
    assert WelcomeTally.objects.get().count == 8


def test_this_race_is_real_reading_and_writing_loses_some(offer):
    WelcomeTally.objects.create(offer=offer, quarter=QUARTER)

    look = looked_by_all(WelcomeTally.objects.get, 8)

    def read_and_write() -> None:
        tally = look()
        tally.count += 1
        tally.save()

    together(*[read_and_write] * 8)
    assert WelcomeTally.objects.get().count == 1
