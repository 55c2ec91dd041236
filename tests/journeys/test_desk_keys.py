"""The desk's keys, numbers and camera by themselves: a moment between two keys, and no camera that stays on unseen."""

import pytest
from playwright.sync_api import Page, expect

from vouchers.models import Voucher

pytestmark = pytest.mark.browser

# Keys that come so many milliseconds after each other, whatever the computer is busy with.
KEYS = """(keys) => { let at = performance.now();
  for (const [key, later] of keys) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: at += later });
    document.activeElement.dispatchEvent(event);
  }
}"""


@pytest.fixture
def asked(visit, clerk, stock_of_food_bank) -> Page:
    """A good voucher is on the screen, and the desk asks what it is."""
    page = visit(clerk)
    page.get_by_label("Vouchernummer").fill(Voucher.objects.get(pk=1).number.digits)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    return page


def test_a_scan_that_begins_with_a_choice_is_a_number_and_no_choice(asked):
    """Scanners have no pauses: a 1 with a 2 right behind it is how a number begins."""
    asked.evaluate(KEYS, [["1", 0], ["2", 59]])
    expect(asked.get_by_label("Vouchernummer")).to_have_value("12")
    expect(asked.get_by_label("Vouchernummer")).to_be_focused()
    expect(asked.locator("[name=kind]:checked")).to_have_count(0)


def test_two_choices_of_a_person_are_the_last_of_them(asked):
    asked.evaluate(KEYS, [["1", 0], ["2", 60]])
    expect(asked.get_by_role("radio").nth(1)).to_be_checked()
    expect(asked.get_by_label("Vouchernummer")).not_to_have_value("12")


READS = """(texts) => texts.map((detail) => document.dispatchEvent(
  new CustomEvent("kbl:scanned", { detail, cancelable: true })))"""


def test_the_desk_reads_a_number_however_it_comes_and_nothing_that_is_none(visit, clerk, voucher):
    """The same as the server (vouchers/numbers.py): what the desk would refuse here never gets there."""
    page, digits = visit(clerk), voucher.number.digits
    other = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    good = [
        digits,
        str(voucher.number),
        f"  KBL {digits} ",
        f"nr:{digits}",
        f"]C1{digits}",
        f"]Q1https://kbl.voorbeeld.example/v/#{digits}",
        f"https://kbl.voorbeeld.example/v/#{digits}?bron=poster",
        f"https://kbl.voorbeeld.example/v/%23{digits}&x=1",
        f"https://elders.voorbeeld.example/#iets#{digits}",
        digits.translate(str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")),
        f"{digits[:7]}\u2011{digits[7:13]}\u00ad-{digits[13]}",
    ]
    bad = ["", "9789045012345", digits[:-1], digits + "0", other, f"x{digits}", f"{digits}?{digits}", "https://kbl/v/"]
    assert page.evaluate(READS, good) == [True] * len(good)
    assert page.evaluate(READS, bad) == [False] * len(bad)


# A camera that wakes up when the test says so.
CAMERA = """window.tracks = [];
navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => { window.wake = () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  const stream = canvas.captureStream();
  window.tracks.push(...stream.getTracks());
  resolve(stream);
}; });"""
ALL_OFF = "window.tracks.length === 1 && window.tracks.every((track) => track.readyState === 'ended')"


@pytest.fixture
def camera(visit, clerk, programme) -> Page:
    page = visit(clerk)
    page.add_init_script(CAMERA)
    page.reload()
    page.get_by_role("button", name="Scan met de camera").click()
    expect(page.get_by_role("dialog", name="Scan met de camera")).to_contain_text("De camera gaat aan")
    return page


def test_a_camera_that_was_on_goes_off_with_its_dialog(camera):
    camera.evaluate("window.wake()")
    expect(camera.get_by_role("dialog", name="Scan met de camera")).to_contain_text("Houd de code")
    assert camera.evaluate("window.tracks[0].readyState") == "live"
    camera.keyboard.press("Escape")
    camera.wait_for_function(ALL_OFF)


def test_a_camera_that_wakes_up_after_the_dialog_was_closed_goes_off_again(camera):
    camera.keyboard.press("Escape")
    expect(camera.get_by_role("dialog", name="Scan met de camera")).to_be_hidden()
    camera.evaluate("window.wake()")
    camera.wait_for_function(ALL_OFF)
    expect(camera.get_by_role("dialog", name="Scan met de camera")).to_be_hidden()
