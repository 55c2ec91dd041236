"""The journal: both sides of everything that happened to the money, the same file for the same period."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from openpyxl import load_workbook

from kbl.fund import accounts, ledger
from kbl.fund.models import BudgetLine, Instalment
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.periods import Quarter
from kbl.settlements.fund_figures import realisation
from kbl.settlements.models import Line, Tariff
from kbl.settlements.statements import steps
from kbl.spreadsheets import steady, to_xlsx
from reporting.journal import double_entry, files
from reporting.journal.double_entry import JournalPeriod
from tests import by_two
from tests.conftest import at
from tests.settlements.conftest import Q1

pytestmark = pytest.mark.both_engines

ALWAYS = JournalPeriod(date(2025, 1, 1), date(2027, 12, 31))


def sides(entry: double_entry.JournalEntry) -> list[tuple[str, Decimal]]:
    """Accounts with what is debit (positive) or credit (negative)."""
    return [(each.account, each.debit - each.credit) for each in entry.postings]


def of_kind(*kinds: str, period: JournalPeriod = ALWAYS) -> list[double_entry.JournalEntry]:
    return [each for each in double_entry.entries(period) if each.kind in kinds]


@pytest.fixture
def instalment(programme) -> Instalment:
    return Instalment.objects.create(description="2026, termijn 1", due_on=date(2026, 1, 15), amount=130_750)


@pytest.fixture
def approved(closed, manager, finance):
    """Venlo's invoice of 126 and the food bank's declaration of 20, approved on 14 January 2026."""
    when = at(date(2026, 1, 14))
    for statement in closed.statements.order_by("pk"):
        steps.confirm(statement, by=manager, at=when)
        steps.approve(statement, by=finance, at=when)
    return closed


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


def test_a_receipt_is_money_in_and_owed_to_the_purpose(instalment, finance):
    entry = by_two.receive(instalment, amount=Decimal(100), on=date(2026, 1, 16), by=finance, at=at(date(2026, 1, 19)))
    by_two.reverse(entry, on=date(2026, 1, 20), by=finance, at=at(date(2026, 1, 20)))
    came, back = of_kind("ontvangst")
    assert (came.booked_on, came.on, came.party) == (date(2026, 1, 19), date(2026, 1, 16), "Provincie Limburg")
    assert sides(came) == [("1100", 100), ("1850", -100)]
    assert sides(back) == [("1100", -100), ("1850", 100)]


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


def test_an_account_holds_from_its_first_day(pay, finance):
    pay(2025, "2.2", 1, "A", on=date(2025, 11, 3))
    pay(2025, "2.2", 2, "B", on=date(2025, 12, 3))
    noon = at(date(2025, 12, 1))
    assert accounts.set_codes({"post_2": "4217", "bank": "1100"}, first_day=date(2025, 12, 1), by=finance, at=noon) == 1
    assert [sides(each)[0] for each in of_kind("kosten")] == [("4200", 1), ("4217", 2)]
    now = accounts.Accounts()
    assert now.code("post_2", date(2025, 11, 30)) == "4200"
    assert now.code("post_2", date(2025, 12, 1)) == "4217", "from that day itself"


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


def test_what_is_written_down_late_lies_in_the_period_in_which_it_was(instalment, finance):
    """So a period that is over never changes, and nothing is exported twice."""
    december = JournalPeriod(date(2025, 12, 1), date(2025, 12, 31))
    before = files.csv_file(double_entry.entries(december))
    by_two.receive(instalment, amount=Decimal(7), on=date(2025, 12, 30), by=finance, at=at(date(2026, 1, 2)))
    assert files.csv_file(double_entry.entries(december)) == before
    (entry,) = double_entry.entries(JournalPeriod(date(2026, 1, 1), date(2026, 1, 31)))
    assert (entry.on, entry.booked_on) == (date(2025, 12, 30), date(2026, 1, 2))


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
