"""A bank statement by itself: what makes it the same one, what a page may carry of it, and which of a file are ours."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.jobs import work
from kbl.organisations.closing_lock import QuarterClosed
from kbl.payments.bank import importing, matching
from kbl.payments.bank.refunds import RefundRefused
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail, PassedOver
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from kbl.payments.runs import runs
from kbl.periods import Quarter
from tests.conftest import at

DAY = date(2026, 1, 22)
OURS, THEIRS = "NL91ABNA0417164300", "NL02ABNA0123456789"
DETAIL = BookingDetail(Decimal("-10.00"), "E1", "R2", "AC04")
BOOKING = Booking(DAY, Decimal("-10.00"), "R1", (DETAIL,), ("P1", "M1"), 3, True)
WHOLE = BankStatement(OURS, "A1", DAY, DAY + timedelta(days=1), Decimal("100.00"), Decimal("90.00"), (BOOKING,))
OTHER = {str: "Z", date: date(2027, 1, 1), Decimal: Decimal("7.00"), int: 9, tuple: ()}


def others(thing) -> list:
    """The thing with another value in one of its fields, for each of them."""
    return [
        replace(thing, **{each.name: OTHER[type(value)]})
        for each in fields(thing)
        if (value := getattr(thing, each.name)) is not True
    ]


def test_a_statement_is_another_when_anything_in_it_is():
    found = {each.digest for each in others(WHOLE)}
    found |= {replace(WHOLE, entries=(each,)).digest for each in others(BOOKING)}
    found |= {replace(WHOLE, entries=(replace(BOOKING, details=(each,)),)).digest for each in others(DETAIL)}
    assert len(found | {WHOLE.digest}) == 7 + 6 + 4 + 1


def test_a_statement_that_was_read_last_year_is_known_again():
    """Worked out otherwise, every statement that was ever read would be read once more."""
    assert WHOLE.digest == "8579c71cfcecfc3495b77e2b2181bd3488c508b17280ae6508f1f63c5de30e19"


def test_a_page_carries_the_whole_statement():
    assert importing._statement(importing._plain(WHOLE)) == WHOLE
    bare = replace(WHOLE, entries=(Booking(DAY, Decimal("-10.00")),))
    assert importing._statement(importing._plain(bare)) == bare


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (BOOKING, replace(BOOKING, batch_ids=())),
        (replace(BOOKING, details=()), replace(BOOKING, details=(), batch_ids=("P1", "-"))),
        (
            replace(BOOKING, details=(replace(DETAIL, end_to_end_id="HUUR"),), batch_ids=("A", "B")),
            replace(BOOKING, details=(), batch_ids=("-",), is_batch=False),
        ),
        (
            replace(BOOKING, details=(DETAIL, replace(DETAIL, end_to_end_id="HUUR"))),
            replace(BOOKING, details=(DETAIL, BookingDetail(DETAIL.amount, "", "R2", "")), batch_ids=()),
        ),
        (
            replace(BOOKING, details=(), is_batch=False),
            replace(BOOKING, details=(), batch_ids=("P1", "-"), is_batch=False),
        ),
    ],
)
def test_nobody_elses_name_stays(entry, kept):
    assert replace(WHOLE, entries=(entry,)).only({"E1"}, {"P1"}) == replace(WHOLE, entries=(kept,))


# --- which of a file are ours ---------------------------------------------------------------------------------------

THEIR_STATEMENT = replace(WHOLE, iban=THEIRS)
DAMAGED = BankFileUnreadable(UnreadableReason.DAMAGED)


def passed(iban: str, currency: str = "EUR") -> PassedOver:
    return PassedOver(iban, DAMAGED, currency)


@pytest.mark.parametrize(
    ("file", "others", "currencies"),
    [
        ([WHOLE], 0, []),
        ([WHOLE, THEIR_STATEMENT, passed(THEIRS), passed("")], 3, []),
        (
            [passed(OURS, "USD"), WHOLE, passed(OURS, "CHF"), passed(OURS, "USD"), passed(THEIRS, "USD")],
            1,
            ["CHF", "USD"],
        ),
    ],
)
def test_what_is_ours_is_read_and_the_rest_is_counted(file, others, currencies):
    ours, result = importing._chosen(file, [OURS])
    assert (ours, result.others, result.currencies, result.read) == ([WHOLE], others, currencies, [])


def test_one_of_ours_that_cannot_be_read_stops_the_file():
    for file in ([WHOLE, passed(OURS)], [passed(OURS, "USD")], [passed(OURS, "USD"), THEIR_STATEMENT]):
        with pytest.raises(BankFileUnreadable) as refused:
            importing._chosen(file, [OURS])
        assert refused.value is DAMAGED
    with pytest.raises(importing.NotOurs) as refused:
        importing._chosen([THEIR_STATEMENT, passed("X"), passed(""), THEIR_STATEMENT], [OURS])
    assert (refused.value.found, refused.value.own) == ((THEIRS, "X"), (OURS,))


@pytest.mark.django_db
@pytest.mark.parametrize("turned", [False, True])
def test_any_statement_of_a_day_to_come_stops_the_file(turned, monkeypatch):
    monkeypatch.setattr(importing, "own_accounts", lambda: [OURS])
    ahead = replace(WHOLE, last_day=DAY + timedelta(days=9))
    file = [ahead, WHOLE] if turned else [WHOLE, ahead]
    with pytest.raises(importing.FromTheFuture) as refused:
        importing.read_in(file, sha256="x", by=None, at=at(DAY + timedelta(days=8)))
    assert refused.value.last_day == ahead.last_day


# --- how a payment ended --------------------------------------------------------------------------------------------


def entry(amount: str, outcome: str = "paid", code: str = "") -> SimpleNamespace:
    return SimpleNamespace(amount=Decimal(amount), outcome=outcome, return_code=code)


@pytest.mark.parametrize(
    ("entries", "ended"),
    [
        ([entry("-9.00", "different")], ("different", "")),
        ([entry("-9.00"), entry("9.00", "returned", "AC04")], ("returned", "AC04")),
        ([entry("5.00", "returned", "AC01"), entry("4.00", "returned", "MS03"), entry("-9.00")], ("returned", "MS03")),
        ([entry("-9.00"), entry("-9.00", "twice")], ("twice", "")),
        ([entry("-9.00"), entry("-9.00", "twice"), entry("18.00", "returned", "FOCR")], ("returned", "FOCR")),
        ([entry("-9.00"), entry("-9.00", "twice"), entry("17.99", "returned", "FOCR")], ("twice", "")),
    ],
)
def test_how_a_payment_ended_of_which_another_amount_is_out(entries, ended):
    assert matching._ended(entries) == ended


# --- what a log hears -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (importing.NotOurs([THEIRS, "X"], [OURS]), "2 other accounts"),
        (importing.FromTheFuture(DAY), "2026-01-22"),
        (BankFileUnreadable(UnreadableReason.TOO_LARGE, limit=5), "too_large {'limit': 5}"),
        (BankFileUnreadable(UnreadableReason.EMPTY), "empty"),
        (RefundRefused(RefundRefused.Reason.TAKEN), "taken"),
        (runs.DayRefused(runs.DayRefused.Reason.PAST, DAY, DAY), "past 2026-01-22"),
        (runs.RunMoved("prepared"), "prepared"),
        (runs.AccountsChanged(["Een", "Twee"]), "Een Twee"),
        (runs.RefusedByBank(["Een", "Twee"]), "Een Twee"),
        (runs.NotYet(DAY), "2026-01-22"),
        (runs.NotPayable([3, 5]), "3 5"),
        (work.Refused("code"), "code"),
        (QuarterClosed(Quarter(2026, 1)), "2026-Q1"),
    ],
)
def test_what_an_error_says_in_a_log_is_short_and_of_nobody_else(error, said):
    assert str(error) == said
