"""Files as banks really write them, each for a kind: read as it is meant, and nothing of it lost or counted twice.

`bank_cases/` holds them; PAYMENT in a file is the payment of Venlo's invoice of 126 euros, RUN its run. One command
runs them all: `pytest tests/payments/test_cases_of_banks.py`.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kbl.payments.bank import importing, sentences
from kbl.payments.bank.camt_parser import read
from kbl.payments.bank.camt_values import count, day_of
from kbl.payments.bank.missing_statements import missing_statements
from kbl.payments.bank.unreadable import BankFileUnreadable
from kbl.payments.models import BankEntry, BankFile
from tests.conftest import at
from tests.payments.conftest import DAY
from tests.payments.test_matching import payment_of, status
from tests.told_once import told_once

globals().update(told_once("run", of=__package__))

pytestmark = pytest.mark.both_engines

CASES = Path(__file__).parent / "bank_cases"
HEARD = at(date(2026, 1, 24))


@pytest.fixture
def hear(released, invoice, finance) -> Callable[..., importing.Result]:
    """Frank reads one of the files in."""

    def listen(name: str, *, replace: tuple[str, str] = ("", "")) -> importing.Result:
        text = (CASES / f"{name}.xml").read_text()
        text = text.replace("PAYMENT", payment_of(invoice).end_to_end_id).replace("RUN", released.name)
        content = text.replace(*replace).encode()
        return importing.read_in(read(content), sha256=name, by=finance, at=HEARD)

    return listen


def bookings() -> list[tuple[str, str]]:
    return [(str(each.amount), each.outcome) for each in BankEntry.objects.order_by("pk")]


FEE, PAID = ("-10.00", "other"), ("-126.00", "paid")
ALONE = {
    "amounts_padded": [PAID],
    "amounts_bare": [PAID, ("-0.50", "other"), ("0.50", "received"), ("0.00", "other")],
    "count_padded": [("-20.00", "paid"), PAID],
    "moment_of_booking": [PAID],
    "euro_and_dollar": [PAID],
    "others_that_are_wrong": [PAID],
    "pages_with_interim_balances": [FEE, FEE, PAID],
    "pages_with_the_same_balances": [FEE, PAID],
    "two_documents": [FEE, PAID],
    "evening_whole": [FEE, PAID],
    "both_in_one_file": [FEE, FEE, PAID],
    "for_information": [PAID],
    "two_closing_balances": [FEE, PAID],
}


@pytest.mark.parametrize("name", ALONE)
def test_it_is_read_and_pays_the_invoice(name, hear, invoice):
    hear(name)
    assert sorted(bookings()) == sorted(ALONE[name])
    assert status(invoice) == "paid"
    assert {each.on for each in BankEntry.objects.all()} == {DAY}
    assert missing_statements(BankFile.objects.all()) == []


REPEAT = {"-10.00": ("-10.00", "repeat"), "-126.00": ("-126.00", "repeat")}
TOGETHER = {
    ("moment_of_booking", "moment_of_booking_again"): [PAID, REPEAT["-126.00"]],
    ("moment_of_booking", "moment_as_a_day"): [PAID, REPEAT["-126.00"]],
    ("noon", "evening_whole"): [FEE, REPEAT["-10.00"], PAID],
    ("evening_whole", "noon"): [FEE, PAID, REPEAT["-10.00"]],
    ("noon", "evening_goes_on"): [FEE, FEE, PAID],
    ("evening_goes_on", "noon"): [FEE, PAID, FEE],
    ("both_in_one_file", "noon", "evening_goes_on"): [FEE, FEE, PAID, REPEAT["-10.00"], *REPEAT.values()],
    ("page_one_alone", "page_two_alone"): [FEE, FEE, PAID],
    ("pages_with_interim_balances", "page_one_alone"): [FEE, FEE, PAID, REPEAT["-10.00"]],
}


@pytest.mark.parametrize("names", TOGETHER)
def test_one_after_another_each_booking_counts_once(names, hear, invoice):
    for name in names:
        hear(name)
    assert bookings() == TOGETHER[names]
    assert status(invoice) == "paid", "a repeat is a repeat, and what is paid stays paid"
    assert missing_statements(BankFile.objects.all()) == []


@pytest.mark.parametrize("name", ["noon", "both_in_one_file", "two_documents", "pages_with_interim_balances"])
def test_the_same_again_is_told(name, hear):
    hear(name)
    with pytest.raises(importing.AlreadyRead) as refused:
        hear(name)
    assert "is al ingelezen" in sentences.about(refused.value)


def test_a_number_that_comes_back_next_year_is_another_statement(hear, invoice):
    hear("noon", replace=("2026-01-22", "2025-01-22"))
    hear("evening_whole", replace=("0417164300.2026-01-22", "0417164300.2025-01-22"))
    assert bookings() == [FEE, FEE, PAID] and status(invoice) == "paid"


def test_a_gap_is_seen_in_whatever_zone_the_bank_tells_its_days(hear):
    hear("period_in_utc")
    hear("period_in_utc_after_a_gap")
    first, second = BankFile.objects.order_by("pk")
    assert (first.first_day, first.last_day) == (date(2025, 12, 31), date(2025, 12, 31))
    assert (second.first_day, second.last_day) == (date(2026, 1, 1), date(2026, 1, 1))
    assert second.entries.get().on == date(2026, 1, 1), "another quarter in Amsterdam than in Greenwich"
    (gap,) = missing_statements(BankFile.objects.all())
    assert gap.amount == Decimal("-50.00")


def test_between_the_halves_of_a_day_a_gap_is_seen(hear, released, invoice, finance):
    hear("noon")
    text = (CASES / "evening_goes_on.xml").read_text().replace("990.00", "985.00").replace("854.00", "849.00")
    importing.read_in(read(text.encode()), sha256="x", by=finance, at=HEARD)
    (gap,) = missing_statements(BankFile.objects.all())
    assert gap.amount == Decimal("-5.00")


def test_what_was_passed_over_is_said(hear):
    assert hear("euro_and_dollar").currencies == ["USD"]
    result = hear("others_that_are_wrong", replace=("<Id>EUR</Id>", "<Id>EUR2</Id>"))
    assert (result.others, result.currencies) == (6, [])


def test_of_our_own_account_nothing_is_passed_over(hear):
    with pytest.raises(BankFileUnreadable):
        hear("others_that_are_wrong", replace=("NL02ABNA0123456789", "NL91ABNA0417164300"))
    assert not BankFile.objects.exists()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-01-22", "2026-01-22"),
        ("2026-01-22+01:00", "2026-01-22"),
        ("2026-01-22Z", "2026-01-22"),
        ("2026-01-21T23:00:00Z", "2026-01-22"),
        ("2026-01-21T22:59:59.999Z", "2026-01-21"),
        ("2026-07-21T22:00:00.000Z", "2026-07-22"),
        ("2026-01-22T05:30:00+06:00", "2026-01-22"),
        ("2026-01-22T05:30:00+07:00", "2026-01-21"),
        ("2026-01-22T23:59:59", "2026-01-22"),
        ("2026-01-22T23:59:59.1234567", "2026-01-22"),
        ("2026-01-22T24:00:00", "2026-01-22"),
        ("2026-03-29T01:30:00Z", "2026-03-29"),
        ("2026-09-30T22:30:00Z", "2026-10-01"),  # a quarter's border
        ("2026-09-30T22:30:00", "2026-09-30"),
        ("2026-10-01T00:30:00+0200", "2026-10-01"),
        ("2026-09-30T22:30Z", "2026-10-01"),
        ("2026-09-30t22:30:00z", "2026-10-01"),
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
    ],
)
def test_a_moment_is_a_day_in_amsterdam(written, day):
    assert day_of(written) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "written", ["", "22-01-2026", "2026-02-30", "2026-01-22T25:00:00", "2026-01-22 10:00", "0001-01-01T00:00:00+14:00"]
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(BankFileUnreadable):
        day_of(written)


@pytest.mark.parametrize(
    ("written", "said"), [("2", 2), ("000000000000016", 16), ("0000000000000016", 0), ("", 0), ("-1", 0), ("٣", 0)]
)
def test_a_count_is_read_with_its_zeros(written, said):
    assert count(written) == said
