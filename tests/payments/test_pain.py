"""The file for the bank: accepted by its XSD whatever people are called, to the cent, and the same bytes every time."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kbl.payments.bank_days import is_bank_day, next_bank_day
from kbl.payments.models import Payment, PaymentRun
from kbl.payments.runs import pain
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Statement
from tests.conftest import at

IBAN = "NL91ABNA0417164300"
ALLOWED = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")


def run_of(name: str = "Cubiss") -> PaymentRun:
    return PaymentRun(
        number=7,
        execute_on=date(2026, 1, 22),
        debtor={"name": name, "iban": IBAN},
        prepared_at=at(date(2026, 1, 20)),
    )


def payment(run: PaymentRun, payee: str, amount: Decimal, number: str, attempt: int = 1) -> Payment:
    """A payment that is in no database: a file needs none."""
    agreed = {"self_billing_since": "2025-09-01"}
    statement = Statement(closing=Closing(quarter=Quarter(2025, 4)), kind="invoice", number=number, particulars=agreed)
    key = pain.end_to_end_id(statement, attempt)
    return Payment(run=run, statement=statement, amount=amount, payee=payee, iban=IBAN, end_to_end_id=key)


def told(content: bytes, path: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(content).iterfind(f".//p:{path}", pain.NAMESPACE)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Bibliotheek Venlo", "Bibliotheek Venlo"),
        ("Müller & Söhne", "Muller + Sohne"),
        ('Čapek; Žižka "groep" <b>', "Capek Zizka groep b"),
        ("Stichting “Het Huis”", "Stichting Het Huis"),
        ("A//B/", "A/B"),
        ("Onderlinge   Hulp\n Venlo", "Onderlinge Hulp Venlo"),
        ("x" * 200, "x" * 70),
        ("€ 5 voor iedereen", "EUR 5 voor iedereen"),
        ("Ελληνική Κοινότητα", "Ellenike Koinoteta"),
        ("★☆", ""),
    ],
)
def test_names_in_the_letters_that_every_bank_takes(name, said):
    assert pain.sayable(name, pain.LONGEST_NAME) == said


@given(st.text(max_size=200))
def test_whatever_somebody_is_called_the_letters_are_the_banks_own(name):
    said = pain.sayable(name, pain.LONGEST_NAME)
    assert ALLOWED.fullmatch(said) and len(said) <= 70 and "//" not in said
    assert said == said.strip() and not said.startswith("/") and not said.endswith("/")


@given(
    st.lists(
        st.tuples(
            st.text(max_size=120).filter(lambda name: pain.sayable(name, 70)),
            st.decimals(min_value="0.01", max_value="9999999999.99", places=2),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_names_and_amounts_make_a_file_that_its_xsd_accepts(payees):
    """`make` itself asks the XSD and adds up; here the amounts are read back from the bytes."""
    run = run_of("Cübiss & Co")
    payments = [payment(run, name, amount, f"VEN-2025-{i:04}") for i, (name, amount) in enumerate(payees)]
    content = pain.make(run, payments)
    assert [Decimal(each) for each in told(content, "InstdAmt")] == [amount for _, amount in payees]
    assert {Decimal(each) for each in told(content, "CtrlSum")} == {sum(amount for _, amount in payees)}
    assert content == pain.make(run, payments)


def test_a_thousand_payments_in_one_file():
    run = run_of()
    payments = [payment(run, f"Partij nummer {i}", Decimal(i) / 100, f"DECL-2025-{i:04}") for i in range(1, 1001)]
    content = pain.make(run, payments)
    assert told(content, "NbOfTxs") == ["1000", "1000"] and told(content, "CtrlSum") == ["5005.00", "5005.00"]
    assert told(content, "InstdAmt")[:3] == ["0.01", "0.02", "0.03"], "to the cent"
    ids = told(content, "EndToEndId")
    assert len(set(ids)) == 1000 and max(map(len, ids)) <= 35


def test_its_beginning_is_as_every_bank_takes_it():
    """A zone behind the moment, or single quotes in the declaration, are legal; banks refused whole files for them."""
    content = pain.make(run_of(), [payment(run_of(), "A", Decimal("1.00"), "A-1")])
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Document ')
    assert told(content, "CreDtTm") == ["2026-01-20T12:00:00"], "noon in Amsterdam, in 19 characters"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (datetime(2026, 7, 31, 22, 30, 15, 999999, tzinfo=UTC), "2026-08-01T00:30:15"),
        (datetime(2025, 12, 31, 23, 0, 0, tzinfo=UTC), "2026-01-01T00:00:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T02:30:00"),
    ],
)
def test_a_moment_is_told_as_the_clock_in_amsterdam(made, said):
    assert pain.moment(made) == said


def test_one_order_that_books_every_payment_on_its_own():
    run = run_of()
    content = pain.make(run, [payment(run, "A", Decimal("1.00"), "A-1"), payment(run, "B", Decimal("2.00"), "B-1")])
    assert told(content, "PmtInfId") == ["KBL-BET-0007-1"] and told(content, "BtchBookg") == ["false"]
    assert told(content, "DbtrAgt/p:FinInstnId/p:Othr/p:Id") == ["NOTPROVIDED"]
    assert told(content, "SvcLvl/p:Cd") == ["SEPA"] and told(content, "ChrgBr") == ["SLEV"]
    assert told(content, "InstdAmt") == ["1.00", "2.00"]
    assert b"http" not in content.replace(b"http://www.w3.org/2001/XMLSchema-instance", b""), "nothing of elsewhere"


@pytest.mark.parametrize(
    ("number", "attempt", "key"),
    [
        ("VEN-2025-0001", 1, "VEN-2025-0001-1"),
        ("ABCDEFGHIJKL-2025-000001", 12, "ABCDEFGHIJKL-2025-000001-12"),
        ("É/V 2025_1", 1, "--V-2025-1-1"),
    ],
)
def test_an_id_that_the_bank_brings_back(number, attempt, key):
    assert pain.end_to_end_id(Statement(number=number), attempt) == key


def test_what_is_wrong_is_refused():
    run = run_of()
    good = payment(run, "A", Decimal("1.00"), "A-1")
    content = pain.make(run, [good])
    with pytest.raises(pain.InvalidFile, match="totals"):
        pain.check(content, [Decimal("1.01")])
    with pytest.raises(pain.InvalidFile):
        pain.check(content.replace(b"<MsgId>KBL-BET-0007</MsgId>", b""), [good.amount])
    with pytest.raises(pain.InvalidFile, match="cents"):
        pain.cents(Decimal("1.005"))
    good.iban = "geen rekening"
    with pytest.raises(pain.InvalidFile):
        pain.make(run, [good])


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 2)),
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday up to and with Easter Monday
        (date(2026, 4, 27), date(2026, 4, 27)),  # King's Day is a day of the bank
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 3, 26), date(2027, 3, 30)),
    ],
)
def test_days_of_the_bank(day, first):
    assert next_bank_day(day) == first and is_bank_day(first)
