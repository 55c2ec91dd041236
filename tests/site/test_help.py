"""Help where it is needed: a hint until it is put away, a page per role, a sheet to print, somebody to ask."""

from pathlib import Path

import pypdfium2
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse
from playwright.sync_api import expect

from kbl.accounts.models import HintSeen, Role
from kbl.site.hints import HINTS
from kbl.site.instructions import ALL, INSTRUCTIONS
from tests.access.world import routes
from tests.browser_support import chromium, visit, watch

__all__ = ["chromium", "visit", "watch"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(client, user):
    client.force_login(user, BACKEND)
    return client


def test_every_role_has_an_instruction_and_every_hint_a_page():
    assert set(INSTRUCTIONS) == set(Role)
    assert set(HINTS) <= set(routes())
    assert len({each.key for each in HINTS.values()}) == len(HINTS)


@pytest.mark.parametrize("sheet", ALL, ids=lambda each: each.slug)
def test_every_sheet_is_one_page_and_says_what_the_screen_says(sheet):
    found = finders.find(sheet.file)
    assert found, "make pictures"
    paper = pypdfium2.PdfDocument(found)
    assert len(paper) == 1
    words = " ".join(paper[0].get_textpage().get_text_range().split())
    for step in sheet.steps:
        assert step.title in words
        assert step.words.split(".")[0] in words


def test_the_sheets_are_not_heavy():
    sizes = [Path(finders.find(each.file)).stat().st_size for each in ALL]
    assert sum(sizes) < 2_000_000


@pytest.mark.parametrize(
    ("who", "sheets"),
    [
        ("coordinator", ["cubiss", "intermediair", "balie", "bibliotheek-beheer", "gemeente", "provincie"]),
        ("worker", ["intermediair"]),
        ("clerk", ["balie"]),
        ("manager", ["bibliotheek-beheer", "balie"]),
        ("official", ["gemeente"]),
        ("province", ["provincie"]),
    ],
)
def test_the_page_gives_each_their_own_sheet_and_somebody_to_ask(client, request, programme, who, sheets):
    html = enter(client, request.getfixturevalue(who)).get(reverse("help")).content.decode()
    assert [each.slug for each in ALL if f"help/{each.slug}.pdf" in html] == sorted(
        sheets, key=[each.slug for each in ALL].index
    )
    assert html.count(f"mailto:{programme.contact_email}") == 2  # on the page, and under every page


def test_a_hint_stays_until_it_is_put_away_and_only_for_who_did(client, clerk, manager):
    desk, away = reverse("library:desk"), reverse("hint_seen", args=["balie"])
    assert "In drie stappen klaar" in enter(client, clerk).get(desk).content.decode()
    answer = client.post(away)
    assert answer.status_code == 302
    assert answer["Location"] == desk
    client.post(away)
    assert HintSeen.objects.filter(user=clerk).count() == 1
    assert "In drie stappen klaar" not in client.get(desk).content.decode()
    assert "In drie stappen klaar" in enter(client, manager).get(desk).content.decode()


def test_only_hints_that_exist_are_remembered(client, clerk):
    assert enter(client, clerk).post(reverse("hint_seen", args=["iets-anders"])).status_code == 404
    assert not HintSeen.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_putting_a_hint_away_by_keyboard(visit, clerk):
    page = visit(clerk)
    button = page.get_by_role("button", name="Begrepen")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_count(0)
    expect(page.locator("#inhoud")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Vouchernummer")).to_be_focused()
    expect(page.get_by_role("button", name="Begrepen")).to_have_count(0)
