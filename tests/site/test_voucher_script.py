"""The script of the voucher's public page, alone: what is asked, what is shown, and what stays in the address."""

import pytest

from tests.site.test_scripts_alone import ANSWERS, CARD, HOME, VOUCHER, chromium, focused, go_by, opened, whole_number

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser

# How each thing was given the focus, and what was printed.
WATCHED = (
    ANSWERS
    + """window.focused = []; const focus = HTMLElement.prototype.focus; window.printed = 0;
  window.print = () => { printed += 1; };
  HTMLElement.prototype.focus = function (how) {
    focused.push([this.id, how?.preventScroll ?? null]); focus.call(this, how); };"""
)
ASKED = """([number, ...more]) => { answers.push(...more); document.getElementById("veld").value = number;
  document.getElementById("nummer").requestSubmit(); }"""
SHOWN = "document.getElementById('bon').textContent"
LINK = "document.getElementById('taal')"


@pytest.fixture
def page(opened):
    return opened(VOUCHER, "number.js", "voucher.js", before=WATCHED)


def test_what_came_is_read_where_one_was_and_trouble_is_trouble(page):
    good = whole_number(page, "nummer")
    page.evaluate(ASKED, [good, {"status": 499, "text": "<p>a</p>"}])
    page.wait_for_function(f"{SHOWN} === 'a'")
    page.evaluate(ASKED, [good, {"status": 200, "text": "<p>b</p>"}])
    page.wait_for_function(f"{SHOWN} === 'b'")
    assert page.evaluate("focused") == [["bon", True], ["bon", False]], "only a voucher scrolls into sight"
    go_by(page, 230)
    assert page.evaluate(SHOWN) == "b", "what came at once is not waited for afterwards"
    page.evaluate(ASKED, [good, {"status": 500, "text": "<p>c</p>"}])
    page.wait_for_function("document.getElementById('weer')")
    assert "Geen verbinding" in page.evaluate(SHOWN)
    page.evaluate(ASKED, [good, {"status": 200, "text": "<p>d</p>", "after": 300}])
    page.wait_for_function("document.querySelector('#bon p.lead')?.textContent === 'Even kijken…'")
    page.wait_for_function(f"{SHOWN} === 'd'")
    assert page.locator("#bon").inner_html() == "<p>d</p>"


def test_a_number_is_wrong_until_it_is_typed_anew(page):
    page.evaluate(ASKED, ["12"])
    field = page.locator("#veld")
    assert field.get_attribute("aria-invalid") is not None and page.evaluate(SHOWN) == "kort"
    field.fill("123")
    assert field.get_attribute("aria-invalid") is None
    page.evaluate("document.getElementById('vragen').hidden = true")
    page.evaluate(ASKED, ["12"])
    assert page.locator("#vragen").is_visible(), "what is wrong can be mended"
    assert page.evaluate("asked.length") == 0


def test_a_voucher_is_printed_and_makes_room_for_another(page):
    good = whole_number(page, "nummer")
    page.evaluate("(hash) => history.replaceState(null, '', `/v/?taal=nl#${hash}`)", good)
    page.evaluate(ASKED, [good, {"status": 200, "text": CARD}])
    page.wait_for_function("document.getElementById('print')")
    page.locator("#print").click()
    assert page.evaluate("printed") == 1
    page.evaluate("dispatchEvent(new Event('hashchange'))")
    assert page.evaluate(f"{LINK}.hash") == f"#{good}"
    page.wait_for_function("document.getElementById('bon').innerHTML === '' || asked.length === 2")
    page.evaluate(ASKED, [good, {"status": 200, "text": CARD}])
    page.wait_for_function("document.getElementById('ander')")
    page.evaluate(ASKED, [good, {"status": 200, "text": CARD, "after": 250}])
    page.evaluate("document.getElementById('ander').click()")
    go_by(page, 300)
    assert page.evaluate(SHOWN) == "", "an answer that is still on its way is not for the next one"
    assert page.evaluate(f"{LINK}.hash") == "" and page.evaluate("location.href") == f"{HOME}v/?taal=nl"
    assert page.locator("#vragen").is_visible() and focused(page) == "veld"


def test_another_language_takes_along_what_was_shown(page):
    clicked = f"""() => {{ let own = true;
      const last = (event) => {{ own = event.defaultPrevented; event.preventDefault(); }};
      document.addEventListener("click", last); {LINK}.click(); document.removeEventListener("click", last);
      return [own, window.sentTo ?? null]; }}"""
    assert page.evaluate(clicked) == [False, None], "without a voucher it is a link"
    good = whole_number(page, "nummer")
    page.evaluate(ASKED, [good, {"status": 200, "text": CARD}])
    page.wait_for_function("document.getElementById('print')")
    page.evaluate("(hash) => history.replaceState(null, '', `#${hash}`)", good)
    assert page.evaluate(clicked) == [False, None], "what stands behind # goes along by itself"
    page.evaluate("history.replaceState(null, '', '#uitleg')")
    assert page.evaluate(clicked) == [True, f"{HOME}v/?taal=en"]


def test_where_the_libraries_are_is_asked_apart_from_the_voucher(page):
    page.evaluate("answers.push({ status: 500, text: '<p>x</p>' }, { status: 200, text: '<p>Venlo</p>' })")
    page.locator("#zoek").click()
    page.wait_for_function("document.querySelector('#bibliotheken #weer')")
    assert page.evaluate("document.getElementById('nummer').action") == f"{HOME}v/", "nothing changed yet"
    page.locator("#bibliotheken #weer").click()
    page.wait_for_function("document.getElementById('bibliotheken').textContent === 'Venlo'")
    to, how, _ = page.evaluate("asked[1]")
    assert to == f"{HOME}v/?gemeente=venlo"
    assert how == {"headers": {"X-Part": "libraries"}, "credentials": "omit", "referrerPolicy": "no-referrer"}
    assert page.evaluate("document.getElementById('nummer').action") == f"{HOME}v/?gemeente=venlo"
    assert page.evaluate(f"{LINK}.search") == "?taal=en&gemeente=venlo"
    page.evaluate("answers.push({ fails: true })")
    page.locator("#zoek").click()
    page.wait_for_function("document.querySelector('#bibliotheken #weer')")
    assert page.locator("#bibliotheken").inner_text().startswith("Geen verbinding")


def test_a_scanned_address_is_looked_at_each_time(page):
    for behind, typed in (
        ("#00-00%20123x%C3%A9", "00-00 123  "),
        ("#" + "1234567890" * 4, "1234567890" * 3),
        ("#%2d12", " 12"),
    ):
        page.evaluate("(behind) => { location.hash = behind; }", behind)
        page.wait_for_function("(typed) => document.getElementById('veld').value === typed", arg=typed)
        assert page.evaluate("asked.length") == 0 and page.evaluate(SHOWN) in ("kort", "lang")
    page.evaluate("(behind) => { location.hash = behind; }", "#uitleg")
    page.wait_for_function(f"{LINK}.hash === ''")
    assert page.locator("#veld").input_value() == " 12"


def test_a_page_that_comes_with_a_voucher_shows_it_as_one(opened):
    empty = "<div id=bon tabindex=-1></div>"
    page = opened(VOUCHER.replace(empty, empty.replace("></", f">{CARD}</")), "number.js", "voucher.js", before=WATCHED)
    assert page.locator("#print").is_visible() and not page.locator("#vragen").is_visible()
    assert page.evaluate("[asked.length, focused.length]") == [0, 0]
