"""Which statement is missing, until when all were read, and of which payment money back was: without a database."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.payments.bank import not_executed, refunds
from kbl.payments.bank.missing_statements import missing_statements

IBAN, OTHER = "NL91ABNA0417164300", "NL02ABNA0123456789"


def on(day: int) -> date:
    return date(2026, 1, day)


def file(opening: int, closing: int, first: int, last: int | None = None, *, pk: int = 0, iban: str = IBAN):
    days = {"first_day": on(first), "last_day": on(last or first)}
    return SimpleNamespace(iban=iban, opening=Decimal(opening), closing=Decimal(closing), pk=pk, **days)


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ([], []),
        ([file(100, 90, 5)], []),
        ([file(100, 90, 5), file(90, 80, 6)], []),
        ([file(90, 80, 6), file(100, 90, 5)], []),
        ([file(100, 90, 5), file(85, 80, 6)], [-5]),
        ([file(100, 90, 5), file(85, 80, 6), file(81, 70, 7)], [-5, 1]),
        ([file(100, 90, 5), file(85, 80, 6, iban=OTHER)], []),
        ([file(100, 90, 5), file(90, 80, 12)], []),
        # two halves of a day, in either order, and the day once more as a whole
        ([file(100, 90, 5), file(90, 85, 6), file(85, 80, 6), file(80, 70, 7)], []),
        ([file(100, 90, 5), file(85, 80, 6, pk=1), file(90, 85, 6, pk=2), file(80, 70, 7)], []),
        ([file(100, 90, 5), file(90, 85, 6), file(90, 80, 6), file(80, 70, 7)], []),
        ([file(100, 90, 5), file(90, 85, 6), file(84, 80, 6), file(80, 70, 7)], [-1]),
        # a day within a month that was read is not looked at
        ([file(100, 50, 1, 31), file(1, 2, 12)], []),
        ([file(100, 50, 1, 12), file(50, 40, 12, 13)], []),
        ([file(100, 50, 1, 12), file(60, 40, 13)], [10]),
        ([file(100, 50, 1, 12), file(70, 50, 12), file(50, 40, 13)], []),
    ],
)
def test_where_a_statement_is_missing(files, missing):
    assert [each.amount for each in missing_statements(files)] == missing


def test_between_which_two_it_is_missing():
    before, after = file(100, 90, 5), file(85, 80, 7)
    (found,) = missing_statements([after, before])
    assert (found.before, found.after) == (before, after)


RUN = SimpleNamespace(execute_on=on(8), debtor={"iban": IBAN})


@pytest.mark.parametrize(
    ("files", "read"),
    [
        ([], False),
        ([file(100, 90, 8, 15)], True),
        ([file(100, 90, 9, 15)], False),
        ([file(100, 90, 8, 14)], False),
        ([file(100, 90, 8, 14), file(90, 80, 15)], True),
        ([file(100, 90, 8, 14), file(80, 80, 15)], False),
        ([file(100, 90, 5), file(80, 80, 8), file(80, 70, 9, 15)], True),
        ([file(100, 90, 8), file(80, 70, 9, 15)], False),
        ([file(100, 90, 8, 15), file(80, 70, 16)], True),
    ],
)
def test_until_when_all_must_be_read_before_it_is_certain(files, read, monkeypatch):
    """From the day of the run to five days of the bank after it; what is missing before or after it says nothing."""
    seen = SimpleNamespace(objects=SimpleNamespace(filter=lambda iban: [each for each in files if each.iban == iban]))
    monkeypatch.setattr(not_executed, "BankFile", seen)
    assert not_executed.certain_from(RUN) == on(15)
    assert not_executed._is_read(RUN, on(15)) is read


# --- money back -----------------------------------------------------------------------------------------------------


def payments(*out: str) -> SimpleNamespace:
    """A statement and its payments, the last one first, with what is out of each."""
    made = []
    for place, each in enumerate(out):
        entries = [SimpleNamespace(amount=-Decimal(part)) for part in each.split()]
        made.append(SimpleNamespace(name=place, bank_entries=SimpleNamespace(all=lambda entries=entries: entries)))
    rows = SimpleNamespace(order_by=lambda by: made if by == "-pk" else made[::-1])
    return SimpleNamespace(payments=SimpleNamespace(prefetch_related=lambda name: rows))


@pytest.mark.parametrize(
    ("out", "amount", "chosen"),
    [
        (["10"], "10", 0),
        (["10", "10"], "10", 0),
        (["5", "10"], "10", 1),
        (["5", "10"], "5", 0),
        (["10 -10", "10"], "10", 1),
        (["", "4 6"], "10", 1),
        (["4", "6"], "10", 0),
        (["0", "6", "4"], "10", 1),
        (["0.01", "6"], "10", 0),
    ],
)
def test_of_which_payment_money_back_is(out, amount, chosen):
    assert refunds._payment_of(payments(*out), Decimal(amount)).name == chosen


def test_which_statements_it_can_be_of_and_in_which_order(monkeypatch):
    """First those of which too much went out, then exactly this amount, then the newest; never one of less."""
    paid = [
        SimpleNamespace(pk=pk, payable=Decimal(payable)) for pk, payable in ((6, 10), (5, 20), (4, 20), (3, 9), (2, 8))
    ]
    out = {6: Decimal(10), 5: Decimal(20), 4: Decimal(12), 3: Decimal("9.99"), 2: Decimal(11)}
    rows = SimpleNamespace(
        values_list=lambda *args, **kwargs: list(out),
        select_related=lambda *names: SimpleNamespace(order_by=lambda by: paid),
    )
    monkeypatch.setattr(refunds, "Statement", SimpleNamespace(objects=SimpleNamespace(filter=lambda **asked: rows)))
    monkeypatch.setattr(refunds, "went_out", lambda which: {pk: out[pk] for pk in which})
    found = refunds.candidates(SimpleNamespace(amount=Decimal(10)))
    assert [(each.pk, amount) for each, amount in found] == [
        (2, Decimal(11)), (6, Decimal(10)), (5, Decimal(20)), (4, Decimal(12)),
    ]  # fmt: skip
