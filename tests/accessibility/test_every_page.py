"""Every page of every role: nothing for axe to find, nothing that moves or scrolls sideways (docs/quality.md).

The pages are walked from the URL conf, so that a new one is looked at without anybody thinking of it.
"""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from playwright.sync_api import Page

from tests.access.once import papers_in_words
from tests.access.world import ROLES
from tests.accessibility.looking import AXE, WATCH_SHIFTS, complaints
from tests.accessibility.walk import Stop, stops
from tests.browser_support import DESK, PHONE, let_in
from tests.races.support import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARTS = 2  # the longest test there is: whoever runs tests on two processors has a part on each


@pytest.fixture
def people(request) -> dict:
    """Everybody who can knock, by role."""
    return {role: None if role == "anonymous" else request.getfixturevalue(role) for role in ROLES}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_every_role(people, things, visit, watch, live_server, known, part):
    desk, phone = visit(size=DESK), visit(size=PHONE)
    for page in (desk, phone):
        page.add_init_script(WATCH_SHIFTS)
        page.add_init_script(AXE)  # once into the browser, not into each of the pages
        # Everybody came in by this page, which brings the letters along; the walk lets itself in by a cookie.
        page.goto(reverse("account_login"), wait_until="networkidle")
    with papers_in_words():
        walk = list(stops(people, things, part=part, of=PARTS))
    wrong = [each for each in walk if isinstance(each, str)]
    looked: set[str] = set()
    sessions: dict[Page, str] = {}
    for stop in _one_role_after_another(walk):
        known.know(stop.url, stop.answer)
        # How a page folds does not hang on who reads it: once is enough on the phone.
        for page in (desk,) if stop.route in looked else (desk, phone):
            if stop.session != sessions.get(page, ""):
                page.context.add_cookies([{"name": "sessionid", "value": stop.session, "url": live_server.url}])
                sessions[page] = stop.session
            width, before = page.viewport_size["width"], known.given
            said = [*_look(page, stop.url), *watch.problems]
            assert known.given > before, f"{stop.route}: the browser was not given what {stop.role} gets"
            wrong.extend(f"{stop.route} ({stop.role}, {width} px): {each}" for each in said)
            watch.problems.clear()
        looked.add(stop.route)
    assert not wrong, "\n".join(wrong)
    assert len(looked) > 160 // PARTS


def _one_role_after_another(walk: list[Stop | str]) -> list[Stop]:
    """In the order of the roles, nobody first: a browser changes hands once for each."""
    return sorted((each for each in walk if isinstance(each, Stop)), key=lambda stop: ROLES.index(stop.role))


def _look(page: Page, url: str) -> list[str]:
    page.goto(url)
    found = complaints(page)
    for _ in range(2):
        # On a busy machine a stylesheet or the letters may come late; what moves by itself moves every time.
        if any(each.startswith("moves") for each in found):
            page.reload(wait_until="networkidle")
            found = complaints(page)
    return found


SMALL_BUTTONS = """for (const words of ["een", "twee", "drie"]) {
  const button = document.createElement("button");
  button.textContent = words;
  button.style.cssText = "all: unset; font-size: 8px; line-height: 8px";
  document.querySelector("main h1").after(button);
}"""


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        ("document.querySelector('label').remove()", "label"),
        ("document.querySelector('h1').remove()", "0 h1"),
        ("document.title = ''", "title"),
        ("document.documentElement.lang = ''", "lang"),
        ("document.querySelector('h1').style.width = '200vw'", "scrolls sideways"),
        ("document.querySelector('h1').style.color = '#ddd'", "color-contrast"),
        ("document.querySelector('main').style.marginTop = '50vh'", "moves"),
        (SMALL_BUTTONS, "target-size"),
    ],
    ids=["label", "h1", "title", "language", "width", "contrast", "moving", "targets"],
)
def test_the_look_finds_what_is_wrong(visit, spoil, complaint):
    page = visit()
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/account/inloggen/")
    assert not complaints(page)
    page.evaluate(spoil)
    until(lambda: any(each.startswith(complaint) for each in complaints(page)))  # a shift is told a moment later


def test_the_pages_of_the_second_step(visit, live_server, coordinator, programme):
    TOTP.activate(coordinator, generate_totp_secret())
    RecoveryCodes.activate(coordinator)
    page = visit()
    let_in(page, coordinator, live_server.url)
    page.add_init_script(WATCH_SHIFTS)
    for route in ("index", "reauthenticate", "deactivate_totp", "view_recovery_codes", "generate_recovery_codes"):
        found = _look(page, reverse(f"mfa_{route}"))
        assert page.url == live_server.url + reverse(f"mfa_{route}")
        assert not found, route


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_that_say_sorry(visit, watch, live_server, clerk, venlo, size):
    watch.expected = {403, 404}
    page = visit(size=size)
    let_in(page, clerk, live_server.url)
    page.add_init_script(WATCH_SHIFTS)
    for url in ("/bestaat-niet/", reverse("cubiss:home"), reverse("library:statements")):
        assert not _look(page, url), url
