"""A slow answer is told in words; a lost connection is told too, and takes nothing that was typed."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.accessibility.looking import WATCH_SHIFTS, complaints
from tests.browser_support import chromium, visit, watch

__all__ = ["chromium", "visit", "watch"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def late(seconds: float):
    """An answer that takes its time."""

    def handle(route: Route) -> None:
        time.sleep(seconds)
        route.continue_()

    return handle


# What was said, and whether anything moved for it.
LISTEN = """() => {
  const place = document.getElementById("kbl-waiting");
  window.__said = [];
  window.__places = new Set();
  new MutationObserver(() => {
    if (place.textContent) window.__said.push(place.textContent);
    sessionStorage.setItem("said", window.__said.join());
    window.__places.add(document.querySelector("h1").getBoundingClientRect().top);
  }).observe(place, { childList: true });
}"""


# An answer within the moment, on any machine: the moment comes when the test says so, if nobody called it off.
QUICK = """() => {
  const [real, off] = [window.setTimeout, window.clearTimeout];
  const held = new Map();
  window.setTimeout = (act, wait, ...rest) => {
    if (wait !== 200) return real(act, wait, ...rest);
    window.__begun = (window.__begun ?? 0) + 1;
    held.set(-window.__begun, act);
    return -window.__begun;
  };
  window.clearTimeout = (id) => held.delete(id) || off(id);
  window.__momentComes = () => held.forEach((act) => act());
}"""


def test_waiting_is_told_in_words(visit, clerk, voucher):
    page = visit(clerk)
    page.evaluate(LISTEN)
    page.route("**/bibliotheek/controle/", late(0.8))
    answer_comes(page, voucher)
    assert page.evaluate("window.__said") == ["Even geduld…"]


def test_a_quick_answer_needs_no_words(visit, clerk, voucher):
    page = visit(clerk)
    page.evaluate(QUICK)
    page.evaluate(LISTEN)
    answer_comes(page, voucher)
    assert page.evaluate("window.__begun") == 1
    page.evaluate("window.__momentComes()")
    assert page.evaluate("window.__said") == []


def answer_comes(page: Page, voucher) -> None:
    """The desk asks for a voucher and sees the answer; nothing moved for the waiting."""
    page.get_by_label("Vouchernummer").fill(voucher.number.digits)
    page.keyboard.press("Enter")
    expect(page.locator("#antwoord [data-desk]")).to_be_visible()
    expect(page.locator("#kbl-waiting")).to_have_text("")
    assert len(page.evaluate("[...window.__places]")) <= 1


def test_a_form_without_htmx_waits_in_words_too(visit, clerk, programme):
    page = visit(clerk, at="/account/wachtwoord/")
    page.route("**/account/wachtwoord/", late(0.8))
    page.evaluate(LISTEN)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .kbl-errors")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('said')") == "Even geduld…"
    expect(page.locator("#kbl-waiting")).to_have_text("")


def test_a_form_is_not_sent_without_a_connection(visit, clerk, programme):
    page = visit(clerk, at="/account/wachtwoord/")
    field = page.locator("main form input[type=password]").first
    field.fill("wat ik typte")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#kbl-messages")).to_contain_text("Er is geen verbinding. Uw invoer staat er nog.")
    expect(field).to_have_value("wat ik typte")


def test_a_page_that_cannot_be_reached(visit, watch, clerk, programme):
    page = visit(clerk, service_workers="allow")
    page.add_init_script(WATCH_SHIFTS)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/bibliotheek/inschrijvingen/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Er is even geen verbinding")
    assert page.locator("main").evaluate("(main) => getComputedStyle(main).paddingTop !== '0px'"), "without its look"
    assert not complaints(page)
    page.context.set_offline(False)
    page.get_by_role("link", name="Opnieuw proberen").click()
    page.wait_for_url("**/bibliotheek/inschrijvingen/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Er is even geen verbinding")


def test_nothing_of_anybody_is_kept(visit, clerk, programme):
    page = visit(clerk, service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto("/bibliotheek/inschrijvingen/")
    page.goto("/bibliotheek/")
    kept = page.evaluate(
        """async () => {
          const names = await caches.keys();
          const stores = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
          return stores.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert [each for each in kept if not each.startswith("/static/")] == ["/geen-verbinding/"]


def test_what_an_older_version_kept_is_gone_and_what_is_not_ours_stays(visit, clerk, programme):
    page = visit(clerk, service_workers="allow")
    page.evaluate(
        """async () => {
          await (await navigator.serviceWorker.ready).unregister();
          for (const name of ["kbl-offline-older", "of-another"]) await caches.open(name);
        }"""
    )
    page.reload()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then((names) => !names.includes('kbl-offline-older'))")
    names = page.evaluate("caches.keys()")
    assert "of-another" in names and sum(name.startswith("kbl-offline-") for name in names) == 1


def test_residents_keep_nothing_of_us(visit, programme):
    page = visit(service_workers="allow")
    page.goto("/v/")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
