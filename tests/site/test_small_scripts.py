"""The small scripts that every page has, each by itself: on one page, with a form of our own put into it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.templatetags.static import static
from playwright.sync_api import Page, Route, expect

from tests.browser_support import chromium, visit, watch
from vouchers.numbers import Number

__all__ = ["chromium", "visit", "watch"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TICKS = """<form id="proef" method="post" action="/proef/">
  <input type="checkbox" id="alles" data-select-all="rij"> <span id="teller" data-selected-count="rij">0</span>
  <input type="checkbox" name="rij" value="1"> <input type="checkbox" name="rij" value="2">
  <input type="checkbox" name="rij" value="3"> <input type="checkbox" name="anders" value="1">
  <input id="eerst" data-autofocus value="0012345"> <button>Stuur</button></form>"""


@pytest.fixture
def page(visit) -> Iterator[Page]:
    """A page with our form in it; what it sends is caught."""
    page = visit()
    page.goto("/account/inloggen/")
    page.evaluate("(form) => { document.querySelector('main').innerHTML = form; }", TICKS)
    yield page


def ticks(page: Page) -> tuple[str, str, list[bool]]:
    """How the box for all stands, what the count says, and the boxes."""
    stands = page.locator("#alles").evaluate("(all) => all.indeterminate ? 'part' : all.checked ? 'all' : 'none'")
    return (
        stands,
        page.locator("#teller").inner_text(),
        [each.is_checked() for each in page.locator("[name=rij]").all()],
    )


def test_one_box_ticks_all_of_its_name_and_follows_them(page):
    first, all_of_them = page.locator("[name=rij]").first, page.locator("#alles")
    first.check()
    assert ticks(page) == ("part", "1", [True, False, False])
    all_of_them.click()
    assert ticks(page) == ("all", "3", [True, True, True])
    assert not page.locator("[name=anders]").is_checked()
    first.uncheck()
    assert ticks(page) == ("part", "2", [False, True, True])
    all_of_them.click()
    assert ticks(page) == ("all", "3", [True, True, True])
    all_of_them.click()
    assert ticks(page) == ("none", "0", [False, False, False])


def test_two_presses_send_once_and_coming_back_frees_the_button(page):
    sent = []

    def caught(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)  # the page stays

    page.route("**/proef/", caught)
    page.evaluate(
        "() => { const b = document.querySelector('#proef button'); b.click(); setTimeout(() => b.click(), 20); }"
    )
    expect(page.locator("#proef button")).to_be_disabled()
    expect(page.locator("#proef button")).to_have_attribute("aria-busy", "true")
    assert sent == ["POST"]
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    expect(page.locator("#proef button")).to_be_enabled()
    expect(page.locator("#kbl-waiting")).to_have_text("")


def test_a_part_that_is_brought_in_takes_the_focus_with_its_text_selected(page):
    page.evaluate(
        "() => { const part = document.getElementById('proef');"
        " part.dispatchEvent(new CustomEvent('htmx:load', { bubbles: true, detail: { elt: part } })); }"
    )
    expect(page.locator("#eerst")).to_be_focused()
    page.keyboard.type("7")
    expect(page.locator("#eerst")).to_have_value("7")


WORDS = {
    429: "veel pogingen",
    403: "niet meer ingelogd",
    401: "niet meer ingelogd",
    500: "ging iets mis bij ons",
    404: "ging iets mis bij ons",
    0: "geen verbinding",
}


def test_what_did_not_come_back_is_told_in_words_that_fit(visit):
    page = visit()
    page.goto("/account/inloggen/")
    for status, words in WORDS.items():
        name = "htmx:responseError" if status else "htmx:sendError"
        page.evaluate(
            "([name, status]) => document.dispatchEvent(new CustomEvent(name, { detail: { xhr: { status } } }))",
            [name, status],
        )
        expect(page.locator("#kbl-messages")).to_contain_text(words)
    page.evaluate(
        "() => { const detail = { requestConfig: { elt: document.body } };"
        " document.body.dispatchEvent(new CustomEvent('htmx:beforeRequest', { bubbles: true, detail })); }"
    )
    expect(page.locator("#kbl-messages")).to_be_empty()


def test_the_token_goes_along_with_what_changes_something_and_with_nothing_else(visit):
    page = visit()
    page.goto("/account/inloggen/")
    told = page.evaluate(
        """() => ["get", "post", "delete"].map((verb) => {
          const detail = { verb, headers: {} };
          document.dispatchEvent(new CustomEvent("htmx:configRequest", { detail }));
          return detail.headers["X-CSRFToken"] === document.querySelector("[name=csrfmiddlewaretoken]").value;
        })"""
    )
    assert told == [False, True, True]


def test_a_form_that_has_no_connection_is_held_back_before_it_is_sent(page):
    sent = []
    page.on("request", lambda each: each.method == "POST" and sent.append(each.url))
    page.context.set_offline(True)
    page.evaluate("document.querySelector('main').insertAdjacentHTML('afterbegin', '<div id=kbl-messages></div>')")
    held = page.evaluate(
        """() => { const sent = new SubmitEvent("submit", { bubbles: true, cancelable: true });
          document.getElementById("proef").dispatchEvent(sent); return sent.defaultPrevented; }"""
    )
    assert held and sent == []
    expect(page.locator("#kbl-messages")).to_contain_text("Er is geen verbinding.")


# Keys so many milliseconds apart, then the key that may end a scan: whether the page took that key for itself.
SCAN = """([count, apart, shiftKey]) => {
  const field = document.querySelector("#veld"); field.value = "0012345"; field.focus(); field.setSelectionRange(7, 7);
  let at = performance.now() + 1000;
  const press = (key, more) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
    Object.defineProperty(event, "timeStamp", { value: at += apart });
    return !field.dispatchEvent(event);
  };
  for (let i = 0; i < count; i++) press(String(i));
  return [press("Tab", { shiftKey }), field.value];
}"""


def test_a_tab_behind_a_scan_ends_the_number_and_a_tab_of_a_person_goes_on(page):
    page.evaluate("document.querySelector('#proef').insertAdjacentHTML('beforeend', '<textarea id=veld></textarea>')")
    for count, apart, shift, taken in ((7, 59, False, True), (6, 59, False, False), (7, 60, False, False)):
        assert page.evaluate(SCAN, [count, apart, shift]) == [taken, "0012345\n" if taken else "0012345"]
    assert page.evaluate(SCAN, [14, 5, True]) == [False, "0012345"], "back to the field before"


def test_the_number_of_a_slider_stands_beside_it_and_follows_it(page):
    """Its script is of one page of Cubiss; here it gets a slider of our own."""
    slider = "<input type=range id=deel min=0 max=100 value=40>"
    page.evaluate(
        "([slider, script]) => { document.querySelector('#proef').insertAdjacentHTML('beforeend', slider);"
        " return new Promise((loaded) => { const tag = document.createElement('script'); tag.src = script;"
        " tag.onload = () => { document.dispatchEvent(new Event('DOMContentLoaded')); loaded(); };"
        " document.head.append(tag); }); }",
        [slider, static("theme/slider.js")],
    )
    expect(page.locator("#deel + output")).to_have_text("40 %")
    page.locator("#deel").fill("65")
    expect(page.locator("#deel + output")).to_have_text("65 %")


@pytest.mark.parametrize(("behind", "kept"), [("abcd-1234_XYZ", True), ("kort", False), ("met spatie 12345", False)])
def test_a_cards_code_goes_along_with_the_answers_and_with_another_language(visit, venlo, behind, kept):
    page = visit()
    with time_machine.travel(datetime(2025, 10, 6, 12, tzinfo=UTC), tick=True):
        page.goto(f"/enquete/{venlo.slug}/#{behind}")
    assert page.locator("#enquete [name=card]").input_value() == (behind if kept else "")
    addresses = page.locator("[data-language]").evaluate_all("(links) => links.map((each) => each.hash)")
    assert len(addresses) > 5 and set(addresses) == {f"#{behind}" if kept else ""}


def test_what_a_camera_reads_goes_into_the_field_when_it_is_a_number(visit, clerk, programme):
    """Every book has a code too: the camera is told to look on, and what stood in the field stays."""
    page = visit(clerk, at="/bibliotheek/")
    look = """(code) => {
      const read = new CustomEvent("kbl:scanned", { detail: code, cancelable: true, bubbles: true });
      return [!document.dispatchEvent(read), document.querySelector("#balie [name=number]").value]; }"""
    good = Number(12345, "482913").digits
    assert page.evaluate(look, "9789000000000") == [True, ""]
    assert page.evaluate(look, good) == [False, good]
    assert page.evaluate(look, "9789000000000") == [True, good]
