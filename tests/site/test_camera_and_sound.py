"""What is seen and heard at the desk, alone: the camera from its button to its end, and the tones."""

import pytest

from tests.site.test_scripts_alone import CAMERA, FAKES, chromium, go_by, opened, whole_number

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser

VALUE = "document.getElementById('nummer').value"


SOUNDS = """window.hundredths = (number) => Math.round(number * 100);
  window.heard = []; window.volumes = []; window.stops = []; window.wired = [];
  window.made = window.woken = 0;
  window.AudioContext = class { constructor() { made += 1; } currentTime = 3; destination = "loud";
  resume() { woken += 1; }
  createGain() { const told = (...how) => volumes.push(how.map(hundredths));
    return { gain: { setValueAtTime: told, linearRampToValueAtTime: told },
      connect: (to) => { wired.push(to); } }; }
  createOscillator() { const tone = { frequency: {}, connect: (to) => { wired.push('gain'); return to; },
    stop: (at) => stops.push(hundredths(at)),
    start: (at) => heard.push([tone.frequency.value, hundredths(at)]) }; return tone; } };"""


def test_a_tone_is_soft_short_and_without_a_click(opened):
    box = "<div id=antwoord></div><input type=checkbox id=geluid data-sound>"
    page = opened(box, "desk-sound.js", before=SOUNDS + "localStorage.setItem('kbl-sound', 'on');")
    assert page.locator("#geluid").is_checked(), "as it was left in this browser"
    say = "(html) => { document.getElementById('antwoord').innerHTML = html; }"
    page.evaluate(say, "<p class='kbl-answer is-success'></p><p data-desk=done></p>")
    go_by(page, 20)
    assert page.evaluate("heard") == [[660, 300], [880, 314]], "from now on, one after another"
    assert page.evaluate("stops") == [314, 328]
    assert page.evaluate("volumes") == [[0, 300], [6, 302], [0, 314], [0, 314], [6, 316], [0, 328]]
    page.evaluate(say, "<p class='kbl-answer is-refusal'></p><p data-latest=success></p>")
    go_by(page, 20)
    assert page.evaluate("heard.slice(2)") == [[660, 300]], "of a list its last line is heard, once"
    assert page.evaluate("[made, woken]") == [1, 2]
    assert page.evaluate("wired") == ["gain", "loud"] * 3, "through the volume, to what is heard"
    page.locator("#geluid").uncheck()
    assert page.evaluate("made * 10 + woken") == 12, "off makes no sound"


def test_the_camera_is_asked_for_once_and_tells_what_it_does_once(opened):
    page = opened(CAMERA, "number.js", "desk.js", "desk-camera.js", before=FAKES)
    fetched: list[str] = []

    def reader(route) -> None:
        fetched.append(route.request.url)
        if len(fetched) == 1:
            route.abort()
        else:
            route.fulfill(body="1", content_type="text/javascript")

    page.route("**/lezer.js", reader)
    page.evaluate(
        """() => { window.said = []; const words = document.querySelector("#camera [data-words]");
          const told = (change) => change.addedNodes.length && said.push(words.textContent);
          new MutationObserver((changes) => changes.forEach(told)).observe(words, { childList: true }); }"""
    )
    state = "document.getElementById('camera').dataset.state"
    page.locator("#knop").click()
    page.wait_for_function(f"{state} === 'trouble'")
    assert page.evaluate("said.at(-1)") == "De camera kan nu niet meelezen. Typ het nummer, of probeer het zo opnieuw."
    assert page.evaluate("stopped") == 1, "a camera that reads nothing goes off"
    page.locator("#stop").click()
    for _ in range(2):
        page.evaluate("() => { said.length = 0; pictures = 0; }")
        page.locator("#knop").click()
        page.wait_for_function("said.at(-1)?.startsWith('Houd de code')")
        page.wait_for_function("pictures > 1")
        assert page.evaluate("said") == ["De camera gaat aan…", "Houd de code van de voucher in beeld."]
        page.evaluate("codes.push('123', '123')")
        page.wait_for_function("codes.length === 0")
        go_by(page, 150)
        assert page.evaluate("said.slice(2)") == ["Deze code is niet van een voucher. Houd de voucher in beeld."]
        page.locator("#stop").click()
    assert len(fetched) == 2, "once it is there it is not fetched again"
    assert page.evaluate("asked.video") == {
        "facingMode": "environment", "width": {"ideal": 1280}, "height": {"ideal": 720},
    }  # fmt: skip


def test_the_camera_goes_off_with_its_page_and_a_good_code_among_others_is_seen(opened):
    page = opened(CAMERA, "number.js", "desk.js", "desk-camera.js", before=FAKES)
    page.route("**/lezer.js", lambda route: route.fulfill(body="1", content_type="text/javascript"))
    good = whole_number(page, "balie")
    looks = "document.getElementById('camera').dataset.state === 'looking' && pictures > 0"
    hidden = "Object.defineProperty(document, 'hidden', {{ configurable: true, value: {0} }});"
    hidden += " document.dispatchEvent(new Event('visibilitychange'))"
    page.locator("#knop").click()
    page.wait_for_function(looks)
    page.evaluate(hidden.format("false"))
    assert page.evaluate("stopped") == 0 and page.locator("#camera").is_visible()
    page.evaluate(hidden.format("true"))
    assert page.evaluate("stopped") == 1 and not page.locator("#camera").is_visible()
    page.evaluate("() => { window.shaken = []; navigator.vibrate = (long) => shaken.push(long); pictures = 0; }")
    page.evaluate(
        """(good) => { BarcodeDetectionAPI.BarcodeDetector.prototype.detect = () => { pictures++;
          return Promise.resolve([{ rawValue: "978" }, { rawValue: good }, { rawValue: good }]); }; }""",
        good,
    )
    page.locator("#knop").click()
    page.wait_for_function("sent.length > 0")
    go_by(page, 200)
    assert page.evaluate("[sent.length, pictures, shaken.join(), stopped]") == [1, 1, "60", 2]
    assert page.evaluate(VALUE) == good
    page.evaluate("() => { HTMLMediaElement.prototype.play = () => new Promise((go) => { window.plays = go; }); }")
    page.locator("#knop").click()
    page.wait_for_function("Boolean(window.plays)")
    page.locator("#stop").click()
    page.evaluate("plays()")
    go_by(page, 50)
    assert page.evaluate("pictures") == 1 and page.evaluate("stopped") == 3, "closed before it could look"
    assert "gaat aan" in page.locator("#camera [data-words]").text_content()
    page.evaluate("() => { HTMLMediaElement.prototype.play = () => new Promise((_, no) => { window.refuse = no; }); }")
    page.locator("#knop").click()
    page.wait_for_function("Boolean(window.refuse)")
    page.locator("#stop").click()
    page.evaluate("() => { refuse(new Error()); }")
    go_by(page, 50)
    assert page.evaluate("stopped") == 4 and "gaat aan" in page.locator("#camera [data-words]").text_content()


PENDING = """() => { window.detected = []; const wanted = BarcodeDetectionAPI.BarcodeDetector.prototype;
  wanted.detect = () => new Promise((go, no) => detected.push([go, no])); }"""


def test_what_comes_after_the_camera_was_closed_comes_too_late(opened):
    page = opened(CAMERA, "number.js", "desk.js", "desk-camera.js", before=FAKES)
    page.route("**/lezer.js", lambda route: route.fulfill(body="1", content_type="text/javascript"))
    good = whole_number(page, "balie")
    page.evaluate(
        "() => { window.open = null; window.wakes = wake; wake = () => new Promise((go, no) => { window.no = no; }); }"
    )
    words = "document.querySelector('#camera [data-words]').textContent"
    page.locator("#knop").click()
    page.wait_for_function("Boolean(window.no)")
    page.evaluate("() => { window.first = no; document.getElementById('camera').close(); }")
    go_by(page, 20)
    page.locator("#knop").click()
    page.evaluate("() => { first(new Error()); }")
    go_by(page, 20)
    assert page.evaluate(words) == "De camera gaat aan…", "an older start says nothing any more"
    page.locator("#stop").click()
    page.evaluate("() => { wake = wakes; }")
    page.evaluate(PENDING)
    page.locator("#knop").click()
    page.wait_for_function("detected.length === 1")
    assert page.evaluate("document.querySelector('video').shown?.getTracks().length") == 1
    page.keyboard.press("Escape")
    page.wait_for_function("stopped === 1")
    page.evaluate("(good) => { detected[0][0]([{ rawValue: good }]); }", good)
    go_by(page, 150)
    assert page.evaluate("[sent.length, detected.length]") == [0, 1] and page.evaluate(VALUE) == ""


def test_the_camera_looks_at_its_own_picture_when_there_is_one_and_rests_between(opened):
    page = opened(CAMERA, "number.js", "desk.js", "desk-camera.js", before=FAKES)
    page.route("**/lezer.js", lambda route: route.fulfill(body="1", content_type="text/javascript"))
    page.evaluate(
        """() => { window.ready = 1; window.seen = []; window.rests = []; window.played = 0;
          Object.defineProperty(HTMLMediaElement.prototype, "readyState", { get: () => ready });
          HTMLMediaElement.prototype.play = () => { played += 1; return Promise.resolve(); };
          const [real, wanted] = [window.setTimeout, BarcodeDetectionAPI.BarcodeDetector.prototype];
          window.setTimeout = (act, rest) => { rests.push(rest); return real(act, 5); };
          const video = document.querySelector("video");
          wanted.detect = (picture) => { seen.push(picture === video); return Promise.resolve([]); }; }"""
    )
    page.locator("#knop").click()
    page.wait_for_function("rests.length > 2")
    assert page.evaluate("seen") == [] and page.evaluate("played") == 1, "without a picture there is nothing to read"
    page.evaluate("() => { rests.length = 0; ready = 2; }")
    page.wait_for_function("seen.length > 1")
    assert page.evaluate("[...new Set(seen)]") == [True] and page.evaluate("[...new Set(rests)]") == [120]
    page.locator("#stop").click()
