"""Which statement is missing, until when all were read, and of which payment money back was: without a database."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from kbl.payments.bank import not_executed, refunds
from kbl.payments.bank.missing_statements import missing_statements
from kbl.payments.runs.runs import RunMoved

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


RUN = SimpleNamespace(pk=1, execute_on=on(8), debtor={"iban": IBAN})


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


class Asked(SimpleNamespace):
    """A statement, or a wish, by its name."""

    def __str__(self) -> str:
        return self.name


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """What was asked of a second person."""
    found: list[tuple] = []
    monkeypatch.setattr(refunds, "ask", lambda *wish: found.append(wish) or "asked")
    monkeypatch.setattr(refunds, "assert_matches", lambda entry, statement: None)
    monkeypatch.setattr(refunds, "waiting", lambda *kinds: [Asked(name=kinds, values={"entry": n}) for n in (1, 2)])
    return found


def entry(pk: int = 3, *, taken: bool = False) -> SimpleNamespace:
    standing = SimpleNamespace(filter=lambda **which: SimpleNamespace(exists=lambda: taken and which != {}))
    return SimpleNamespace(pk=pk, amount=Decimal("1234.50"), on=on(9), refunds=standing)


STATEMENT = Asked(name="factuur 12", pk=8, organisation="Taalhuis")


def test_what_a_second_person_reads_of_money_back(asked):
    assert refunds.ask_refund(entry(), STATEMENT, by="Frank", at="nu") == "asked"
    refund = SimpleNamespace(pk=4, undone_at=None, entry=entry(), payment=SimpleNamespace(statement=STATEMENT))
    assert refunds.ask_undoing(refund, by="Frank", at="nu") == "asked"
    told = [tuple(str(each).replace("\N{NO-BREAK SPACE}", " ") for each in wish) for wish in asked]
    what, of = "€ 1.234,50 van 9 januari 2026", "geld terug van Taalhuis: factuur 12"
    assert told == [
        ("refund", what, "zonder kenmerk", of, "{'entry': 3, 'statement': 8}", "Frank", "nu"),
        ("refund_undone", what, of, "zonder kenmerk", "{'refund': 4, 'entry': 3}", "Frank", "nu"),
    ]


def test_money_back_is_asked_once_and_undone_once(asked):
    assert {pk: each.name for pk, each in refunds.asked_refunds().items()} == dict.fromkeys((1, 2), refunds.REFUNDS)
    for which, reason in ((entry(taken=True), "taken"), (entry(1), "asked"), (entry(2), "asked")):
        with pytest.raises(refunds.RefundRefused) as refused:
            refunds.ask_refund(which, STATEMENT, by=None, at=None)
        assert refused.value.reason == reason
    with pytest.raises(refunds.RefundRefused) as refused:
        refunds.ask_undoing(SimpleNamespace(undone_at="toen"), by=None, at=None)
    assert refused.value.reason == "undone" and asked == []


@pytest.mark.parametrize(
    ("outcome", "booked", "out", "reason"),
    [
        ("received", False, "10.00", None),
        ("received", False, "9.99", "too_much"),
        ("received", False, None, "too_much"),
        ("received", True, "10.00", "booked"),
        ("returned", False, "10.00", "not_received"),
    ],
)
def test_what_money_back_can_be_of_a_statement(outcome, booked, out, reason, monkeypatch):
    monkeypatch.setattr(refunds, "booked_in_fund", lambda entries: {entries[0].pk} if booked else set())
    monkeypatch.setattr(refunds, "went_out", lambda which: {8: Decimal(out)} if out and which == [8] else {})
    received = SimpleNamespace(pk=3, outcome=outcome, amount=Decimal("10.00"))
    if reason is None:
        refunds.assert_matches(received, STATEMENT)
        return
    with pytest.raises(refunds.RefundRefused) as refused:
        refunds.assert_matches(received, STATEMENT)
    assert refused.value.reason == reason


# --- what the bank did not execute ----------------------------------------------------------------------------------


def not_executed_of(monkeypatch, status: str, unseen: list, *, read: bool = True):
    rows = SimpleNamespace(get=lambda **which: status)
    held = SimpleNamespace(values_list=lambda *names, flat: rows)
    objects = SimpleNamespace(select_for_update=lambda *, no_key: held)
    monkeypatch.setattr(not_executed, "PaymentRun", SimpleNamespace(objects=objects))
    ordered = SimpleNamespace(order_by=lambda by: unseen if by == "pk" else unseen[::-1])
    monkeypatch.setattr(not_executed, "unseen", lambda run: SimpleNamespace(select_related=lambda name: ordered))
    monkeypatch.setattr(not_executed, "_is_read", lambda run, until: read and until == on(15))
    ended = []
    monkeypatch.setattr(not_executed, "end", lambda payment, how, *, by, at: ended.append((payment, str(how), by, at)))
    found = not_executed.not_executed.__wrapped__(RUN, by="Frank", at="nu")
    assert found == unseen
    return ended


@pytest.mark.parametrize("status", ["released", "executed"])
def test_everything_that_the_bank_did_not_execute_can_be_paid_again(status, monkeypatch):
    ended = not_executed_of(monkeypatch, status, ["een", "twee"])
    assert ended == [("een", "refused", "Frank", "nu"), ("twee", "refused", "Frank", "nu")]


def test_when_that_cannot_be_said(monkeypatch):
    for status in ("prepared", "cancelled"):
        with pytest.raises(RunMoved) as moved:
            not_executed_of(monkeypatch, status, ["een"])
        assert moved.value.status == status
    with pytest.raises(not_executed.AllSeen):
        not_executed_of(monkeypatch, "released", [])
    with pytest.raises(not_executed.NotRead) as refused:
        not_executed_of(monkeypatch, "released", ["een"], read=False)
    assert (refused.value.until, str(refused.value)) == (on(15), "2026-01-15")
