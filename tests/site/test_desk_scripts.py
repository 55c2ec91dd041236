"""The desk's scripts alone (desk, scanner, camera, sound): each condition from both sides."""

import pytest

from tests.site.test_scripts_alone import (
    CHOICE,
    DESK,
    SENT,
    chromium,
    focused,
    go_by,
    opened,
    whole_number,
)

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser

SETTLED = """(html) => { const target = document.getElementById("antwoord"); target.innerHTML = html;
  document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { target } })); }"""
# A key at an element, so long after the one before: whether the page took it.
KEY = """([id, key, after, more]) => { window.clock = (window.clock ?? 5000) + after;
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  Object.defineProperty(event, "timeStamp", { value: clock });
  const place = id ? document.getElementById(id) : document.activeElement;
  return !place.dispatchEvent(event); }"""
KEYS = f"(keys) => keys.map({KEY}).at(-1)"
VALUE = "document.getElementById('nummer').value"


def test_only_the_desks_own_form_is_looked_at_and_before_anybody_else(opened):
    page = opened(DESK + "<form id=ander></form>", "number.js", "desk.js", before=SENT)
    page.evaluate(
        "() => { window.heard = 0;"
        " document.getElementById('balie').addEventListener('submit', () => { heard += 1; }); }"
    )
    for number, sent, heard in (("12", 0, 0), (whole_number(page, "balie"), 1, 1)):
        page.locator("#nummer").fill(number)
        page.evaluate("document.getElementById('balie').requestSubmit()")
        assert page.evaluate("[sent.length, heard]") == [sent, heard]
    page.locator("#nummer").fill("12")
    page.evaluate("document.getElementById('ander').requestSubmit()")
    assert page.evaluate("sent.length") == 2
    page.evaluate("document.getElementById('balie').requestSubmit()")
    selected = "(() => { const f = document.getElementById('nummer'); return [f.selectionStart, f.selectionEnd]; })()"
    assert page.evaluate(selected) == [0, 2], "what is wrong can be typed over at once"
    page.evaluate("() => { const target = document.body; document.getElementById('antwoord').innerHTML ="
                  " '<p data-desk=done></p>'; document.dispatchEvent(new CustomEvent('htmx:afterSettle',"
                  " { detail: { target } })); }")  # fmt: skip
    assert page.evaluate(VALUE) == "12", "another part of the page is no answer"
    page.evaluate(SETTLED, "<p>geen</p>")
    assert page.evaluate(VALUE) == "12" and page.locator("#nummer").get_attribute("aria-invalid") == "true"


def test_which_keys_begin_a_number_and_which_are_left_alone(opened):
    places = "<input id=tekst><input id=rond type=radio><select id=lijst></select><textarea id=veel></textarea>"
    page = opened(
        DESK + places + "<dialog open><b id=in tabindex=0>x</b></dialog>", "number.js", "desk.js", before=SENT
    )
    for place in ("tekst", "lijst", "veel", "in"):
        assert not page.evaluate(KEY, [place, "5", 500, {}]), place
    for more in ("ctrlKey", "metaKey", "altKey"):
        assert not page.evaluate(KEY, ["buiten", "5", 500, {more: True}]), more
    for key in ("Enter", "Tab", "F1", "!", "é", " ", "[", "Shift"):
        assert not page.evaluate(KEY, ["buiten", key, 500, {}]), key
    assert page.evaluate(VALUE) == ""
    for place, key in (
        ("buiten", "0"),
        ("buiten", "9"),
        ("rond", "1"),
        ("buiten", "a"),
        ("buiten", "Z"),
        ("buiten", "]"),
    ):
        assert page.evaluate(KEY, [place, key, 500, {}]), key
        assert page.evaluate(VALUE) == key and focused(page) == "nummer"
        assert page.evaluate("document.getElementById('nummer').selectionStart") == 1
    page.evaluate(SETTLED, CHOICE)
    assert page.evaluate(KEY, ["buiten", "1", 500, {}]), "beside the choice it is a number"
    assert page.evaluate(VALUE) == "1" and page.locator("#antwoord").inner_html() == ""


def test_two_keys_within_a_moment_are_a_scan_and_later_ones_a_choice(opened):
    page = opened(DESK, "number.js", "desk.js", before=SENT)
    page.evaluate(SETTLED, CHOICE)
    assert not page.evaluate(KEY, ["k1", "2", 500, {}])
    assert page.evaluate(KEY, ["k1", "7", 59, {}]) and page.evaluate(VALUE) == "27"
    page.evaluate(SETTLED, CHOICE)
    assert not page.evaluate(KEY, ["k1", "2", 500, {}])
    assert not page.evaluate(KEY, ["k1", "3", 60, {}]), "so slow is a person who chooses again"
    page.wait_for_function("document.getElementById('k3').checked")
    assert focused(page) == "k3" and page.evaluate(VALUE) == "27"
    for key in ("0", "4"):
        page.evaluate(SETTLED, CHOICE)
        assert page.evaluate(KEY, ["k1", key, 500, {}]) and page.evaluate(VALUE) == key, "no fourth way"
    page.evaluate(SETTLED, CHOICE)
    page.evaluate(KEY, ["k1", "2", 500, {}])
    assert not page.evaluate(KEY, ["k1", "Enter", 10, {}])
    assert page.locator("#k2").is_checked(), "Enter behind it chooses at once"
    page.evaluate("document.getElementById('k2').checked = false")
    page.evaluate(KEY, ["k1", "Enter", 500, {}])
    go_by(page, 80)
    assert not page.locator("#k2").is_checked(), "and once"
    page.evaluate(
        SETTLED, "<div data-desk=valid><input type=radio id=k1><div data-desk-choice><b id=k9 tabindex=0></div></div>"
    )
    page.evaluate(KEY, ["k9", "3", 500, {}])
    go_by(page, 80)
    assert page.evaluate(VALUE) == "4", "a choice that is not there"


def test_a_page_that_comes_with_an_answer_begins_where_the_next_thing_happens(opened):
    answer = "<div id=antwoord><p data-desk={}></p></div>"
    page = opened(DESK.replace("<div id=antwoord></div>", answer.format("again")), "number.js", "desk.js", before=SENT)
    assert focused(page) == "nummer" and page.locator("#nummer").get_attribute("aria-invalid") == "true"
    page.evaluate("() => { window.heard = []; addEventListener('input', (event) => heard.push(event.target.id)); }")
    page.locator("#buiten").focus()
    page.evaluate(SETTLED, "<p data-desk=done></p>")
    assert focused(page) == "nummer"
    page.locator("#buiten").focus()
    page.evaluate(SETTLED, "<p data-desk=again></p>")
    assert focused(page) == "nummer"
    page.evaluate("document.dispatchEvent(new CustomEvent('kbl:scanned', { detail: '00000000000000' }))")
    page.evaluate(KEY, ["buiten", "5", 500, {}])
    assert page.evaluate("heard") == ["nummer", "nummer"], "whoever listens to the field hears of it"
    page.evaluate(SETTLED, CHOICE)
    page.evaluate(KEY, ["k1", "2", 500, {}])
    page.evaluate(KEY, ["k1", "Enter", 10, {}])
    page.evaluate("document.getElementById('k1').checked = true")
    go_by(page, 80)
    assert page.locator("#k1").is_checked(), "what was chosen since stays"


def test_a_code_of_the_camera_takes_the_answer_before_away(opened):
    page = opened(DESK, "number.js", "desk.js", before=SENT)
    read = """(code) => { const found = new CustomEvent("kbl:scanned", { detail: code, cancelable: true });
      return document.dispatchEvent(found); }"""
    page.evaluate("document.getElementById('antwoord').innerHTML = '<p>x</p>'")
    assert not page.evaluate(read, "9789000000000") and page.locator("#antwoord").inner_text() == "x"
    good = whole_number(page, "balie")
    assert page.evaluate(read, good) and page.evaluate(VALUE) == good
    assert page.locator("#antwoord").inner_html() == ""


def test_what_breaks_a_scan_and_what_does_not(opened):
    fields = "<form id=f><input id=een data-scan-submits><input id=twee><textarea id=veel></textarea></form>"
    fields += "<b id=b tabindex=0>"
    page = opened(fields, "scanner.js", before=SENT)
    page.evaluate(
        "() => { window.heard = []; document.addEventListener('input', (event) => heard.push(event.target.id));"
        " document.getElementById('een').addEventListener('keydown', (event) => event.stopPropagation()); }"
    )

    def taken(field: str, *keys: tuple, end: tuple = ("Tab", 59, {})) -> bool:
        page.evaluate(
            "(id) => { document.getElementById(id).focus(); window.clock = (window.clock ?? 5000) + 1000; }", field
        )
        return page.evaluate(KEYS, [[more.get("at", field), key, after, more] for key, after, more in (*keys, end)])

    seven = [(key, 59, {}) for key in "1234567"]
    assert not page.evaluate(KEYS, [["een", "Tab", 1, {}]]), "a Tab before any key"
    assert taken("een", *seven, end=("Tab", 10, {})), "also where the field keeps its keys to itself"
    assert not page.evaluate(KEY, ["een", "Tab", 1, {}]), "the next Tab is a person's"
    assert page.evaluate("sent.length") == 1
    for more in ({"ctrlKey": True}, {"metaKey": True}, {"altKey": True}):
        assert not taken("een", *seven[:6], ("7", 59, dict(more)))
        assert not taken("een", *seven, end=("Tab", 59, dict(more)))
    assert not taken("een", *seven, end=("Tab", 60, {}))
    assert not taken("een", *seven[:3], ("4", 60, {}), *seven[4:])
    assert not taken("een", *seven, end=("Enter", 59, {})), "Enter ends it by itself"
    assert taken("een", *seven[:3], ("Shift", 20, {}), ("4", 39, {}), *seven[4:]), "Shift before a capital"
    assert not taken("een", *seven[:3], ("Shift", 20, {}), ("4", 40, {}), *seven[4:])
    assert not taken("een", *seven[:6], ("Shift", 20, {})), "which is no key of a number"
    assert not taken("een", *seven, end=("Tab", 59, {"at": "twee"}))
    assert taken("een", *[(key, 59, {"at": "b"}) for key, _, _ in seven]), "begun elsewhere, moved to the field"
    assert not taken("twee", *[(key, 59, {}) for key in "1234567"])
    page.evaluate(
        "() => { document.addEventListener('kbl:scan-ended', (event) => { heard.push(event.target.id);"
        " if (event.target.id === 'een') event.preventDefault(); }); }"
    )
    assert not taken("twee", *[(key, 59, {}) for key in "1234567"])
    assert taken("een", *seven) and page.evaluate("heard") == ["twee", "een"], "who took it sends it himself"
    for text, at, after in (
        ("123456", 6, None),
        ("1234567", 7, "1234567\n"),
        ("1234567\n12", 10, None),
        ("12\n1234567", 10, "12\n1234567\n"),
        ("1234567  x", 7, "1234567\n  x"),
        ("     12", 7, None),
    ):
        page.evaluate(
            "([text, at]) => { const area = document.getElementById('veel'); area.value = text;"
            " area.setSelectionRange(at, at); heard.length = 0; }",
            [text, at],
        )
        assert taken("veel", *[(key, 59, {}) for key in "1234567"]) is (after is not None), text
        assert page.evaluate("document.getElementById('veel').value") == (after or text)
        assert page.evaluate("heard") == (["veel"] if after else [])
        if after:
            assert page.evaluate("document.getElementById('veel').selectionStart") == at + 1
    assert page.evaluate("sent.length") == 3
