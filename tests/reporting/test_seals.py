"""What falls in a seal: every row in one quarter, also on the very moment or number where the next one begins."""

from collections import Counter
from datetime import date, timedelta

import pytest

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Document, Tariff
from reporting.seals import digest, sealing
from reporting.seals.sources import SOURCES, By
from tests.conftest import START, at
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange

pytestmark = pytest.mark.both_engines

AUTUMN, WINTER = Quarter(2025, 3), Quarter(2025, 4)
NOON = at(date(2025, 10, 12))
LATER = at(date(2026, 1, 12))


@pytest.fixture
def two_closings(stock_of_food_bank, food_bank, worker, coordinator) -> tuple[Closing, Closing]:
    """Closed at two moments; hand-outs a second before, at, and a second after the first of them, one taken back."""
    for place, seconds in enumerate((-1, 0, 1)):
        serial = stock_of_food_bank.first + place
        moment = NOON + timedelta(seconds=seconds)
        handout.hand_out(food_bank, [SerialRange(serial, serial)], on=START, by=worker, at=moment)
    revoked = Handout.objects.order_by("pk").first()
    assert revoked
    handout.revoke(revoked, reason="twice", by=worker, at=NOON)
    return tuple(
        Closing.objects.create(quarter=quarter, closed_at=moment, closed_by=coordinator)
        for quarter, moment in ((AUTUMN, NOON), (WINTER, LATER))
    )


def fallen(model, closing: Closing, before: dict | None = None) -> list[int]:
    (source,) = (each for each in SOURCES if each.model is model)
    return list(digest.fell(source, digest.window(closing, before)).order_by("pk").values_list("pk", flat=True))


def test_what_was_known_at_the_moment_itself_falls_in_that_closing_and_in_no_other(two_closings):
    first, second, third = Handout.objects.order_by("pk").values_list("pk", flat=True)
    assert fallen(Handout, two_closings[0]) == [first, second]
    assert fallen(Handout, two_closings[1]) == [third]
    assert len(fallen(StockMovement, two_closings[0])) == 1 and fallen(StockMovement, two_closings[1]) == []


def test_every_row_of_every_table_falls_in_one_seal(two_closings):
    """Of the tariffs, that each quarter bills by, it is the lines that fall."""
    first = digest.window(two_closings[0], None)
    windows = [first, digest.window(two_closings[1], digest.parts(first))]
    for source in (each for each in SOURCES if each.model is not Tariff):
        fell = Counter(pk for window in windows for pk in digest.fell(source, window).values_list("pk", flat=True))
        assert set(fell) == set(source.model._default_manager.values_list("pk", flat=True)), source.name
        assert set(fell.values()) <= {1}, source.name
    assert Handout.objects.count() == 3


def test_a_file_falls_in_the_first_seal_that_found_it(two_closings):
    """By its number: what was sealed up to is not sealed again, and what was made since is."""

    def made(name: str) -> Document:
        return Document.objects.create(
            kind="report", closing=two_closings[len(name) - 1], filename=name, content=b"x", sha256=name, made_at=LATER
        )

    (source,) = (each for each in SOURCES if each.model is Document)
    assert source.by is By.KEY
    first = made("a")
    seal = sealing.seal(two_closings[0], at=NOON)
    second = made("bb")
    assert fallen(Document, two_closings[0]) == [first.pk, second.pk], "not yet sealed: all that there is"
    assert fallen(Document, two_closings[1], seal.parts) == [second.pk]
    of = digest.window(two_closings[0], None, seal.parts)
    assert [each.pk for each in digest.fell(source, of)] == [first.pk], "and once sealed, what was there then"
