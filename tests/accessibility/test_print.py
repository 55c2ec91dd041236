"""On paper: what somebody came to read, without the menu and the buttons, and nothing cut off."""

import pytest

from tests.access.world import address
from tests.accessibility.walk import MATRIX
from tests.browser_support import DESK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A4 between the margins of kbl.css, in CSS pixels.
PAPER = (672, 950)

# What nobody can press on paper.
BUTTONS = """() => [...document.querySelectorAll(
  "button, .btn, input[type=submit], .kbl-nav, .kbl-top-end, .kbl-bottom, .kbl-skip, .kbl-hint, .kbl-waiting"
)].filter((each) => each.getClientRects().length).map((each) => each.className || each.tagName)"""

CUT = """() => [...document.querySelectorAll("main table, main .card, main dl")]
  .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
  .map((each) => each.className || each.tagName)"""


# What the paper is set in may not have been asked for yet, and what stands in for it is wider (or is not there).
LETTERS = "() => Promise.allSettled([...document.fonts].map((face) => face.load())).then(() => null)"


@pytest.mark.parametrize(
    ("who", "route"),
    [
        ("coordinator", "cubiss:home"),
        ("coordinator", "cubiss:stock_overview"),
        ("coordinator", "cubiss:closing"),
        ("finance", "cubiss:fund"),
        ("worker", "intermediary:stock"),
        ("worker", "intermediary:statement"),
        ("clerk", "library:renewals"),
        ("clerk", "library:enrolments"),
        ("manager", "library:statement"),
        ("province", "province:report"),
    ],
    ids=lambda each: each.replace(":", "-"),
)
def test_what_comes_out_of_the_printer(request, visit, things, who, route):
    url = address(route, MATRIX["routes"][route].get("args", {}), things)
    page = visit(request.getfixturevalue(who), at=url, size=DESK)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    page.evaluate(LETTERS)
    assert page.evaluate(BUTTONS) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]
    assert page.locator("h1").is_visible()
