"""Frank closes a quarter, pays it and reads the bank's answer; Carla is his second pair of eyes; an auditor looks back.

One payment comes back: its statement, and no other, waits to be paid again.
"""

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from intermediaries.handouts import handout
from kbl.payments.models import PaymentRun
from kbl.programme.demo import bank_statement
from kbl.settlements.models import Statement
from libraries import enrolment
from tests.browser_support import fits
from tests.conftest import at, branch_of
from tests.journeys.test_one_voucher import PAPERS, agree, go, press, says, sure
from vouchers.models import Voucher
from vouchers.numbers import SerialRange

# On PostgreSQL only: its acts are told on both engines in tests/payments, and a journey is in test_one_voucher.
pytestmark = pytest.mark.browser


@pytest.fixture
def a_quarter(earlier_quarters_closed, stock_of_food_bank, food_bank, worker, venlo, clerk) -> None:
    """The food bank handed out five vouchers, Venlo made three members of them."""
    first = stock_of_food_bank.first
    day = date(2025, 10, 14)
    handout.hand_out(food_bank, [SerialRange(first, first + 4)], on=day, by=worker, at=at(day))
    for serial in range(first, first + 3):
        number = Voucher.objects.get(pk=serial).number
        enrolment.redeem(number, branch=branch_of(venlo), kind="new", on=day, by=clerk, at=at(day))


def close(page: Page) -> None:
    go(page, "Kwartalen")
    page.get_by_role("link", name=re.compile("4e kwartaal 2025")).first.click()
    says(page, "Voedselbank Venlo", "20,00", "Bibliotheek Venlo", "126,00")
    press(page, "Sluit kwartaal")
    sure(page)
    says(page, "Gesloten op", within=PAPERS)


def approve_all(page: Page) -> None:
    go(page, "Kwartalen")
    page.get_by_role("link", name=re.compile("4e kwartaal 2025")).first.click()
    press(page, re.compile("Keur alles met akkoord goed"))
    sure(page)
    says(page, "2 afrekeningen zijn goedgekeurd.")


def prepare(page: Page) -> None:
    """Everything is ticked and the next bank day is filled in."""
    go(page, "Betalingen")
    says(page, "Nu te betalen", "146,00")
    assert fits(page)
    press(page, "Zet betaling klaar")
    says(page, "KBL-BET-0001", "2 betalingen", "146,00", "Een collega geeft deze run vrij")
    expect(page.get_by_role("button", name="Geef vrij")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile("Bestand voor de bank"))).to_have_count(0)


def release(page: Page) -> None:
    go(page, "Betalingen")
    page.get_by_role("link", name=re.compile("Kijk na|Bekijk|KBL-BET-0001")).first.click()
    press(page, "Geef vrij")
    sure(page)
    says(page, "vrijgegeven")


def fetch(page: Page) -> bytes:
    """The file for the bank, as the browser saves it."""
    go(page, "Betalingen")
    page.get_by_role("link", name=re.compile("KBL-BET-0001")).first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Bestand voor de bank")).click()
    return download.value.path().read_bytes()


def read_in(page: Page, content: bytes) -> None:
    page.goto("/cubiss/bank/inlezen/")
    page.locator("input[type=file]").set_input_files(
        {"name": "afschrift.xml", "mimeType": "application/xml", "buffer": content}
    )
    press(page, "Laat zien wat het betekent")
    says(page, "Bibliotheek Venlo", "Voedselbank Venlo")
    press(page, "Lees dit afschrift in")


def test_from_closing_a_quarter_to_the_matched_statement_of_the_bank(
    clock, workers, visit, a_quarter, food_bank, venlo, coordinator, finance, reader, worker, manager
):
    clock.move_to(at(date(2026, 1, 12), 9))
    close(visit(finance))

    clock.move_to(at(date(2026, 1, 13), 9))
    mara, willem = visit(manager), visit(worker)
    agree(mara, "Facturen", "VEN-2025-0001", "126,00")
    agree(willem, "Declaraties", "DECL-2025-0001", "20,00")

    clock.move_to(at(date(2026, 1, 14), 9))
    frank, carla = visit(finance), visit(coordinator)
    approve_all(frank)
    prepare(frank)
    release(carla)
    content = fetch(frank)
    run = PaymentRun.objects.get()
    assert content == bytes(run.file.content) and b"pain.001.001.09" in content

    clock.move_to(at(run.execute_on, 17))
    frank = visit(finance, at="/cubiss/betalingen/1/")
    press(frank, "Ja, de bank voerde hem uit")
    says(frank, "Uitgevoerd, gemeld door Frank")

    clock.move_to(at(date(2026, 1, 19), 9))
    frank = visit(finance)
    closed_account = run.payments.get(statement__organisation=food_bank).end_to_end_id
    read_in(
        frank,
        bank_statement.executed(run, on=run.execute_on, opening=Decimal("500.00"), returned={closed_account: "AC04"}),
    )
    says(frank, "opgeheven")
    read_in_again = bank_statement.executed(
        run, on=run.execute_on, opening=Decimal("500.00"), returned={closed_account: "AC04"}
    )
    frank.goto("/cubiss/bank/inlezen/")
    frank.locator("input[type=file]").set_input_files(
        {"name": "afschrift.xml", "mimeType": "application/xml", "buffer": read_in_again}
    )
    press(frank, "Laat zien wat het betekent")
    says(frank, "al ingelezen")

    statuses = {each.organisation.slug: each.status for each in Statement.objects.filter(number__isnull=False)}
    assert statuses == {"bibliotheek-venlo": "paid", "voedselbank-venlo": "approved"}
    go(frank, "Betalingen")
    says(frank, "Vraagt eerst iets anders", "opgeheven (code AC04)", "20,00")
    mara = visit(manager)
    go(mara, "Facturen")
    expect(mara.get_by_role("row", name=re.compile("VEN-2025-0001"))).to_contain_text(re.compile("etaald"))

    rik = visit(reader)
    go(rik, "Controle")
    assert fits(rik)
