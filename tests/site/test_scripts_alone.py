"""Our scripts on a page of a few lines, without a server or a database: every key, answer and dialog by itself."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.browser_support import chromium, scan

__all__ = ["chromium"]

pytestmark = pytest.mark.browser

THEME = Path(settings.BASE_DIR) / "static" / "theme"
HOME = "http://localhost:9/"


@pytest.fixture
def opened(chromium: Browser):
    """A page with this body, and these scripts of ours on it, as if they had come with it."""
    context = chromium.new_context()
    errors: list[str] = []

    def open_page(body: str, *scripts: str, before: str = "", behind: str = "") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        html = {"body": f"<body>{body}</body>", "content_type": "text/html; charset=utf-8"}
        page.route("**/*", lambda route: route.fulfill(**html))
        page.goto(HOME + behind)
        page.evaluate(f"() => {{ {before} }}")
        for script in scripts:
            page.evaluate(f"() => {{ {(THEME / script).read_text()} }}")
        page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
        return page

    yield open_page
    context.close()
    assert not errors, errors


def go_by(page: Page, milliseconds: int) -> None:
    """Wait on the page's own clock: whatever it had set to come within that time has come before."""
    page.evaluate("(long) => new Promise((over) => setTimeout(over, long))", milliseconds)


def whole_number(page: Page, form: str) -> str:
    """A number of which the check digit is right, by the page's own script."""
    return page.evaluate(
        "(form) => [...Array(10).keys()].map((digit) => `0000000123456${digit}`)"
        ".find((number) => !kblNumber.wrong(number, document.getElementById(form).dataset))",
        form,
    )


FRAME = """<div id=kbl-messages></div><p id=kbl-waiting></p><main id=inhoud tabindex=-1></main>
  <template id=kbl-trouble><div><p></p></div></template>
  <dialog id=kbl-confirm><p id=kbl-confirm-words></p><form method=dialog>
    <button value=no>Nee</button><button value=yes>Ja</button></form></dialog>"""


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def test_one_key_goes_to_its_field_unless_somebody_types_or_wants_none(opened):
    fields = "<input id=een value=abc data-shortcut='/'><input id=ander><button id=knop>x</button>"
    fields += "<input type=checkbox id=uit data-shortcut-switch><div id=vrij contenteditable>x</div>"
    page = opened(FRAME + "<input data-shortcut='/' style='display:none'>" + fields, "kbl.js")
    assert page.locator("#uit").is_checked()
    for start, keys, ends in (
        ("knop", "/", "een"),
        ("ander", "/", "ander"),
        ("vrij", "/", "vrij"),
        ("knop", "Control+/", "knop"),
        ("knop", "Alt+/", "knop"),
        ("knop", "x", "knop"),
    ):
        page.locator(f"#{start}").focus()
        page.keyboard.press(keys)
        assert focused(page) == ends, (start, keys)
    page.locator("#knop").focus()
    page.keyboard.press("/")
    assert page.evaluate("getSelection().toString()") == "abc" and page.locator("#een").input_value() == "abc"
    page.locator("#uit").uncheck()
    assert page.evaluate("localStorage.getItem('kbl-shortcuts')") == "off"
    page.locator("#knop").focus()
    page.keyboard.press("/")
    assert focused(page) == "knop"
    page.locator("#uit").check()
    assert page.evaluate("localStorage.getItem('kbl-shortcuts')") == "on"
    page.evaluate("document.getElementById('kbl-confirm').showModal()")
    page.evaluate(
        "document.getElementById('knop').dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))"
    )
    assert focused(page) != "een", "behind a dialog nothing moves"


SENT = """window.sent = []; HTMLFormElement.prototype.wasSubmitted = HTMLFormElement.prototype.requestSubmit;
  addEventListener("submit", (event) => { if (event.target.method === "dialog") return;
    if (!event.defaultPrevented) sent.push([event.target.id, event.submitter?.value ?? ""]);
    setTimeout(() => {}, 0); event.preventDefault(); });"""


def test_yes_is_of_one_press_and_one_button(opened):
    forms = """<form id=wis data-confirm="Weg?" data-confirm-yes="Ja, weg"><button id=a value=1>Wis</button></form>
      <form id=kies><button id=b name=k value=2 data-confirm="Zeker?">Kies</button>
      <button id=c name=k value=3>Ander</button></form>"""
    page = opened(FRAME + forms, "kbl.js", before=SENT)
    words, yes = page.locator("#kbl-confirm-words"), page.locator("#kbl-confirm [value=yes]")
    page.locator("#a").click()
    assert (words.inner_text(), yes.inner_text()) == ("Weg?", "Ja, weg")
    yes.click()
    page.wait_for_function("sent.length === 1")
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.locator("#a").click()
    assert words.is_visible(), "the next press asks again"
    page.locator("#kbl-confirm [value=no]").click()
    page.locator("#b").click()
    assert (words.inner_text(), yes.inner_text()) == ("Zeker?", "Ja")
    yes.click()
    page.wait_for_function("sent.length === 2")
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.locator("#c").click()
    assert page.evaluate("sent") == [["wis", "1"], ["kies", "2"], ["kies", "3"]]
    assert not page.locator("#kbl-confirm").is_visible()


ASKS = """([name, id, more]) => { const elt = document.getElementById(id);
  const detail = { requestConfig: { elt }, elt, ...more };
  elt.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })); }"""


def test_waiting_is_said_after_a_moment_and_gone_with_the_answer(opened):
    buttons = "<button id=knop>x</button><button type=button id=los>y</button>"
    parts = f"<form id=lang data-waiting='Even zoeken…'>{buttons}</form>"
    page = opened(FRAME + parts + "<div id=deel></div><a id=tip data-hint>x</a>", "kbl.js")
    said = page.locator("#kbl-waiting")
    page.evaluate(ASKS, ["htmx:beforeRequest", "lang", {}])
    assert said.inner_text() == "" and page.locator("#knop").is_disabled() and page.locator("#los").is_enabled()
    page.wait_for_function("document.getElementById('kbl-waiting').textContent === 'Even zoeken…'")
    page.evaluate(ASKS, ["htmx:afterRequest", "lang", {"successful": True}])
    assert said.inner_text() == "" and page.locator("#knop").is_enabled()
    assert page.locator("#knop").get_attribute("aria-busy") is None and focused(page) == ""
    page.evaluate(ASKS, ["htmx:beforeRequest", "tip", {}])
    page.wait_for_function("document.getElementById('kbl-waiting').textContent === 'Even geduld…'")
    page.evaluate(ASKS, ["htmx:afterRequest", "tip", {"successful": False}])
    assert focused(page) == ""
    page.evaluate(ASKS, ["htmx:beforeRequest", "deel", {}])
    go_by(page, 250)
    assert said.inner_text() == "", "what asks by itself has its own words"
    page.evaluate(ASKS, ["htmx:afterRequest", "tip", {"successful": True}])
    assert focused(page) == "inhoud"


HEARD = """window.heard = []; window.AudioContext = class { currentTime = 0; destination = {};
  resume() {}
  createGain() { return { gain: { setValueAtTime() {}, linearRampToValueAtTime() {} }, connect: (x) => x }; }
  createOscillator() { const tone = { frequency: {}, connect: (x) => x, stop() {},
    start: (at) => heard.push([tone.frequency.value, Math.round(at * 100)]) }; return tone; } };"""


def test_an_answer_is_heard_by_who_wants_to(opened):
    page = opened("<div id=antwoord></div><input type=checkbox id=geluid data-sound>", "desk-sound.js", before=HEARD)

    def heard(html: str) -> list[list[int]]:
        page.evaluate("(html) => { heard.length = 0; document.getElementById('antwoord').innerHTML = html; }", html)
        go_by(page, 20)
        return page.evaluate("heard")

    good = "<div class='kbl-answer is-success'></div>"
    assert heard(good) == [] and not page.locator("#geluid").is_checked()
    page.locator("#geluid").check()
    assert page.evaluate("heard") == [[660, 0], [880, 14]] and page.evaluate("localStorage['kbl-sound']") == "on"
    assert heard(good) == [[660, 0]]
    assert heard(good + "<p data-desk=done></p>") == [[660, 0], [880, 14]]
    assert (
        heard("<div class='kbl-answer is-refusal'></div>") == heard("<p class='kbl-answer is-attention'>") == [[220, 0]]
    )
    assert heard("<p data-latest=success></p>") == [[660, 0]] and heard("<p data-latest=other></p>") == [[220, 0]]
    assert heard("<p>iets</p>") == [] and heard("<p class=kbl-answer>") == []
    page.locator("#geluid").uncheck()
    assert page.evaluate("localStorage['kbl-sound']") == "off" and heard(good) == []


DESK = """<form id=balie data-empty=leeg data-letters=letters data-short="te kort {digits}" data-long="te lang {digits}"
    data-typo=typefout data-keyboard=toetsen data-several="{digits} nummers"><input name=number id=nummer></form>
  <div id=antwoord></div><button id=buiten>x</button>
  <p id=vandaag data-count=0 data-one="een" data-many="{} stuks">geen</p>
  <template id=balie-fout><p data-words></p></template>"""
CHOICE = "<div data-desk=valid><div data-desk-choice>{}</div></div>".format(
    "".join(f"<input type=radio name=k id=k{n} value={n}>" for n in (1, 2, 3))
)
GOOD = "00000001234565"


def test_at_the_desk_the_keyboard_chooses_and_a_scan_goes_to_the_field(opened):
    page = opened(DESK, "number.js", "desk.js", before=SENT)
    settle = """(html) => { const target = document.getElementById("antwoord"); target.innerHTML = html;
      document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { target } })); }"""
    number, answer = page.locator("#nummer"), page.locator("#antwoord")
    for typed, words in (("", "leeg"), ("123", "te kort 3"), ("1" * 15, "te lang 15"), ("abc", "letters")):
        number.fill(typed)
        page.evaluate("document.getElementById('balie').requestSubmit()")
        assert (
            answer.inner_text() == words
            and number.get_attribute("aria-invalid") == "true"
            and focused(page) == "nummer"
        )
    assert page.evaluate("sent") == []
    number.fill("1")
    assert answer.inner_text() == "" and number.get_attribute("aria-invalid") is None
    page.evaluate(settle, CHOICE)
    assert focused(page) == "k1"
    for key in ("2", "3", "1"):
        page.keyboard.press(key)
        page.wait_for_function("(id) => document.getElementById(id).checked", arg=f"k{key}")
        assert focused(page) == f"k{key}" and number.input_value() == "1"
    page.keyboard.press("4")
    assert focused(page) == "nummer" and number.input_value() == "4" and answer.inner_html() == ""
    page.evaluate(settle, CHOICE)
    scan(page, "12")
    assert number.input_value() == "12" and focused(page) == "nummer", "two keys together are a scan"
    page.locator("#buiten").focus()
    page.keyboard.press("Control+5")
    assert focused(page) == "buiten"
    page.keyboard.press("a")
    assert (focused(page), number.input_value()) == ("nummer", "a")
    counted = []
    for made in ("7", "7", "8", "8", "7"):
        page.evaluate(settle, f"<p data-desk=done data-made={made}></p>")
        counted.append(page.locator("#vandaag").inner_text())
    assert counted == ["een", "een", "2 stuks", "2 stuks", "3 stuks"], "the same press, answered twice, is one voucher"
    assert (focused(page), number.input_value()) == ("nummer", "")
    number.fill("77")
    page.locator("#buiten").focus()
    page.evaluate(settle, "<p data-desk=again></p>")
    assert focused(page) == "nummer" and number.get_attribute("aria-invalid") == "true"
    page.locator("#buiten").focus()
    page.evaluate(settle, CHOICE.replace("id=k2", "id=k2 checked"))
    assert focused(page) == "k2" and number.get_attribute("aria-invalid") is None
    page.locator("#buiten").focus()
    page.evaluate(settle, CHOICE.replace("<div data-desk-choice>", "<div data-desk-choice><p data-autofocus>"))
    assert focused(page) == "buiten", "what takes the focus by itself keeps it"
    swapped = page.evaluate(
        """[429, 500].map((status) => { const detail = { xhr: { status }, shouldSwap: false, isError: true };
          document.dispatchEvent(new CustomEvent("htmx:beforeSwap", { detail }));
          return [detail.shouldSwap, detail.isError]; })"""
    )
    assert swapped == [[True, False], [False, True]]
    number.fill("1")
    stopped = page.evaluate(
        "() => { const ended = new CustomEvent('kbl:scan-ended', { bubbles: true, cancelable: true });"
        " return !document.getElementById('nummer').dispatchEvent(ended); }"
    )
    assert stopped and answer.inner_text() == "te kort 1", "a scan that ends with Tab asks"


SCANS = """([id, keys, apart, end, shiftKey]) => { const field = document.getElementById(id); field.focus();
  let at = (window.at = (window.at ?? performance.now()) + 5000); let taken = false;
  for (const key of [...keys, end]) {
    const event = new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at += apart });
    const goes_on = field.dispatchEvent(event);
    if (goes_on && key.length === 1) field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
    taken = event.defaultPrevented; } return taken; }"""


def test_a_scanner_that_ends_with_tab_ends_the_number_where_it_is_asked(opened):
    fields = "<form id=f><input id=een data-scan-submits><input id=twee><textarea id=veel></textarea></form>"
    page = opened(fields, "scanner.js", before=SENT)
    assert page.evaluate(SCANS, ["een", "1234567", 10, "Tab", False]) and page.evaluate("sent.length") == 1
    assert not page.evaluate(SCANS, ["een", "123456", 10, "Tab", False]), "six keys are no number"
    assert not page.evaluate(SCANS, ["twee", "1234567", 10, "Tab", False]), "nobody asked for it here"
    assert not page.evaluate(SCANS, ["een", "1234567", 10, "Tab", True])
    assert page.evaluate(SCANS, ["veel", "1234567", 10, "Tab", False])
    assert page.locator("#veel").input_value() == "1234567\n"
    assert not page.evaluate(SCANS, ["veel", "1234567", 60, "Tab", False])
    assert page.evaluate("sent.length") == 1
    page.evaluate("document.addEventListener('kbl:scan-ended', (event) => event.preventDefault())")
    assert page.evaluate(SCANS, ["twee", "1234567", 10, "Tab", False]), "the page's own script took it"


CAMERA = (
    DESK
    + """<button data-camera id=knop>x</button>
  <dialog id=camera data-reader=/lezer.js data-decoder=/x.wasm><p data-words></p><video></video>
    <button data-stop id=stop>x</button></dialog>"""
)
FAKES = (
    SENT
    + """window.stopped = 0; window.codes = []; window.pictures = 0;
  const track = { stop: () => stopped++ };
  window.wake = () => Promise.resolve({ getTracks: () => [track] });
  const value = { getUserMedia: (asked) => { window.asked = asked; return wake(); } };
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value });
  const shown = { set(value) { this.shown = value; }, get() { return this.shown; } };
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", shown);
  Object.defineProperty(HTMLMediaElement.prototype, "readyState", { get: () => 4 });
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLScriptElement.prototype.loads = true;
  window.BarcodeDetectionAPI = { prepareZXingModule: (how) => { window.prepared = how; return Promise.resolve(); },
    BarcodeDetector: class { constructor(how) { window.reads = how.formats.join(); }
    detect() { pictures++; const code = codes.shift(); if (code === "fout") return Promise.reject(1);
      return Promise.resolve(code ? [{ rawValue: code }] : []); } } };"""
)


def test_the_camera_looks_until_it_sees_a_voucher_and_then_lets_go(opened):
    page = opened(CAMERA, "number.js", "desk.js", "desk-camera.js", before=FAKES)
    page.route("**/lezer.js", lambda route: route.fulfill(body="1", content_type="text/javascript"))
    dialog, words = page.locator("#camera"), page.locator("#camera [data-words]")
    good = whole_number(page, "balie")
    page.locator("#knop").click()
    page.wait_for_function("document.querySelector('#camera [data-words]').textContent.startsWith('Houd de code')")
    assert page.evaluate("asked.audio") is False and dialog.get_attribute("data-state") == "looking"
    assert page.evaluate("[prepared.fireImmediately, prepared.overrides.locateFile(), reads].join()") == (
        "true,/x.wasm,qr_code,code_128"
    )
    page.evaluate("codes.push('fout', '9789000000000')")
    page.wait_for_function("document.querySelector('#camera [data-words]').textContent.startsWith('Deze code is niet')")
    page.evaluate("(code) => codes.push(code)", good)
    page.wait_for_function("sent.length === 1")
    assert page.locator("#nummer").input_value() == good and page.evaluate("stopped") == 1
    assert not dialog.is_visible() and page.evaluate("document.querySelector('video').shown") is None
    seen = page.evaluate("pictures")
    go_by(page, 200)
    assert page.evaluate("pictures") == seen, "and looks no more"
    for way in ("document.getElementById('stop').click()", "dispatchEvent(new Event('pagehide'))"):
        before = page.evaluate("stopped")
        page.locator("#knop").click()
        page.wait_for_function("document.querySelector('#camera [data-words]').textContent.startsWith('Houd de code')")
        page.evaluate(way)
        assert page.evaluate("stopped") == before + 1 and not dialog.is_visible()
    for name, said in (
        ("NotAllowedError", "De camera staat uit"),
        ("SecurityError", "De camera staat uit"),
        ("NotFoundError", "heeft geen camera"),
        ("OverconstrainedError", "heeft geen camera"),
        ("Iets", "Een ander programma"),
    ):
        page.evaluate("(name) => { window.wake = () => Promise.reject(Object.assign(new Error(), { name })); }", name)
        page.locator("#knop").click()
        page.wait_for_function("document.getElementById('camera').dataset.state === 'trouble'")
        assert said in words.inner_text()
        page.locator("#stop").click()
    page.evaluate("() => { window.wake = () => new Promise((go) => { window.go = go; }); }")
    page.locator("#knop").click()
    page.locator("#stop").click()
    before = page.evaluate("stopped")
    page.evaluate("go({ getTracks: () => [{ stop: () => stopped++ }] })")
    page.wait_for_function("(before) => stopped === before + 1", arg=before)
    assert not dialog.is_visible(), "closed while the camera woke up"
    page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: undefined })")
    page.locator("#knop").click()
    assert "heeft geen camera" in words.inner_text()


VOUCHER = """<section id=vragen><form id=nummer action=/v/ data-empty=leeg data-letters=letters data-short=kort
    data-long=lang data-typo=typefout data-keyboard=toetsen data-several=meer data-busy="Even kijken…">
    <input name=number id=veld></form></section>
  <div id=bon tabindex=-1></div><form id=zoeken><input name=gemeente value=venlo><button id=zoek>x</button></form>
  <div id=bibliotheken></div><a data-language id=taal lang=en href="/v/?taal=en">en</a>
  <template id=fout><p data-words></p></template>
  <template id=geen-verbinding><p>Geen verbinding <button data-bon-again id=weer>x</button></p></template>"""
ANSWERS = """window.asked = []; window.answers = []; window.fetch = (to, how) => {
  asked.push([String(to), how, String(how.body ?? "")]);
  const answer = answers.shift() ?? { status: 200, text: "" };
  if (answer.fails) return Promise.reject(new Error());
  const body = { status: answer.status, ok: answer.status < 300, text: () => Promise.resolve(answer.text) };
  return new Promise((go) => setTimeout(() => go(body), answer.after ?? 0)); };
  HTMLFormElement.prototype.submit = function () { window.sentTo = this.action; };"""
HELD = """() => { const kept = [];
  const last = (event) => { kept.push(event.defaultPrevented); event.preventDefault(); };
  document.addEventListener("click", last);
  for (const key of ["ctrlKey", "metaKey", "shiftKey"]) document.getElementById("taal").dispatchEvent(
    new MouseEvent("click", { bubbles: true, cancelable: true, [key]: true }));
  document.removeEventListener("click", last);
  return [kept, window.sentTo ?? null]; }"""
CARD = "<div data-bon><button data-bon-print hidden id=print>x</button><a data-bon-another href=/ id=ander>x</a></div>"


def test_the_vouchers_page_asks_without_an_address_and_the_last_answer_counts(opened):
    page = opened(VOUCHER, "number.js", "voucher.js", before=ANSWERS)
    good = whole_number(page, "nummer")
    field, answer = page.locator("#veld"), page.locator("#bon")

    def ask(typed: str, *answers: dict) -> None:
        page.evaluate("(more) => answers.push(...more)", list(answers))
        page.evaluate(
            "(typed) => { document.getElementById('veld').value = typed;"
            " document.getElementById('nummer').requestSubmit(); }",
            typed,
        )

    ask("12")
    assert answer.inner_text() == "kort" and field.get_attribute("aria-invalid") is not None
    assert page.evaluate("asked.length") == 0 and page.locator("#vragen").is_visible()
    ask(good, {"status": 404, "text": "<p>onbekend</p>"})
    page.wait_for_function("document.getElementById('bon').textContent === 'onbekend'")
    assert field.get_attribute("aria-invalid") is None and page.locator("#vragen").is_visible()
    to, how, body = page.evaluate("asked[0]")
    assert (to, body) == (f"{HOME}v/", f"number={good}") and how["headers"] == {"X-Part": "answer"}
    assert (how["method"], how["credentials"], how["cache"], how["referrerPolicy"]) == (
        "POST", "omit", "no-store", "no-referrer",
    )  # fmt: skip
    ask(good, {"status": 200, "text": "<p>laat</p>", "after": 120})
    ask(good, {"status": 200, "text": CARD})
    page.wait_for_function("document.querySelector('[data-bon]')")
    go_by(page, 200)
    assert page.locator("#print").is_visible() and not page.locator("#vragen").is_visible(), "the last question counts"
    page.evaluate("(hash) => history.replaceState(null, '', `#${hash}`)", good)
    page.evaluate("document.getElementById('ander').click()")
    assert page.locator("#vragen").is_visible() and field.input_value() == "" and focused(page) == "veld"
    assert page.evaluate("location.hash") == "" and answer.inner_html() == ""
    ask(good, {"fails": True}, {"status": 200, "text": CARD})
    page.wait_for_function("document.getElementById('weer')")
    page.locator("#weer").click()
    page.wait_for_function("document.querySelector('[data-bon]')")
    assert page.evaluate(HELD) == [[False] * 3, None], "with a key held it is the browser's"
    page.evaluate("document.getElementById('taal').click()")
    assert page.evaluate("sentTo") == f"{HOME}v/?taal=en", "another language keeps the voucher, in a body"
    ask(good, {"status": 503, "text": "stuk"})
    page.wait_for_function("document.getElementById('weer')")
    assert page.locator("#vragen").is_visible(), "the question comes back with what is wrong"
    ask(good, {"status": 200, "text": "<p>a</p>", "after": 300})
    page.wait_for_function("document.getElementById('bon').textContent === 'Even kijken…'")
    page.wait_for_function("document.getElementById('bon').textContent === 'a'")
    page.evaluate("answers.push({ status: 200, text: '<p>Venlo</p>' })")
    page.locator("#zoek").click()
    page.wait_for_function("document.getElementById('bibliotheken').textContent === 'Venlo'")
    assert page.evaluate("document.getElementById('nummer').action").endswith("gemeente=venlo")
    assert page.evaluate("document.getElementById('taal').search") == "?taal=en&gemeente=venlo"
    assert page.evaluate("asked.at(-1)[1].credentials") == "omit"
    page.evaluate("answers.push({ status: 500, text: '' })")
    page.locator("#zoek").click()
    page.wait_for_function("document.querySelector('#bibliotheken #weer')")


def test_what_stands_behind_the_address_is_asked_at_once(opened):
    page = opened(VOUCHER, "number.js", "voucher.js", before=ANSWERS, behind="#00-00 123x")
    assert page.locator("#veld").input_value() == "00-00 123" and page.locator("#bon").inner_text() == "kort"
    assert page.evaluate("document.getElementById('taal').hash").startswith("#00-00")
    other = opened(VOUCHER, "number.js", "voucher.js", before=ANSWERS, behind="#uitleg")
    assert other.locator("#veld").input_value() == "" and other.evaluate("document.getElementById('taal').hash") == ""
