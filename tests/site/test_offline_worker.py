"""The worker that shows our own page without a connection (templates/offline.js), alone: what it keeps and shows."""

import json

import pytest
from django.template.loader import render_to_string

from tests.site.test_scripts_alone import HOME, chromium, opened

__all__ = ["chromium", "opened"]

pytestmark = pytest.mark.browser

KEPT = {"name": "kbl-offline-2", "page": "/geen-verbinding/", "files": ["/static/kbl.css", "/static/logo.svg"]}

# A browser of our own around the worker: everything it does takes a moment, and is written down when it is done.
AROUND = """(text) => {
  const heard = {}; window.done = []; window.off = false; window.full = false;
  const moment = () => new Promise((go) => setTimeout(go, 5));
  const tell = async (...what) => { await moment(); done.push(what); };
  window.kept = { "kbl-offline-2": { "/geen-verbinding/": "our page", "KBLCSS": "our look" },
    "kbl-offline-1": { "KBLCSS": "an older look" }, "kbl-other": {}, "x-kbl-offline-1": {} };
  const caches = { keys: async () => Object.keys(kept), delete: (name) => tell("thrown away", name),
    open: async (name) => ({ match: async (url) => (kept[name] ?? {})[url],
      addAll: async (all) => { await moment(); if (full) throw new Error("full");
        for (const each of all) done.push([name, each.url, each.credentials, each.cache]); } }) };
  const self = { addEventListener: (name, act) => { heard[name] = act; }, skipWaiting: () => tell("takes over") };
  const fetch = (request) => off ? Promise.reject(new TypeError()) : Promise.resolve(`answer to ${request.url}`);
  new Function("self", "caches", "fetch", text)(self, caches, fetch);
  window.happens = async (name, request) => { let end = "left alone";
    const wait = (until) => { end = until; };
    heard[name]({ request, waitUntil: wait, respondWith: wait });
    try { end = await end; } catch { return "failed"; }
    return end instanceof Response ? end.type : end; }; }"""


@pytest.fixture
def worker(opened):
    page = opened("")
    text = render_to_string("offline.js", {"kept": json.dumps(KEPT)})
    page.evaluate(AROUND.replace("KBLCSS", f"{HOME}static/kbl.css"), text)
    return page


def test_it_keeps_its_page_and_look_without_cookies_and_takes_over_when_all_is_there(worker):
    worker.evaluate("happens('install')")
    asked = [KEPT["page"], *KEPT["files"]]
    kept = [["kbl-offline-2", HOME + each.removeprefix("/"), "omit", "no-cache"] for each in asked]
    assert worker.evaluate("done") == [*kept, ["takes over"]]
    worker.evaluate("() => { done.length = 0; full = true; }")
    assert worker.evaluate("happens('install')") == "failed" and worker.evaluate("done") == []


def test_what_an_older_version_kept_goes_and_nothing_else(worker):
    worker.evaluate("happens('activate')")
    assert worker.evaluate("done") == [["thrown away", "kbl-offline-1"]]


def test_only_a_page_that_cannot_be_reached_is_ours_and_its_look(worker):
    page = {"mode": "navigate", "method": "GET", "url": f"{HOME}bibliotheek/"}
    sent = {**page, "method": "POST"}
    look = {"mode": "no-cors", "method": "GET", "url": f"{HOME}static/kbl.css"}
    lost = {**look, "url": f"{HOME}static/logo.svg"}
    others = [
        {**look, "method": "POST"},
        {**look, "url": f"{HOME}bibliotheek/"},
        {**look, "url": f"{HOME}static/x.css"},
    ]
    ask = "(request) => happens('fetch', request)"
    assert [worker.evaluate(ask, each) for each in (page, sent, look)] == [f"answer to {HOME}bibliotheek/"] * 2 + [
        f"answer to {HOME}static/kbl.css"
    ]
    assert [worker.evaluate(ask, each) for each in others] == ["left alone"] * 3
    worker.evaluate("window.off = true")
    assert [worker.evaluate(ask, each) for each in (page, sent, look, lost)] == [
        "our page", "our page", "our look", "error",
    ]  # fmt: skip
    assert [worker.evaluate(ask, each) for each in others] == ["left alone"] * 3
