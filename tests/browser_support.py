"""Real browsers for the tests. A folder's conftest takes the fixtures it needs:

    from tests.browser_support import chromium, visit  # noqa: F401

`visit()` gives a page nobody is logged in on; `visit(user)` one on which somebody is, at their start page or where the
test begins. A story about logging in does it by the page for it, `log_in`. When the test is over, anything a browser
complained about fails it: a script error, a refusal by the content security policy, an answer of 500, a request to
another host.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Condition
from urllib.parse import urlsplit

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import Client
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)
from time_machine import escape_hatch

from kbl.accounts.models import User
from tests.conftest import PASSWORD

# Without a window it asks half the work; with one it does the same.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), BROWSERS[0])
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # A page of a test is gone before a script on it is worth compiling a third time, or its rubbish worth looking for.
    "--js-flags=--no-turbofan --no-maglev --no-lazy-feedback-allocation --min-semi-space-size=64",
]
RUNNING: list[Browser] = []
DESK, PHONE = (1280, 900), (390, 844)
# For a journey on both engines: how a page folds does not hang on the engine.
WIDTHS = [DESK, pytest.param(PHONE, marks=pytest.mark.postgresql)]
SLOW_MACHINE = 60_000  # milliseconds after which a test that hangs ends; nothing is expected to take this long

# The browser tells the test of whatever the policy refused, also where it writes nothing on the console.
TELL = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI}`));"""


# A field that asks for the focus gets it a moment after the page is there: whoever was quicker has it taken away, and
# the key goes into that field. A person sees where the focus is; a test waits until it was given.
ASKS_FOR_FOCUS = """() => document.readyState === "complete"
  && (!document.querySelector("[autofocus]") || document.activeElement !== document.body)"""


def wait_for_focus() -> None:
    """From here on a key that is pressed on an element waits until the page gave the focus where it wants it."""
    press = Locator.press

    def once_settled(locator: Locator, key: str, **options) -> None:
        locator.wait_for(state="attached")
        locator.page.wait_for_function(ASKS_FOR_FOCUS)
        press(locator, key, **options)

    Locator.press = once_settled  # type: ignore[method-assign]


wait_for_focus()


class Answering:
    """How many connections the server of a test still answers.

    A page that was left may have asked something a moment before: its answer comes when the test is over, from a
    database that the next test empties or that is closed by then.
    """

    def __init__(self) -> None:
        self.connections, self.changed = 0, Condition()
        answer = ThreadedWSGIServer.process_request_thread

        def counted(server: ThreadedWSGIServer, *args) -> None:
            self._add(1)
            try:
                answer(server, *args)
            finally:
                self._add(-1)

        ThreadedWSGIServer.process_request_thread = counted  # type: ignore[method-assign]

    def _add(self, one: int) -> None:
        with self.changed:
            self.connections += one
            self.changed.notify_all()

    def wait_until_silent(self) -> None:
        """Once the browser is closed: until every connection was answered and let go of its database."""
        with self.changed:
            self.changed.wait_for(lambda: not self.connections, timeout=SLOW_MACHINE / 1000)


ANSWERING = Answering()


@dataclass
class Watch:
    """What went wrong in the browsers of one test."""

    home: str
    problems: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium calls every 4xx a failure to load, also a form that is answered with 422; `_response` knows better.
        excused = ("Failed to load resource", *self.excused)
        if message.type == "error" and not message.text.startswith(excused):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme.startswith("http") and address.netloc != self.home:
            self.problems.append(f"request to {address.netloc}")

    def _response(self, response: Response) -> None:
        allowed = response.status < 400 or response.status == 422 or response.status in self.expected
        if not allowed:
            self.problems.append(f"{response.status}: {urlsplit(response.url).path}")


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Browser:
    """One browser for all tests of a process: every folder that takes this fixture gets the same one."""
    if not RUNNING:
        # Playwright keeps an event loop in this thread; Django would refuse the database although nothing is async.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        playwright = sync_playwright().start()
        RUNNING.append(playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET))
        request.config.add_cleanup(playwright.stop)
        request.config.add_cleanup(RUNNING[0].close)
    return RUNNING[0]


@pytest.fixture
def watch(live_server) -> Watch:
    """A test that is about trouble says so: 4xx answers in `expected`, beginnings of console messages in `excused`."""
    return Watch(home=urlsplit(live_server.url).netloc)


@pytest.fixture
def visit(chromium, live_server, watch) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own, for somebody or for nobody, as wide as a desk or a phone."""
    expect.set_options(timeout=SLOW_MACHINE)
    contexts = []

    def open_page(user: User | None = None, *, at: str = "/", size: tuple[int, int] = DESK, **options) -> Page:
        width, height = size
        # Only its own test wants the page for lost connections to come up; others see what the network says.
        options.setdefault("service_workers", "block")
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="nl-NL",
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(SLOW_MACHINE)
        context.add_init_script(TELL)
        page = context.new_page()
        watch.follow(page)
        if user is not None:
            let_in(page, user, live_server.url)
            page.goto(at)
        return page

    yield open_page
    for context in contexts:
        context.close()
    ANSWERING.wait_until_silent()
    assert not watch.problems, watch.problems


def session_of(user: User | None) -> Client:
    """Somebody who typed the password a moment ago, so that the pages about the second step open too."""
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "email": user.email, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def let_in(page: Page, user: User, home: str) -> None:
    """By a cookie, as after logging in."""
    session = session_of(user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": home}])


def log_in(page: Page, user: User) -> None:
    """By the page for it, with the keyboard."""
    page.goto("/account/inloggen/")
    page.get_by_label("E-mailadres").fill(user.email)
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "inloggen" not in address)


KEYS = {
    "\t": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "\n": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
}


def scan(page: Page, text: str, *, pause: float = 0.002) -> None:
    """As a hand scanner types: so many seconds between two keys by their own time, however late a browser handles them.

    A busy machine takes longer over a key than a scanner over a whole number; a test that only types quickly would ask
    how quick the machine is.
    """
    keyboard = page.context.new_cdp_session(page)
    moment = escape_hatch.time.time()  # the browser's clock is the real one
    for character in text:
        key = KEYS.get(character, {"key": character, "text": character})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": moment, **key})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": moment, "key": key["key"]})
        moment += pause
    keyboard.detach()


def fits(page: Page) -> bool:
    """No sideways scrolling, once the page and its letters are there."""
    page.wait_for_load_state()
    return page.evaluate("document.fonts.ready.then(() => document.documentElement.scrollWidth <= window.innerWidth)")
