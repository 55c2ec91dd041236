"""Makes the sheet of each role again (static/help/*.pdf): four steps, each with a picture of the real screen.

Part of `make pictures`. The words are those of kbl/site/instructions.py; here stands where to look. A screen that no
longer has what a picture points at stops the making, so that a sheet never shows what is not there.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from make_pictures import CHROMIUM, QUIET, demonstration, log_in
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHEETS = ROOT / "static" / "help"
SCREEN: ViewportSize = {"width": 780, "height": 1000}
PICTURE = (780, 560)  # the part of the screen that a picture shows, at most
MADE_AT = datetime(2026, 11, 22, 11, tzinfo=UTC)


@dataclass(frozen=True)
class Shot:
    """A picture: what stands on top of it, and what the reader should look at (a ring is drawn around each)."""

    path: str
    top: str
    look: tuple[str, ...]
    alt: str
    before: Callable[[Page, str], None] | None = None


def first_link(part: str) -> Callable[[Page, str], None]:
    """Open the first link on the page whose address holds this."""

    def go(page: Page, _: str) -> None:
        page.locator(f"main a[href*='{part}']").first.click()
        page.wait_for_load_state("networkidle")

    return go


def type_number(page: Page, number: str) -> None:
    """At the desk: a number that is good."""
    page.locator("#id_number").fill(number)
    page.keyboard.press("Enter")
    page.locator("#antwoord [type=radio]").first.wait_for()


def type_serial(page: Page, number: str) -> None:
    """At the intermediary: one that it has in stock."""
    page.locator("#id_numbers").fill(number)
    page.locator("#uitreiken button[type=submit]").click()
    page.wait_for_load_state("networkidle")


ROW = "main tbody tr, main .kbl-empty, main .card"

# Per sheet: who looks, and a picture per step.
SHOTS: dict[str, tuple[str, tuple[Shot, ...]]] = {
    "cubiss": (
        "coordinator",
        (
            Shot("/cubiss/", "main h1", ("section[aria-labelledby=aandacht] li",), "De pagina Vandaag"),
            Shot("/cubiss/bestellingen/", "main h1", (ROW,), "De lijst met bestellingen"),
            Shot("/cubiss/zoeken/", "main h1", ("main form",), "De pagina Zoeken"),
            Shot("/cubiss/kwartalen/", "main h1", ("main table tbody tr",), "De lijst met kwartalen"),
        ),
    ),
    "intermediair": (
        "intermediair",
        (
            Shot("/intermediair/uitreiken/", "main h1", ("#id_numbers",), "Het veld voor de nummers"),
            Shot(
                "/intermediair/uitreiken/",
                "#voorbeeld-plek",
                ("#voorbeeld-plek",),
                "De controle per nummer",
                type_serial,
            ),
            Shot("/intermediair/voorraad/", "main h1", ("main .card",), "De pagina Voorraad"),
            Shot("/intermediair/afrekeningen/", "main h1", (ROW,), "De lijst met declaraties"),
        ),
    ),
    "balie": (
        "balie",
        (
            Shot("/bibliotheek/", "main h1", ("#id_number",), "Het veld voor het nummer"),
            Shot(
                "/bibliotheek/", "#balie", ("#antwoord form .kbl-choices",), "De keuze na een goed nummer", type_number
            ),
            Shot("/bibliotheek/inschrijvingen/", "main h1", (ROW,), "De lijst met inschrijvingen"),
            Shot(
                "/bibliotheek/verlengingen/",
                "main h1",
                (ROW,),
                "De lijst met verlengingen",
            ),
        ),
    ),
    "bibliotheek-beheer": (
        "beheer",
        (
            Shot("/bibliotheek/afrekeningen/", "main h1", (ROW,), "De lijst met facturen"),
            Shot(
                "/bibliotheek/afrekeningen/",
                "main table",
                ("main table",),
                "De regels van een factuur",
                first_link("/afrekeningen/"),
            ),
            Shot(
                "/bibliotheek/afrekeningen/",
                "main h1",
                ("main .kbl-steps",),
                "Waar de factuur staat",
                first_link("/afrekeningen/"),
            ),
            Shot(
                "/bibliotheek/verlengingen/",
                "main h1",
                (ROW,),
                "De lijst met verlengingen",
            ),
        ),
    ),
    "gemeente": (
        "gemeente",
        (
            Shot("/gemeente/", "main h1", ("main .kbl-board .card",), "De stand van de gemeente"),
            Shot("/gemeente/", "main h1", ("main .btn-primary",), "De knop PDF"),
            Shot("/gemeente/bibliotheken/", "main h1", ("main section.card",), "De bibliotheken van de gemeente"),
        ),
    ),
    "provincie": (
        "provincie",
        (
            Shot("/provincie/", "main h1", ("main .kbl-stat",), "De stand na het laatste kwartaal"),
            Shot("/provincie/", "#alle", ("main tbody th a",), "Alle rapportages"),
            Shot("/provincie/", "#alle", ("main tbody .is-action a",), "De knop PDF"),
        ),
    ),
}

RING = """([selectors, top]) => {
  document.getElementById("kbl-hint")?.remove();
  document.querySelectorAll(".kbl-messages > *").forEach((each) => each.remove());
  document.activeElement?.blur();
  for (const selector of selectors) {
    const target = [...document.querySelectorAll(selector)].find((each) => each.offsetParent);
    if (!target) throw new Error(`nothing at ${selector} on ${location.pathname}`);
    const box = target.getBoundingClientRect();
    const ring = document.createElement("div");
    ring.style.cssText = "position:absolute; z-index:50; border:5px solid #f2a81d; border-radius:14px";
    ring.style.boxSizing = "border-box";
    ring.style.left = `${box.left + scrollX - 5}px`;
    ring.style.top = `${box.top + scrollY - 5}px`;
    ring.style.width = `${box.width + 10}px`;
    ring.style.height = `${box.height + 10}px`;
    document.body.append(ring);
  }
  const from = document.querySelector(top).getBoundingClientRect();
  return { x: Math.max(0, from.left + scrollX - 22), y: from.top + scrollY - 22 };
}"""


def picture(browser: Browser, home: str, who: str, shot: Shot, number: str) -> bytes:
    """What a step looks like, as a small PNG."""
    page = log_in(browser, home, who, SCREEN)
    answer = page.goto(home + shot.path)
    assert answer is not None and answer.ok, shot.path
    page.wait_for_load_state("networkidle")
    if shot.before:
        shot.before(page, number)
    corner = page.evaluate(RING, [list(shot.look), shot.top])
    width, height = PICTURE
    left = min(corner["x"], SCREEN["width"] - width)
    clip = {"x": max(0, left), "y": max(0, corner["y"]), "width": width, "height": height}
    raw = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    page.context.close()
    small = io.BytesIO()
    Image.open(io.BytesIO(raw)).convert("RGB").quantize(96, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def make() -> None:
    """Every sheet, from the demonstration."""
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as home:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/pictures.sqlite3"
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = os.environ["DEMO"] = "1"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbl.settings")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from kbl import pdf
        from kbl.organisations.models import Programme
        from kbl.site.instructions import ALL

        programme = Programme.current()
        contact = f"Vraag? {programme.contact_email} {programme.contact_phone}".strip()
        SHEETS.mkdir(exist_ok=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for sheet in ALL:
                who, shots = SHOTS[sheet.slug]
                number = a_number_of(who)
                drawn, steps = {}, []
                for place, (step, shot) in enumerate(zip(sheet.steps, shots, strict=True), start=1):
                    name = f"stap-{place}.png"
                    drawn[name] = picture(browser, home, who, shot, number)
                    steps.append((step, {"name": name, "alt": shot.alt}))
                context = {"sheet": sheet, "steps": steps, "programme": programme.name, "contact": contact}
                content = pdf.render(
                    "documents/instruction.html", context, made_at=MADE_AT, identifier=f"kbl-{sheet.slug}", drawn=drawn
                )
                (SHEETS / f"{sheet.slug}.pdf").write_bytes(content)
                print(f"{sheet.slug}.pdf {len(content) // 1024} kB", flush=True)
            browser.close()


def a_number_of(who: str) -> str:
    """A voucher of the demonstration that this person could be handed: with all digits."""
    from kbl.accounts.models import User
    from vouchers.models import Voucher

    user = User.objects.get(email=f"{who}@voorbeeld.example")
    vouchers = Voucher.objects.filter(status=Voucher.Status.ALLOCATED).order_by("-pk")
    mine = user.assignments.filter(role="intermediary").values("organisation")
    found = vouchers.filter(holder__in=mine).first() or vouchers.first()
    assert found is not None
    return found.number.digits


if __name__ == "__main__":
    make()
