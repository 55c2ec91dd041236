"""The report on its way, in browsers: Carla writes and sees it stand there, Frank releases, the province reads."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from reporting.models import ReportEdition
from tests import released_report
from tests.browser_support import PHONE, chromium, fits, visit, watch  # noqa: F401

pytestmark = [pytest.mark.both_engines, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_carla_writes_frank_releases_and_the_province_reads(visit, two_quarters, history, province):  # noqa: F811
    writes = visit(history.coordinator, at="/cubiss/rapportages/2025-Q4/teksten/", size=PHONE)
    expect(writes.get_by_text("Nog nodig: een toelichting bij doel A")).to_be_visible()
    writes.get_by_label("Doel A: toelichting").fill("De start was later dan gepland.")
    expect(writes.locator("[data-preview=why_a] p")).to_have_text("De start was later dan gepland.")
    assert fits(writes)
    writes.get_by_role("button", name="Bewaar").click()
    writes.get_by_role("button", name="Leg voor aan een collega").click()
    writes.wait_for_url("**/cubiss/werk/*/")
    edition = ReportEdition.objects.get()
    with transaction.atomic():
        if not edition.files.exists():  # the worker's work
            released_report.quick_files(edition, at=edition.asked_at)
    reads = visit(history.finance, at="/cubiss/rapportages/2025-Q4/teksten/")
    reads.get_by_role("button", name="Geef vrij").click()
    reads.get_by_role("button", name="Ja, geef vrij").click()
    expect(reads.get_by_text("De provincie leest de rapportage nu")).to_be_visible()
    page = visit(province, at="/provincie/2025-Q4/")
    expect(page.get_by_text("De start was later dan gepland.")).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV").first.click()
    assert found.value.suggested_filename == "voortgangsrapportage-2025-Q4.csv"
