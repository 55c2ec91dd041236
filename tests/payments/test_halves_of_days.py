"""A day that the bank cut in pieces, told in any order, some of it twice: every booking is kept, and counts once."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kbl.payments.bank import importing
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.missing_statements import missing_statements
from kbl.payments.models import BankEntry, BankFile
from kbl.programme.demo.bank_statement import PlayedBooking, statement
from tests.conftest import at
from tests.payments.conftest import OURS, START

pytestmark = pytest.mark.both_engines

MONDAY = date(2026, 1, 19)
FEES = st.lists(st.sampled_from([Decimal("-3.00"), Decimal("-10.00")]), min_size=1, max_size=5)


def pieces(days: list[list[Decimal]], cuts: set[int]) -> list[tuple[int, int]]:
    """From and up to which booking each statement goes: at the end of each day, and wherever the bank cut."""
    ends, place = set(cuts), 0
    for fees in days:
        place += len(fees)
        ends.add(place)
    borders = [0, *sorted(each for each in ends if 0 < each <= place)]
    return list(zip(borders, borders[1:], strict=False))


@given(
    days=st.lists(FEES, min_size=1, max_size=3),
    cuts=st.sets(st.integers(1, 14), max_size=4),
    whole=st.booleans(),
    order=st.randoms(use_true_random=False),
)
@example(days=[[Decimal("-3.00")] * 3], cuts={1, 2}, whole=True, order=None)
@example(days=[[Decimal("-3.00")] * 3], cuts={1, 2}, whole=False, order=Random(0))  # the last before the middle
@example(days=[[Decimal("-3.00")] * 2], cuts={1}, whole=True, order=Random(1))  # the second half first
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_day_in_pieces_counts_once(cubiss, finance, days, cuts, whole, order):
    """Without a reference of the bank, and with fees that are all alike: only the balances tell them apart."""
    ledger = [PlayedBooking(fee, MONDAY + timedelta(days=place)) for place, fees in enumerate(days) for fee in fees]
    told = pieces(days, cuts) + ([(0, len(ledger))] if whole else [])
    if order:
        order.shuffle(told)
    with transaction.atomic():
        for place, (begin, end) in enumerate(told):
            opening = START + sum((each.amount for each in ledger[:begin]), Decimal(0))
            content = statement(OURS, ledger[begin:end], opening=opening, day=ledger[end - 1].on, name=f"A{place}")
            importing.read_in(read(content), sha256="x", by=finance, at=at(date(2026, 1, 30)))
        kept = BankEntry.objects.exclude(outcome="repeat")
        assert sorted(kept.values_list("on", "amount")) == sorted((each.on, each.amount) for each in ledger)
        assert missing_statements(BankFile.objects.all()) == []
        transaction.set_rollback(True)


FOUR = [Decimal("-3.00"), Decimal("-3.00"), Decimal("-10.00"), Decimal("-3.00")]


@pytest.mark.parametrize(
    "told", [[(0, 2), (1, 4)], [(1, 4), (0, 2)], [(0, 3), (2, 4), (1, 2)], [(3, 4), (0, 3), (2, 4), (1, 3)]]
)
def test_a_piece_that_goes_on_within_another_adds_only_what_is_new(cubiss, finance, told):
    """The last hours were asked of the bank twice: what both have counts once, and the fee that is new is new."""
    for place, (begin, end) in enumerate(told):
        ledger = [PlayedBooking(each, MONDAY) for each in FOUR[begin:end]]
        content = statement(OURS, ledger, opening=START + sum(FOUR[:begin]), day=MONDAY, name=f"A{place}")
        importing.read_in(read(content), sha256="x", by=finance, at=at(date(2026, 1, 30)))
    kept = BankEntry.objects.exclude(outcome="repeat")
    assert sorted(kept.values_list("amount", flat=True)) == sorted(FOUR)
