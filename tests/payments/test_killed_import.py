"""A bank file that is read in while the machine stops, or by two at once: all of it once, and nothing counted twice."""

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import IntegrityError, connection

from kbl.organisations.models import Organisation
from kbl.payments.bank import importing, matching
from kbl.payments.bank.camt_parser import read
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.payments.runs import runs
from kbl.payments.runs.payable import overpaid_statements
from kbl.programme.demo.bank_statement import executed
from kbl.settlements.models import Statement, StatementStep
from reporting.integrity import payments as books
from tests.conftest import at
from tests.payments.conftest import DAY, PREPARED, RELEASED
from tests.payments.test_matching import START
from tests.races.killing import bring_to, kill, processes
from tests.races.support import kinds, together, until, without_unique

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

HEARD = at(DAY, 20)
KILLS = int(os.environ.get("KBL_KILLS", "2"))
MOMENTS = [
    "the bank statement is there",
    "its bookings are there",
    "the run is executed",
    "one statement is settled",
    "half the statements are settled",
    "committed",
]


@pytest.fixture
def six(cubiss, made, finance, coordinator) -> PaymentRun:
    """A released run of six payments."""
    parties = [Organisation.objects.create(name=f"Partij {i}", slug=f"partij-{i}", iban=IBAN) for i in range(1, 7)]
    chosen = [made(each, f"{i}0.05", f"DECL-2025-{i}") for i, each in enumerate(parties, start=1)]
    run = runs.prepare(chosen, execute_on=DAY, by=finance, at=PREPARED)
    runs.release(run, by=coordinator, at=RELEASED)
    return run


IBAN = "NL02ABNA0123456789"


@pytest.fixture
def content(six) -> bytes:
    """What the bank says: one came back, one was less, one too much, three are right."""
    names = list(six.payments.order_by("pk").values_list("end_to_end_id", "amount"))
    different = {names[1][0]: names[1][1] - 1, names[2][0]: names[2][1] + 1}
    return executed(six, on=DAY, opening=START, returned={names[0][0]: "AC04"}, different=different)


@pytest.fixture
def hear(content, finance) -> Callable[[], object]:
    return lambda: importing.read_in(read(content), sha256="x", by=finance, at=HEARD)


@pytest.fixture
def computers() -> Iterator[Callable]:
    with processes("tests.payments.killed_worker") as begin:
        yield begin


def everything() -> tuple:
    """All that a bank file leaves, in a form that can be compared."""
    connection.close()  # a new look
    return (
        list(BankFile.objects.values_list("statement_id", "opening", "closing")),
        list(BankEntry.objects.order_by("position").values_list("amount", "outcome", "payment__end_to_end_id")),
        list(Payment.objects.order_by("pk").values_list("end_to_end_id", "ended", "return_code")),
        list(Statement.objects.order_by("pk").values_list("number", "status")),
        Counter(StatementStep.objects.values_list("statement__number", "status")),
        list(PaymentRun.objects.values_list("number", "status")),
    )


WANTED = {"DECL-2025-1": "approved", "DECL-2025-2": "approved", "DECL-2025-3": "approved"} | {
    f"DECL-2025-{i}": "paid" for i in (4, 5, 6)
}


def in_order() -> bool:
    """The books are right, and each statement is where the bank left it."""
    found = [row for each in books_of_payments() for row in each()]
    return not found and dict(Statement.objects.values_list("number", "status")) == WANTED


def books_of_payments() -> list[Callable]:
    return [
        books.paid_is_what_the_bank_says,
        books.in_payment_is_one_payment_on_its_way,
        books.nothing_was_asked_twice,
        books.entries_fit_their_outcome,
        books.bookings_count_once,
        books.bank_statements_add_up,
        books.payments_ended_as_can_be_seen,
    ]


def killed_then_read_again(moment: str, seconds: float, content, finance, computers, hear) -> None:
    before = everything()
    computer = computers()
    order = {
        "step": "read_in",
        "moment": moment,
        "by": finance.pk,
        "at": HEARD.isoformat(),
        "content": content.decode(),
    }
    bring_to(computer, json.dumps(order), somewhere=moment in ("somewhere", "committed"))
    if moment == "committed":
        until(BankFile.objects.exists)
    time.sleep(seconds)
    kill(computer)
    found = everything()
    if moment not in ("somewhere", "committed"):
        assert found == before, "nothing of it"
    try:
        hear()
    except importing.AlreadyRead:
        assert moment in ("somewhere", "committed") and found == everything(), "it was all there"
    assert in_order()
    assert BankFile.objects.count() == 1 and BankEntry.objects.count() == 7


@pytest.mark.parametrize("moment", MOMENTS)
def test_cut_off_while_reading_in_leaves_all_or_nothing(moment, content, finance, computers, hear):
    killed_then_read_again(moment, 0.0, content, finance, computers, hear)


@pytest.mark.parametrize("shot", range(KILLS))
def test_cut_off_at_any_moment(shot, content, finance, computers, hear):
    killed_then_read_again("somewhere", random.Random(shot).uniform(0, 0.15), content, finance, computers, hear)


def test_eight_read_the_same_file_in_at_once(hear):
    found = together(*[hear] * 8)
    assert kinds(found) == ["AlreadyRead"] * 7 + ["Result"]
    assert in_order() and BankFile.objects.count() == 1


def test_a_file_is_read_in_while_its_run_is_told_executed(six, hear, finance):
    told, heard = together(lambda: runs.mark_executed(six, by=finance, at=HEARD), hear)
    assert isinstance(heard, importing.Result) and (told is None or isinstance(told, runs.RunMoved))
    assert in_order() and PaymentRun.objects.get().status == "executed"


def test_this_danger_is_real_without_the_guards_a_file_counts_twice(hear, monkeypatch):
    """Each guard on its own stops it: the name of the statement, the bookings that are known, the database."""
    hear()
    with pytest.raises(importing.AlreadyRead):
        hear()
    monkeypatch.setattr(importing, "_earlier", lambda statement: None)
    with pytest.raises(importing.Busy):  # what the second of two at once would get, and nothing is saved
        hear()
    with without_unique("bank_statement_read_once"):
        hear()
        assert BankEntry.objects.filter(outcome="repeat").count() == 7 and in_order()
        monkeypatch.setattr(matching.EarlierBookings, "recognise", lambda self, row, entry: None)
        with pytest.raises(IntegrityError, match="payment_seen_once"):
            hear()
        with without_unique("payment_seen_once"):
            hear()
            assert len(overpaid_statements()) == 5, "what stayed paid seems paid twice"
