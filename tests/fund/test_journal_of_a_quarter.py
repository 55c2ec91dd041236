"""The journal of a quarter that was approved and paid: told once for all of these. See also test_journal.py."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from openpyxl import load_workbook

from kbl.fund import ledger
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.periods import Quarter
from kbl.settlements.fund_figures import realisation
from kbl.settlements.models import Line
from kbl.settlements.statements import steps
from kbl.spreadsheets import steady, to_xlsx
from reporting.journal import double_entry, files
from reporting.journal.double_entry import JournalPeriod
from tests import by_two
from tests.conftest import at
from tests.fund.test_journal import ALWAYS, of_kind, sides
from tests.settlements.conftest import Q1
from tests.told_once import told_once

pytestmark = pytest.mark.both_engines

globals().update(told_once("approved", of=__package__))


@pytest.fixture
def seen_at_bank(approved, venlo, finance, coordinator):
    """The bank says what came of Venlo's payment: an amount, on a day, read on the day after."""
    statement = approved.statements.get(organisation=venlo)
    run = PaymentRun.objects.create(
        number=1,
        execute_on=date(2026, 1, 20),
        debtor={"name": "Cubiss"},
        prepared_at=at(date(2026, 1, 19)),
        prepared_by=finance,
        status="released",
        released_at=at(date(2026, 1, 19)),
        released_by=coordinator,
    )
    payment = Payment.objects.create(
        run=run, statement=statement, amount=126, payee="Venlo", iban=venlo.iban, end_to_end_id="VEN-2025-0001-1"
    )

    def see(outcome: str, amount: int, on: date) -> None:
        read = BankFile.objects.create(
            iban="NL91ABNA0417164300",
            statement_id=f"{on:%j}",
            first_day=on,
            last_day=on,
            opening=1000,
            closing=1000 + amount,
            sha256=f"{on}",
            imported_at=at(on.replace(day=on.day + 1)),
            imported_by=finance,
        )
        BankEntry.objects.create(
            file=read, position=1, on=on, amount=amount, payment=payment, outcome=outcome, reference=f"{on}"
        )

    return see


def test_an_approved_statement_is_a_cost_and_a_creditor(approved):
    invoice, declaration = of_kind("factuur"), of_kind("declaratie")
    assert [sides(each) for each in (*declaration, *invoice)] == [
        [("4520", 20), ("1600", -20)],
        [("4510", 126), ("1600", -126)],
    ]
    assert (invoice[0].document, invoice[0].party) == ("VEN-2025-0001", "Bibliotheek Venlo")
    assert invoice[0].booked_on == date(2026, 1, 14)
    assert [each.vat_code for each in invoice[0].postings] == ["VRIJ", ""]
    assert [each.vat_code for each in declaration[0].postings] == ["GEEN", ""]


def test_a_payment_is_what_the_bank_says_and_a_return_stands_the_other_way(seen_at_bank):
    seen_at_bank("paid", -126, date(2026, 1, 20))
    seen_at_bank("returned", 126, date(2026, 1, 25))
    paid, returned = of_kind("betaling", "retour")
    assert sides(paid) == [("1600", 126), ("1100", -126)]
    assert sides(returned) == [("1600", -126), ("1100", 126)]
    assert (paid.reference, paid.on, paid.booked_on) == ("VEN-2025-0001-1", date(2026, 1, 20), date(2026, 1, 21))
    creditors = next(each for each in double_entry.totals(double_entry.entries(ALWAYS)) if each.account == "1600")
    assert creditors.credit - creditors.debit == 146, "Venlo and the food bank still get everything"


def test_a_correction_comes_back_as_a_credit_of_the_party(approved, close, food_bank, manager, finance):
    line = Line.objects.filter(statement__organisation=food_bank).order_by("pk")[0]
    by_two.correct(line, reason="twice", by=finance, at=at(date(2026, 2, 2)))
    spring = close(Q1, date(2026, 4, 12))
    credit = spring.statements.get(organisation=food_bank)
    steps.confirm(credit, by=manager, at=at(date(2026, 4, 13)))
    steps.approve(credit, by=finance, at=at(date(2026, 4, 13)))
    (entry,) = of_kind("declaratie", period=JournalPeriod(date(2026, 4, 1), date(2026, 6, 30)))
    assert sides(entry) == [("4520", -4), ("1600", 4)]


def test_journal_and_budget_differ_per_year_and_agree_over_all_of_them(approved):
    """The autumn of 2025 is approved in January: the budget counts it in 2025, the journal in 2026."""
    spent = realisation.spent_by_year(date(2026, 12, 31))
    assert {year for _, year in spent} == {2025}
    costs_of = {
        year: sum(
            (each.debit - each.credit)
            for entry in double_entry.entries(JournalPeriod(date(year, 1, 1), date(year, 12, 31)))
            for each in entry.postings
            if each.role in ("fees", "handling")
        )
        for year in (2025, 2026)
    }
    assert costs_of == {2025: 0, 2026: sum(spent.values())}


def test_everything_balances_and_the_accounts_tell_what_the_fund_has(
    approved, seen_at_bank, instalment, pay, venlo, finance
):
    by_two.receive(instalment, amount=Decimal(5_000), on=date(2026, 1, 16), by=finance, at=at(date(2026, 1, 16)))
    wrong = pay(2025, "5.3", 2_500)
    by_two.reverse(wrong, on=date(2026, 1, 17), by=finance, at=at(date(2026, 1, 17)))
    by_two.take_back(pay(2025, "2.2", 9, "A"), on=date(2026, 1, 17), by=finance, at=at(date(2026, 1, 17)))
    seen_at_bank("paid", -126, date(2026, 1, 20))
    found = double_entry.entries(ALWAYS)
    assert all(each.balances and each.debit for each in found)
    left = {each.role: each.debit - each.credit for each in double_entry.totals(found)}
    assert sum(left.values()) == 0
    spent = left["fees"] + left["handling"] + left["other"]
    assert -left["subsidy"] - spent == ledger.balance() == 4_854
    assert left["creditors"] == -20
    assert left["bank"] == 5_000 - 126
    assert left["post_2"] == 0


def test_periods_that_follow_each_other_hold_every_entry_once(approved, seen_at_bank, instalment, pay, finance):
    seen_at_bank("paid", -126, date(2026, 1, 20))
    for month, day in ((12, 31), (10, 1)):
        pay(2025, "2.2", 1, f"{month}", on=date(2025, month, day))
    parts = [Quarter(2025, 4), Quarter(2026, 1)]
    found = [each for q in parts for each in double_entry.entries(JournalPeriod(q.first_day, q.last_day))]
    assert found == double_entry.entries(ALWAYS)
    assert len(found) == 5


def test_the_file_is_as_dutch_bookkeeping_reads_it(approved, instalment, finance):
    by_two.receive(instalment, amount=Decimal("1234.5"), on=date(2026, 1, 16), by=finance, at=at(date(2026, 1, 16)))
    content = files.csv_file(double_entry.entries(ALWAYS))
    assert content.startswith(b"\xef\xbb\xbfboekstuk;soort;")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 6
    receipt = rows[-2]
    assert (receipt["debet"], receipt["credit"], receipt["datum stuk"]) == ("1234,50", "0,00", "2026-01-16")
    total = sum(Decimal(row["debet"].replace(",", ".")) for row in rows)
    assert total == sum(Decimal(row["credit"].replace(",", ".")) for row in rows) == Decimal("1380.50")


def test_the_same_period_gives_the_same_bytes(approved):
    first = double_entry.entries(ALWAYS)
    for write in (files.csv_file, files.xlsx_file):
        with time_machine.travel(at(date(2026, 2, 1)), tick=False):
            once = write(first)
        with time_machine.travel(at(date(2026, 9, 1)), tick=False):
            assert write(double_entry.entries(ALWAYS)) == once
            assert to_xlsx(["a"], []) != steady(to_xlsx(["a"], [])), "openpyxl writes down when it was made"
    book = load_workbook(io.BytesIO(files.xlsx_file(first)))
    assert [cell.value for cell in book.active[2]][5:9:3] == ["4520", 20]


def test_every_amount_is_written_in_one_way(approved):
    """`0,00` and `126,00`, never `0`; in a workbook a number with the look of an amount."""
    found = double_entry.entries(ALWAYS)
    rows = list(csv.DictReader(io.StringIO(files.csv_file(found).decode("utf-8-sig")), delimiter=";"))
    assert rows and all(
        len(row[side].rpartition(",")[2]) == 2 and "," in row[side] for row in rows for side in ("debet", "credit")
    )
    sheet = load_workbook(io.BytesIO(files.xlsx_file(found))).active
    column = files.HEADERS.index("debet") + 1
    assert {sheet.cell(row, column).number_format for row in range(2, sheet.max_row + 1)} == {"#,##0.00"}
