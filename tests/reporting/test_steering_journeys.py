"""Steering by the figures, in browsers: what is asked of the province, and where nobody comes yet."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reporting.models import PaymentRequest
from tests.browser_support import PHONE, chromium, fits, visit, watch  # noqa: F401
from tests.reporting.test_payment_requests import closed  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_frank_asks_carla_releases_and_the_province_takes_the_paper(
    visit,  # noqa: F811
    closed,  # noqa: F811
    finance,
    coordinator,
    province,
):
    makes = visit(finance, at="/cubiss/fonds/betaalverzoeken/")
    # Keys without a pause and then Tab would be a scanner's; nobody types so.
    makes.get_by_label("Toelichting").fill("De start is in september.")
    makes.keyboard.press("Tab")
    button = makes.get_by_role("button", name="Maak het betaalverzoek")
    expect(button).to_be_focused()
    assert button.evaluate("each => each.matches(':focus-visible')"), "who types sees where they are"
    makes.keyboard.press("Enter")
    expect(makes.get_by_text("wacht op een collega")).to_be_visible()
    asked = PaymentRequest.objects.get()
    releases = visit(coordinator, at="/cubiss/fonds/betaalverzoeken/")
    releases.get_by_role("button", name="Geef vrij").click()
    expect(releases.get_by_text("gevraagd", exact=True)).to_be_visible()
    reads = visit(province, at="/provincie/betaalverzoeken/", size=PHONE)
    assert fits(reads)
    with reads.expect_download() as found:
        reads.get_by_role("link", name=f"PDF van {asked.number}").click()
    assert hashlib.sha256(Path(found.value.path()).read_bytes()).hexdigest() == asked.sha256


def test_the_coordinator_reads_where_nobody_comes_and_how_the_targets_go(visit, two_quarters, coordinator):  # noqa: F811
    page = visit(coordinator, at="/cubiss/rapportages/witte-vlekken/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("geen intermediair").first).to_be_visible()
    page.goto("/cubiss/rapportages/herkomst/?sinds=start")
    expect(page.get_by_role("table").first).to_contain_text("Venlo")
    page.goto("/cubiss/rapportages/monitor/doel/a/")
    expect(page.get_by_role("img", name="Staafdiagram: doel A")).to_be_visible()
    with page.expect_download() as found:
        page.goto("/cubiss/rapportages/monitor/")
        page.get_by_role("link", name="Excel").click()
    assert found.value.suggested_filename.endswith(".xlsx")
