"""Scripts on a page without their parts, and the smallest ones, alone."""

import pytest

from tests.site.test_scripts_alone import CAMERA, DESK, THEME, VOUCHER, chromium, opened

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser

# What each script needs of a page: without any one of them it does nothing, and breaks nothing.
NEEDS = {
    "desk.js": (DESK, "#balie", "#antwoord"),
    "desk-camera.js": (CAMERA, "#balie", "#camera", "[data-camera]"),
    "desk-sound.js": ("<div id=antwoord></div><input type=checkbox data-sound>", "#antwoord", "[data-sound]"),
    "voucher.js": (VOUCHER, "#nummer", "#bon"),
    "survey.js": ("<form id=enquete><input name=card></form>", "#enquete"),
}
RUNS = """([body, without, script]) => { document.body.innerHTML = body;
  if (without) document.querySelector(without).remove();
  const tag = document.createElement("script"); window.broken = ""; window.onerror = (words) => { broken = words; };
  tag.textContent = script; document.head.append(tag); return broken; }"""


def test_on_a_page_that_lacks_a_part_a_script_rests(opened):
    """None of desk.js, desk-camera.js, desk-sound.js, voucher.js and survey.js says a word."""
    page = opened("", "number.js", behind="#abcdefgh")
    for name, (body, *parts) in NEEDS.items():
        for part in (None, *parts):
            assert page.evaluate(RUNS, [body, part, (THEME / name).read_text()]) == "", (name, part)


SMALL = """<form id=enquete><input name=card></form><a data-language href=/x>x</a><a data-language href=/y>y</a>
  <input type=range id=deel value=40><textarea data-writes=een>Zo.</textarea><textarea id=los></textarea>
  <div data-preview=een hidden><p></p></div>"""


def test_the_number_of_a_slider_and_a_text_as_it_will_stand(opened):
    page = opened(SMALL, "slider.js", "report.js")
    shown = page.locator("#deel + output")
    assert shown.inner_text() == "40 %" and shown.get_attribute("class") == "kbl-slider-number"
    assert shown.get_attribute("for") == "deel"
    page.locator("#deel").fill("65")
    assert shown.inner_text() == "65 %"
    preview, written = page.locator("[data-preview=een]"), page.locator("[data-writes=een]")
    assert preview.is_hidden()
    written.fill("  Eén \n\n twee\tdrie ")
    assert preview.is_visible() and preview.locator("p").evaluate("(each) => each.textContent") == "Eén twee drie"
    written.fill(" \n")
    assert preview.is_hidden() and preview.locator("p").evaluate("(each) => each.textContent") == ""
    page.locator("#los").fill("x")


def test_a_cards_code_goes_along_when_it_is_one(opened):
    page, script = opened(""), (THEME / "survey.js").read_text()
    for behind, kept in (
        ("#abcd-12_", "abcd-12_"), ("#abcd-12", ""), ("#" + "a" * 40, "a" * 40), ("#" + "a" * 41, ""),
        ("#abcd%2D12_", "abcd-12_"), ("#abcd 12_x", ""), ("", ""),
    ):  # fmt: skip
        page.evaluate("(behind) => history.replaceState(null, '', `/${behind}`)", behind)
        assert page.evaluate(RUNS, [SMALL, None, script]) == ""
        told = page.evaluate("[document.forms[0].card.value, ...[...document.links].map((each) => each.hash)]")
        assert told == [kept, f"#{kept}" if kept else "", f"#{kept}" if kept else ""], behind
    page.evaluate("history.replaceState(null, '', '/#abcd-1234')")
    assert page.evaluate(RUNS, ["<a data-language href=/x>x</a>", None, script]) == ""
    assert page.evaluate("document.links[0].hash") == "#abcd-1234", "a page without the questions"
