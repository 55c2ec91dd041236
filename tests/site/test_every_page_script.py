"""What every page has (static/theme/kbl.js), alone: each condition from both sides, and no error behind any of it."""

import pytest

from tests.site.test_scripts_alone import ASKS, FRAME, SENT, THEME, chromium, focused, go_by, opened

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser


TROUBLE = """([name, status]) => document.dispatchEvent(new CustomEvent(name, { detail: { xhr: { status } } }))"""


def test_the_first_that_wants_the_focus_has_it_and_nothing_else_does(opened):
    fields = "<input id=een data-autofocus value=abc><a id=twee href=# data-autofocus>x</a><p id=geen></p>"
    page = opened(FRAME + f"<div id=deel>{fields}</div>", "kbl.js")
    assert focused(page) == "een" and page.evaluate("getSelection().toString()") == "abc"
    load = """(id) => { const elt = document.getElementById(id); document.activeElement.blur();
      elt.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt } }));
      return document.activeElement.id; }"""
    assert [page.evaluate(load, each) for each in ("twee", "geen", "deel")] == ["twee", "", "een"]


def test_of_two_fields_with_one_key_the_first_that_shows(opened):
    page = opened(
        FRAME + "<input id=een data-shortcut='/'><input id=twee data-shortcut='/'><b id=b tabindex=0>", "kbl.js"
    )
    page.locator("#b").focus()
    page.keyboard.press("/")
    assert focused(page) == "een" and page.locator("#een").input_value() == ""
    page.locator("#b").focus()
    page.keyboard.press("Meta+/")
    assert focused(page) == "b"
    page.evaluate("HTMLInputElement.prototype.select = () => {}")  # not every browser's takes the focus along
    page.keyboard.press("/")
    assert focused(page) == "een"


def test_whether_one_key_is_on_stands_as_it_was_left(opened):
    box = "<input type=checkbox id=uit {} data-shortcut-switch>"
    for left, ticked in (("off", False), ("on", True), (None, True)):
        keep = f"setItem('kbl-shortcuts', '{left}')" if left else "removeItem('kbl-shortcuts')"
        page = opened(box.format("" if ticked else "checked"), "kbl.js", before=f"localStorage.{keep}")
        assert page.locator("#uit").is_checked() is ticked, left


HEARS = "() => { window.heard = 0; document.getElementById('wis').addEventListener('submit', () => { heard += 1; }); }"


def test_no_is_no_whatever_was_said_before_and_nobody_hears_of_it_first(opened):
    forms = """<form id=wis data-confirm="Weg?"><button id=a name=k value=1>Wis</button>
      <button id=b name=k value=2 data-confirm="Echt?" data-confirm-yes="Toch">x</button></form>"""
    page = opened(FRAME + forms, "kbl.js", before=SENT)
    page.evaluate(HEARS)
    words, yes = page.locator("#kbl-confirm-words"), page.locator("#kbl-confirm [value=yes]")
    page.locator("#b").click()
    assert (words.inner_text(), yes.inner_text()) == ("Echt?", "Toch"), "the button's own question goes first"
    assert page.evaluate("heard") == 0 and page.locator("#b").is_enabled()
    yes.click()
    page.wait_for_function("sent.length === 1")
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.locator("#a").click()
    assert (words.inner_text(), yes.inner_text()) == ("Weg?", "Ja")
    page.evaluate("document.getElementById('kbl-confirm').close()")  # as Escape does: without an answer
    page.wait_for_function("!document.getElementById('kbl-confirm').open")
    go_by(page, 20)
    assert page.evaluate("[sent, heard]") == [[["wis", "2"]], 1]


HELD = """() => [...document.querySelectorAll("#f button, #f input")].map((each) =>
  [each.id, each.disabled, each.getAttribute("aria-busy")].join(" "))"""


def test_one_press_holds_what_sends_and_frees_what_was_held(opened):
    parts = """<form id=f><button id=a name=k value=7>x</button><button id=b type=button>x</button>
      <input id=c type=submit><button id=d disabled>x</button><input id=e></form>
      <form id=vrij data-allow-repeat><button id=g>x</button></form><div id=deel></div>
      <dialog><form id=weg method=dialog><button id=h>x</button></form></dialog>"""
    page = opened(FRAME + parts, "kbl.js", before=SENT)
    page.evaluate(
        """() => { window.values = []; addEventListener("submit", (event) =>
          values.push(new FormData(event.target, event.submitter).get("k"))); }"""
    )
    free = ["a false ", "b false ", "c false ", "d true ", "e false "]
    held = ["a true true", "b false ", "c true true", "d true true", "e false "]
    page.locator("#a").click()
    page.wait_for_function("document.getElementById('a').disabled")
    assert page.evaluate(HELD) == held
    assert page.evaluate("values") == ["7"], "what was pressed goes along"
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    assert page.evaluate(HELD) == [each.replace("d true", "d false") for each in free]
    page.evaluate("document.getElementById('a').disabled = true; dispatchEvent(new Event('pageshow'))")
    assert page.locator("#a").is_disabled(), "what somebody else turned off stays off"
    page.evaluate("document.getElementById('a').disabled = false")
    for name, busy in (("beforeRequest", True), ("afterRequest", False)):
        page.evaluate(ASKS, [f"htmx:{name}", "f", {}])
        assert page.locator("#a").is_disabled() is busy
    page.evaluate(ASKS, ["htmx:beforeRequest", "deel", {}])
    page.locator("#g").click()
    page.evaluate("document.querySelector('dialog:has(#weg)').showModal()")
    page.locator("#h").click()
    page.evaluate(
        """() => { const gone = (event) => event.preventDefault();
          document.getElementById("f").addEventListener("submit", gone, { once: true }); }"""
    )
    page.locator("#a").click()
    go_by(page, 250)
    assert page.evaluate(HELD)[0] == "a false " and page.locator("#g").is_enabled() and page.locator("#h").is_enabled()
    assert page.locator("#kbl-waiting").inner_text() == "", "and who is not gone does not wait"


def test_waiting_is_of_each_that_waits(opened):
    page = opened(
        FRAME + "<form id=een data-waiting=Even…><button id=a>x</button></form><a id=b>y</a>", "kbl.js", before=SENT
    )
    said = page.locator("#kbl-waiting")
    page.locator("#a").click()
    page.wait_for_function("document.getElementById('kbl-waiting').textContent === 'Even…'")
    page.evaluate(ASKS, ["htmx:beforeRequest", "b", {}])
    page.evaluate(ASKS, ["htmx:afterRequest", "b", {"successful": True}])
    assert said.inner_text() == "Even…", "one of two is back"
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    assert said.inner_text() == ""
    page.evaluate(ASKS, ["htmx:beforeRequest", "b", {}])
    page.evaluate(ASKS, ["htmx:afterRequest", "b", {"successful": True}])
    go_by(page, 250)
    assert said.inner_text() == "", "what came at once is not said afterwards"
    assert focused(page) != "inhoud", "it was no hint"


TOKEN = """() => ["get", "post", "delete"].map((verb) => { const detail = { verb, headers: {} };
  document.dispatchEvent(new CustomEvent("htmx:configRequest", { detail }));
  return detail.headers["X-CSRFToken"] ?? null; })"""


def test_the_token_goes_along_with_what_changes_something(opened):
    page = opened(FRAME, "kbl.js")
    assert page.evaluate(TOKEN) == [None] * 3, "a page without one"
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<input name=csrfmiddlewaretoken value=abc>')")
    assert page.evaluate(TOKEN) == [None, "abc", "abc"]


WORDS = {
    429: "Dat waren veel pogingen. Wacht even en probeer het dan opnieuw.",
    403: "U bent niet meer ingelogd, of dit mag niet. Laad de pagina opnieuw.",
    401: "U bent niet meer ingelogd, of dit mag niet. Laad de pagina opnieuw.",
    500: "Er ging iets mis bij ons. Uw invoer staat er nog. Probeer het zo opnieuw.",
    404: "Er ging iets mis bij ons. Uw invoer staat er nog. Probeer het zo opnieuw.",
    0: "Er is geen verbinding. Uw invoer staat er nog. Probeer het zo opnieuw.",
}


def test_what_did_not_come_back_is_told_once_in_words_that_fit(opened):
    page = opened(FRAME, "kbl.js")
    said = page.locator("#kbl-messages")
    for status, words in WORDS.items():
        page.evaluate(TROUBLE, ["htmx:responseError" if status else "htmx:sendError", status])
        assert said.inner_text().strip() == words
    page.evaluate(ASKS, ["htmx:beforeRequest", "inhoud", {}])
    assert said.inner_html() == ""
    page.evaluate("document.getElementById('kbl-messages').remove()")
    page.evaluate(ASKS, ["htmx:beforeRequest", "inhoud", {}])


OFFLINE = """(id) => { const form = document.getElementById(id); let heard = 0; window.seen = [];
  form.addEventListener("submit", (event) => { heard += 1; event.preventDefault(); });
  document.getElementById("kbl-messages").scrollIntoView = (how) => seen.push(how.block);
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true });
  form.dispatchEvent(event); return [heard, event.defaultPrevented, seen.join()]; }"""


def test_without_a_connection_nothing_is_sent_and_what_was_typed_stays(opened):
    forms = "<form id=f></form><form id=g method=dialog></form><form id=h></form>"
    page = opened(
        FRAME + forms, "kbl.js", before="Object.defineProperty(navigator, 'onLine', { get: () => !window.off });"
    )
    assert page.evaluate(OFFLINE, "f") == [1, True, ""]
    page.evaluate("window.off = true")
    assert page.evaluate(OFFLINE, "g") == [1, True, ""], "a dialog needs none"
    assert page.locator("#kbl-messages").inner_text() == ""
    assert page.evaluate(OFFLINE, "h") == [0, True, "nearest"]
    assert page.locator("#kbl-messages").inner_text().strip() == WORDS[0]


def test_the_page_for_lost_connections_is_asked_for_by_its_own_address(opened):
    page = opened(FRAME)
    kept = """([text, offline]) => { window.kept = []; const tag = document.createElement("script");
      Object.defineProperty(navigator, "serviceWorker", { configurable: true,
        value: { register: (at) => { kept.push(at); return Promise.reject(new Error()); } } });
      if (offline) tag.dataset.offline = offline; tag.textContent = text; document.head.append(tag); return kept; }"""
    script = (THEME / "kbl.js").read_text()
    assert page.evaluate(kept, [script, "/offline.js"]) == ["/offline.js"]
    assert page.evaluate(kept, [script, ""]) == []
    go_by(page, 20)


TICKS = """<form id=f><input type=checkbox id=alles data-select-all=rij><b id=teller data-selected-count=rij></b>
  <input type=checkbox name=rij><input type=checkbox name=rij><input name=rij value=x>
  <input type=checkbox name=anders></form><input type=checkbox id=los>"""
TICKED = """(which) => { if (which) document.querySelectorAll(which).forEach((each) => each.click());
  const all = document.getElementById("alles");
  return [all.checked, all.indeterminate, document.getElementById("teller").textContent,
    [...document.querySelectorAll("[type=checkbox][name]")].map((box) => Number(box.checked)).join("")]; }"""


def test_one_box_stands_for_all_of_its_name(opened):
    page = opened(FRAME + TICKS, "kbl.js")
    first, both = "#teller + [name=rij]", "#alles"
    steps = [
        (first, [False, True, "1", "100"]),
        (both, [True, False, "2", "110"]),
        (first, [False, True, "1", "010"]),
        (both, [True, False, "2", "110"]),
        (both, [False, False, "0", "000"]),
        ("[name=anders]", [False, False, "0", "001"]),
        ("#los", [False, False, "0", "001"]),
    ]
    assert [page.evaluate(TICKED, which) for which, _ in steps] == [after for _, after in steps]
    page.evaluate("document.querySelectorAll('[type=checkbox][name=rij]').forEach((each) => each.remove())")
    assert page.evaluate(TICKED, "[name=anders]") == [False, False, "0", "0"], "of nothing it is not all"


def test_a_hint_that_goes_leaves_the_page_where_it_is(opened):
    page = opened(FRAME + "<a id=tip data-hint>x</a>", "kbl.js")
    page.evaluate("() => { document.getElementById('inhoud').focus = (how) => { window.how = how; }; }")
    page.evaluate(ASKS, ["htmx:afterRequest", "tip", {"successful": True}])
    assert page.evaluate("how") == {"preventScroll": True}


def test_a_button_that_prints_prints(opened):
    page = opened(FRAME + "<button data-print><b id=in>x</b></button><button id=ander>y</button>", "kbl.js")
    page.evaluate("() => { window.printed = 0; window.print = () => { printed += 1; }; }")
    page.locator("#ander").click()
    page.locator("#in").click()
    assert page.evaluate("printed") == 1
