"""What is asked of every page, in a real browser."""

import re
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

# Of each text axe reads the colours of everything beneath it, a dozen colours thousands of times over: once is enough.
READ_COLOUR = 'new u(t).toGamut({space:"srgb",method:"clip"}).to("srgb")'
AXE = (
    next(Path(axe_playwright_python.__file__).parent.glob("axe.min.js"))
    .read_text(encoding="utf-8")
    .replace(READ_COLOUR, f"((window.__colours ??= {{}})[t] ??= {READ_COLOUR})")
)

# Counted from the first paint on, before anybody touches anything.
WATCH_SHIFTS = """
window.__shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

# Without `preload` axe leaves the stylesheets whole; to take them apart it would write a style that our policy refuses.
# Only its rule about turned screens needs that, and no sheet of ours asks how a screen is held.
# `target-size` (24 px, WCAG 2.2 AA) is off in axe unless asked for.
ASK = """async () => {
  if (typeof axe !== "object") return null;
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    preload: false,
    rules: { "target-size": { enabled: true } },
  });
  return {
    violations: found.violations.map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))]),
    shifted: window.__shifted,
    headings: document.querySelectorAll("h1").length,
    title: document.title,
    lang: document.documentElement.lang,
    wide: document.documentElement.scrollWidth - window.innerWidth,
  };
}"""

MOST_SHIFT = 0.1
# Residents know the library, not us.
TITLE = re.compile(r"\S.* · KBL|Uw waardebon voor de bibliotheek|Wat vindt u van de bibliotheek\?")


def complaints(page: Page) -> list[str]:
    """Everything that is wrong with the page that is open, in words; nothing when it is well."""
    seen = page.evaluate(ASK)
    if seen is None:  # who looks at many pages has axe come with each of them
        page.evaluate(AXE)
        seen = page.evaluate(ASK)
    wrong = [f"{rule}: {', '.join(nodes[:4])} ({len(nodes)})" for rule, nodes in seen["violations"]]
    if seen["headings"] != 1:
        wrong.append(f"{seen['headings']} h1")
    if not TITLE.fullmatch(seen["title"]) or re.search(r"\d{9}", seen["title"]):
        wrong.append(f"title: {seen['title']!r}")
    if not seen["lang"].startswith("nl"):
        wrong.append(f"lang: {seen['lang']!r}")
    if seen["wide"] > 0:
        wrong.append(f"scrolls sideways by {seen['wide']} px")
    if seen["shifted"] >= MOST_SHIFT:
        wrong.append(f"moves while it loads: {seen['shifted']:.2f}")
    return wrong
