"""The journal: both sides of everything that happened to the money, the same file for the same period."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from kbl.fund import accounts
from kbl.fund.models import BudgetLine
from kbl.settlements.models import Tariff
from kbl.settlements.statements import steps
from reporting.journal import double_entry, files
from reporting.journal.double_entry import JournalPeriod
from tests import by_two
from tests.conftest import at

pytestmark = pytest.mark.both_engines

ALWAYS = JournalPeriod(date(2025, 1, 1), date(2027, 12, 31))


def sides(entry: double_entry.JournalEntry) -> list[tuple[str, Decimal]]:
    """Accounts with what is debit (positive) or credit (negative)."""
    return [(each.account, each.debit - each.credit) for each in entry.postings]


def of_kind(*kinds: str, period: JournalPeriod = ALWAYS) -> list[double_entry.JournalEntry]:
    return [each for each in double_entry.entries(period) if each.kind in kinds]


def test_a_receipt_is_money_in_and_owed_to_the_purpose(instalment, finance):
    entry = by_two.receive(instalment, amount=Decimal(100), on=date(2026, 1, 16), by=finance, at=at(date(2026, 1, 19)))
    by_two.reverse(entry, on=date(2026, 1, 20), by=finance, at=at(date(2026, 1, 20)))
    came, back = of_kind("ontvangst")
    assert (came.booked_on, came.on, came.party) == (date(2026, 1, 19), date(2026, 1, 16), "Provincie Limburg")
    assert sides(came) == [("1100", 100), ("1850", -100)]
    assert sides(back) == [("1100", -100), ("1850", 100)]


def test_vat_stands_apart_with_its_code(busy_quarter, close, manager, finance, venlo):
    by_two.no_tariff(Tariff.objects.filter(kind="membership"))
    by_two.tariff(kind="membership", first_day=date(2025, 1, 1), amount=42, vat="low")
    closed = close(busy_quarter, date(2026, 1, 12))
    invoice = closed.statements.get(organisation=venlo)
    steps.confirm(invoice, by=manager, at=at(date(2026, 1, 13)))
    steps.approve(invoice, by=finance, at=at(date(2026, 1, 14)))
    (entry,) = of_kind("factuur")
    assert sides(entry) == [("4510", 126), ("1520", Decimal("11.34")), ("1600", Decimal("-137.34"))]
    assert [each.vat_code for each in entry.postings] == ["LAAG", "LAAG", ""]
    assert invoice.vat == Decimal("11.34")


def test_costs_go_under_their_post_unless_they_are_in_nobodys_books_here(pay, finance):
    pay(2025, "2.2", 100, "A")
    pay(2025, "6.1", 10_000, "B")
    pay(2025, "5.3", 2_500, "C")
    assert [sides(each) for each in of_kind("kosten")] == [
        [("4530", 2500), ("1690", -2500)],
        [("4200", 100), ("1690", -100)],
    ]
    accounts.set_codes(
        {"post_6": "4600", "post_2": ""}, first_day=date(2025, 1, 1), by=finance, at=at(date(2026, 1, 2))
    )
    assert [sides(each)[0] for each in of_kind("kosten")] == [("4530", 2500), ("4600", 10_000)]


def test_an_account_holds_from_its_first_day(pay, finance):
    pay(2025, "2.2", 1, "A", on=date(2025, 11, 3))
    pay(2025, "2.2", 2, "B", on=date(2025, 12, 3))
    noon = at(date(2025, 12, 1))
    assert accounts.set_codes({"post_2": "4217", "bank": "1100"}, first_day=date(2025, 12, 1), by=finance, at=noon) == 1
    assert [sides(each)[0] for each in of_kind("kosten")] == [("4200", 1), ("4217", 2)]
    now = accounts.Accounts()
    assert now.code("post_2", date(2025, 11, 30)) == "4200"
    assert now.code("post_2", date(2025, 12, 1)) == "4217", "from that day itself"


def test_what_is_written_down_late_lies_in_the_period_in_which_it_was(instalment, finance):
    """So a period that is over never changes, and nothing is exported twice."""
    december = JournalPeriod(date(2025, 12, 1), date(2025, 12, 31))
    before = files.csv_file(double_entry.entries(december))
    by_two.receive(instalment, amount=Decimal(7), on=date(2025, 12, 30), by=finance, at=at(date(2026, 1, 2)))
    assert files.csv_file(double_entry.entries(december)) == before
    (entry,) = double_entry.entries(JournalPeriod(date(2026, 1, 1), date(2026, 1, 31)))
    assert (entry.on, entry.booked_on) == (date(2025, 12, 30), date(2026, 1, 2))


def test_a_formula_in_a_description_stays_text(pay, plan, proof, finance):
    by_two.book(
        BudgetLine.objects.get(year=2025, post="2.2"),
        Decimal(1),
        reference="=1+1",
        description='=HYPERLINK("https://x.example")',
        supplier="@firma",
        evidence=proof,
        on=date(2025, 11, 3),
        by=finance,
        at=at(date(2025, 11, 3)),
    )
    rows = list(csv.reader(io.StringIO(files.csv_file(double_entry.entries(ALWAYS)).decode()), delimiter=";"))
    assert all(not cell.startswith(("=", "@", "+", "-")) for row in rows for cell in row)
    sheet = load_workbook(io.BytesIO(files.xlsx_file(double_entry.entries(ALWAYS)))).active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
