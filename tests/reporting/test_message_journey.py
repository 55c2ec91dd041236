"""The quarterly message on a telephone: looked at per audience, and then sent."""

import pytest
from playwright.sync_api import expect

from reporting.message.models import MessageMail, QuarterMessage
from tests.browser_support import PHONE, chromium, fits, visit, watch  # noqa: F401
from tests.reporting.test_quarter_message import closed, edition  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_project_lead_looks_at_the_message_per_audience_and_sends_it(
    visit,  # noqa: F811
    edition,  # noqa: F811
    coordinator,
    manager,
    province,
):
    """On a telephone, with the keyboard: Tab goes from the text to looking and then to sending."""
    page = visit(coordinator, at="/cubiss/rapportages/2025-Q4/bericht/", size=PHONE)
    assert fits(page)
    # Keys without a pause and then Tab would be a scanner's; nobody types so.
    page.get_by_label("Uw bericht").fill("Dank voor het werk.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bekijk hoe het eruitziet")).to_be_focused()
    page.keyboard.press("Enter")
    for audience in ("bibliotheek", "provincie"):
        expect(page.get_by_role("heading", name=f"Voorbeeld: {audience}").first).to_be_visible()
    expect(page.get_by_label("Uw bericht")).to_have_value("Dank voor het werk.")
    assert fits(page) and not QuarterMessage.objects.exists()
    page.get_by_role("button", name="Verstuur aan").click()
    expect(page.get_by_text("Dit bericht is verstuurd")).to_be_visible()
    assert set(MessageMail.objects.values_list("audience", flat=True)) >= {"library", "province"}
