"""The camera reads a voucher: a film of the printed code, in a real browser, decoded by what our own server sent."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from libraries.models import Enrolment, Refusal
from tests.browser_support import ANSWERING, CHROMIUM, DESK, PHONE, QUIET, SLOW_MACHINE, Watch, fits, let_in
from tests.conftest import at
from vouchers.paper.codes import public_url

pytestmark = pytest.mark.browser
FRAME, FRAMES = (640, 480), 8
FORMATS = {"qr": zxingcpp.BarcodeFormat.QRCode, "bars": zxingcpp.BarcodeFormat.Code128}


@pytest.fixture(autouse=True)
def october(clock) -> None:
    """Noon on Thursday 16 October 2025."""
    clock.move_to(at(date(2025, 10, 16)))


def film(*pictures: tuple[str, str], path: Path) -> Path:
    """A film (Motion JPEG): each code is held before the camera for a moment. Chromium plays it over and over."""
    frames = bytearray()
    for kind, text in pictures:
        code = zxingcpp.create_barcode(text, FORMATS[kind]).to_image(scale=4 if kind == "qr" else 2)
        shown = Image.fromarray(code).convert("L")
        shown = shown.resize((shown.width, 160)) if kind == "bars" else shown
        frame = Image.new("RGB", FRAME, "#d8cfc0")
        frame.paste(shown, ((FRAME[0] - shown.width) // 2, (FRAME[1] - shown.height) // 2))
        place = path.with_suffix(".jpg")
        frame.save(place, quality=92)
        frames += place.read_bytes() * FRAMES
    path.write_bytes(frames)
    return path


def refused(route: Route) -> None:
    """The browser says no to the camera of this page, in the one way that needs no window to ask in."""
    answer = route.fetch()
    route.fulfill(response=answer, headers=answer.headers | {"permissions-policy": "camera=()"})


@pytest.fixture
def watched() -> list[Watch]:
    return []


@pytest.fixture(scope="module")
def film_place(tmp_path_factory) -> Path:
    """What lies there when a camera goes on is what it sees."""
    return tmp_path_factory.mktemp("camera") / "film.mjpeg"


@pytest.fixture(scope="module")
def with_camera(chromium: Browser, film_place) -> Iterator[Browser]:
    """A browser of its own: whether there is a camera is decided when it starts."""
    arguments = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film_place}"]
    arguments += ["--use-fake-ui-for-media-stream", *QUIET]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def camera(request, chromium: Browser, live_server, film_place, watched) -> Iterator[Callable[..., Page]]:
    """A page whose camera shows a film; `allowed=False`: somebody said no, no pictures: there is no camera."""
    expect.set_options(timeout=SLOW_MACHINE)
    contexts = []

    def open_browser(user, *pictures, size=DESK, allowed=True) -> Page:
        if pictures:
            film(*pictures, path=film_place)
        browser = request.getfixturevalue("with_camera") if pictures else chromium
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            locale="nl-NL",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW_MACHINE)
        watch = Watch(home=urlsplit(live_server.url).netloc)
        watch.follow(page)
        watched.append(watch)
        let_in(page, user, live_server.url)
        if not allowed and pictures:
            watch.excused.add("Permissions policy violation: camera")
            page.route("**/bibliotheek/", refused)
        page.goto("/bibliotheek/")
        return page

    yield open_browser
    for context in contexts:
        context.close()
    ANSWERING.wait_until_silent()
    problems = [problem for watch in watched for problem in watch.problems]
    assert not problems, problems


def scanner(page: Page):
    return page.get_by_role("dialog", name="Scan met de camera")


def press(page: Page) -> None:
    page.get_by_role("button", name="Scan met de camera").click()


def stops(page: Page) -> None:
    """The camera goes off: its light follows the closed window, on a slow machine a little later."""
    page.wait_for_function(f"!{LIVE_TRACKS}", timeout=60_000)


LIVE_TRACKS = "(document.querySelector('#camera video').srcObject?.getTracks() ?? []).length"


def live_tracks(page: Page) -> int:
    """How many cameras are on."""
    return page.evaluate(LIVE_TRACKS)


@pytest.mark.parametrize(("kind", "size"), [("qr", PHONE), ("bars", DESK)])
def test_a_code_before_the_camera_becomes_a_membership(camera, clerk, voucher, kind, size):
    digits = voucher.number.digits
    page = camera(clerk, (kind, public_url(digits) if kind == "qr" else digits), size=size)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.reload()
    assert not [url for url in fetched if "barcode" in url or "wasm" in url], "loaded before anybody asked"
    press(page)
    expect(page.locator("#antwoord")).to_contain_text("Deze voucher is geldig")
    expect(scanner(page)).to_be_hidden()
    stops(page)
    assert sum(url.endswith("zxing_reader.wasm") for url in fetched) == 1
    assert not [url for url in fetched if digits in url]
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#antwoord")).to_contain_text("Klaar")
    assert Enrolment.objects.get().voucher == voucher
    assert fits(page)


def test_a_books_own_code_is_told_and_the_camera_looks_on(camera, clerk, voucher):
    page = camera(clerk, ("bars", "9789045012345"))
    press(page)
    expect(scanner(page)).to_contain_text("Deze code is niet van een voucher.")
    assert live_tracks(page) == 1
    assert not Refusal.objects.exists()
    page.keyboard.press("Escape")
    expect(scanner(page)).to_be_hidden()
    stops(page)
    expect(page.get_by_label("Vouchernummer")).to_have_value("")


def test_the_camera_stops_when_the_page_hides(camera, clerk):
    page = camera(clerk, ("bars", "9789045012345"), size=PHONE)
    press(page)
    expect(scanner(page)).to_contain_text("Deze code is niet van een voucher.")
    assert fits(page)
    assert not Axe().run(page).response["violations"]
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(scanner(page)).to_be_hidden()
    stops(page)


@pytest.mark.parametrize(
    ("pictures", "sentence"),
    [
        ((("bars", "1"),), "De camera staat uit voor deze pagina."),
        ((), "Dit apparaat heeft geen camera."),
    ],
    ids=["refused", "none"],
)
def test_without_a_camera_there_are_kind_words_and_the_field_works(camera, clerk, voucher, pictures, sentence):
    page = camera(clerk, *pictures, allowed=False)
    press(page)
    expect(scanner(page)).to_contain_text(sentence)
    page.get_by_role("button", name="Stop de camera").click()
    page.get_by_label("Vouchernummer").fill(voucher.number.digits)
    page.keyboard.press("Enter")
    expect(page.locator("#antwoord")).to_contain_text("Deze voucher is geldig")


def test_only_the_desks_pages_may_start_the_reader(client, clerk):
    client.force_login(clerk, backend="allauth.account.auth_backends.AuthenticationBackend")
    policy = client.get("/bibliotheek/")["Content-Security-Policy"]
    (script,) = [each.split()[1:] for each in policy.split(";") if each.split()[:1] == ["script-src"]]
    assert sorted(script) == ["'self'", "'wasm-unsafe-eval'"] and "'unsafe-eval'" not in policy
    assert "worker-src" not in policy and "blob:" not in policy
    for elsewhere in ("/bibliotheek/inschrijvingen/", "/bibliotheek/verlengingen/", "/v/"):
        assert "wasm" not in client.get(elsewhere)["Content-Security-Policy"]
