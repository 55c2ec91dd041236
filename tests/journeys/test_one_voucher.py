"""One voucher walks from a batch to an invoice that may be paid; everybody does their part in a browser."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from kbl.accounts.models import User
from kbl.fund import ledger
from kbl.settlements.models import Statement
from tests.browser_support import log_in
from tests.conftest import at
from vouchers.models import Voucher

PAPERS = 120_000  # milliseconds: all documents are made before the page answers, on a machine that may be busy
pytestmark = [pytest.mark.both_engines, pytest.mark.browser]


@pytest.fixture
def enter(visit) -> Callable[[User], Page]:
    """Everybody in this story comes in as in life: by the page for it."""

    def come_in(user: User) -> Page:
        page = visit()
        log_in(page, user)
        return page

    return come_in


def go(page: Page, item: str) -> None:
    """Choose from the menu on top."""
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=item).click()


def press(page: Page, name: str | re.Pattern) -> None:
    """Once the page is wholly there: what asks first does so by its script, and a person is not that quick."""
    button = page.get_by_role("button", name=name)
    button.wait_for()
    page.wait_for_load_state()
    button.click()


def sure(page: Page) -> None:
    """Yes, in the dialog that asks."""
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Ja")).click(timeout=PAPERS)


def says(page: Page, *sentences: str, within: int | None = None) -> None:
    """The page says so, within the usual time or so many milliseconds."""
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence, timeout=within)


def make_a_batch(page: Page) -> None:
    go(page, "Vouchers")
    page.get_by_role("link", name="Nieuwe serie").first.click()
    page.get_by_label("Hoeveel vouchers?").fill("10")
    press(page, "Maak de serie")
    says(page, "Er zijn 10 vouchers gemaakt")


def allocate_it(page: Page, serials: str, to: str) -> None:
    go(page, "Vouchers")
    page.get_by_role("link", name="Toewijzen").first.click()
    page.get_by_label("Naar wie?").select_option(label=to)
    page.get_by_label("Nummers").fill(serials)
    press(page, "Bekijk wat er gebeurt")
    press(page, "Ja, toewijzen")
    expect(page.get_by_role("status").first).to_contain_text("toegewezen")


def hand_it_out(page: Page, serial: str) -> None:
    expect(page.locator(".kbl-stat", has_text="In uw voorraad")).to_contain_text("10")
    go(page, "Uitreiken")
    expect(page.get_by_label("Welke vouchers geeft u mee?")).to_be_focused()
    page.keyboard.type(serial)
    press(page, "Controleer")
    says(page, "Kan worden vastgelegd")
    press(page, "Leg 1 voucher vast")
    says(page, "1 voucher is vastgelegd.")


def redeem_it(page: Page, number: str) -> None:
    """Three keys after the number: Enter, the choice, Enter."""
    expect(page.get_by_label("Vouchernummer")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    says(page, "Deze voucher is geldig")
    expect(page.get_by_role("radio", name="Nieuw lid")).to_be_focused()
    page.keyboard.press("1")
    expect(page.get_by_role("radio", name="Nieuw lid")).to_be_checked()
    page.keyboard.press("Enter")
    says(page, "Klaar", "1 voucher ingewisseld.")
    expect(page.get_by_label("Vouchernummer")).to_be_focused()


def close_the_quarter(page: Page) -> None:
    go(page, "Kwartalen")
    page.get_by_role("link", name=re.compile("4e kwartaal 2025")).first.click()
    press(page, "Sluit kwartaal")
    sure(page)
    says(page, "Gesloten op", within=PAPERS)
    says(page, "VEN-2025-0001", "DECL-2025-0001", "Voortgangsrapportage voor de provincie")


def agree(page: Page, item: str, number: str, amount: str) -> None:
    go(page, item)
    page.get_by_role("row", name=re.compile(number)).get_by_role("link").first.click()
    says(page, number, amount)
    page.get_by_role("button", name="Akkoord").click()
    expect(page.locator("main").get_by_text("Akkoord", exact=False).first).to_be_visible()


def report_it(writer: Page, colleague: Page) -> None:
    """One writes why the target lags and asks, another releases what the province will read."""
    texts = reverse("cubiss:report_texts", args=["2025-Q4"])
    writer.goto(texts)
    writer.locator("[name=why_a]").fill("De eerste bibliotheken begonnen later dan gepland.")
    press(writer, "Bewaar")
    press(writer, "Leg voor aan een collega")
    writer.wait_for_url(lambda address: "teksten" not in address, timeout=PAPERS)
    colleague.goto(texts)
    press(colleague, "Geef vrij")
    sure(colleague)
    says(colleague, "Vrijgegeven.", within=PAPERS)


def test_one_voucher_from_batch_to_an_invoice_that_may_be_paid(
    clock,
    workers,
    enter,
    earlier_quarters_closed,
    food_bank,
    venlo,
    coordinator,
    worker,
    clerk,
    manager,
    finance,
    province,
):
    clock.move_to(at(date(2025, 10, 13), 9))
    carla = enter(coordinator)
    make_a_batch(carla)
    paper = Voucher.objects.select_related("batch").earliest("serial")
    allocate_it(carla, str(paper.batch.range), food_bank.name)

    clock.move_to(at(date(2025, 10, 14), 9))
    hand_it_out(enter(worker), str(paper))
    redeem_it(enter(clerk), str(paper.number))

    clock.move_to(at(date(2026, 1, 12), 9))
    close_the_quarter(enter(coordinator))

    agree(enter(worker), "Declaraties", "DECL-2025-0001", "€\xa04,00")
    agree(enter(manager), "Facturen", "VEN-2025-0001", "€\xa042,00")

    frank = enter(finance)
    go(frank, "Kwartalen")
    frank.get_by_role("link", name=re.compile("4e kwartaal 2025")).first.click()
    press(frank, re.compile("Keur alles met akkoord goed"))
    sure(frank)
    says(frank, "2 afrekeningen zijn goedgekeurd.")
    assert set(Statement.objects.exclude(number=None).values_list("status", flat=True)) == {"approved"}
    assert ledger.spent() == 46

    report_it(enter(coordinator), frank)
    petra = enter(province)
    petra.get_by_role("link", name="Lees het 4e kwartaal 2025").click()
    says(petra, "Voortgangsrapportage 4e kwartaal 2025")
    with petra.expect_download() as download:
        petra.get_by_role("link", name="PDF", exact=True).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
