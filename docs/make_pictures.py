"""Takes the pictures of docs/pictures again: each audience's main pages and the first page of the documents.

`make pictures` starts the demonstration in a scratch file with its clock's day fixed for the history, looks at it with
Chromium as its users do, and turns the PDFs into pictures.
"""

import io
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), BROWSERS[0])
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}

# picture, who looks, where, on what
PAGES = [
    ("cubiss-vandaag", "coordinator", "/cubiss/", DESK),
    ("cubiss-vouchers", "coordinator", "/cubiss/vouchers/", DESK),
    ("cubiss-voucher", "coordinator", "/cubiss/vouchers/nummer/438/", DESK),
    ("cubiss-overzicht", "coordinator", "/cubiss/vouchers/overzicht/", DESK),
    ("cubiss-bestellingen", "coordinator", "/cubiss/bestellingen/", DESK),
    ("cubiss-inlezen", "coordinator", "/cubiss/inlezen/", DESK),
    ("intermediair-bestellen", "intermediair", "/intermediair/bestellen/", DESK),
    ("cubiss-kwartaal", "financien", "/cubiss/kwartalen/2026-Q3/", DESK),
    ("cubiss-betaalrun", "coordinator", "/cubiss/betalingen/5/", DESK),
    ("cubiss-fonds", "financien", "/cubiss/fonds/", DESK),
    ("cubiss-begroting", "financien", "/cubiss/fonds/begroting/", DESK),
    ("cubiss-verschillen", "coordinator", "/cubiss/verschillen/", DESK),
    ("cubiss-controle", "lezer", "/cubiss/controle/kwartalen/2026-Q1/", DESK),
    ("intermediair-vandaag", "intermediair", "/intermediair/", DESK),
    ("intermediair-telefoon", "intermediair", "/intermediair/", PHONE),
    ("bibliotheek-balie", "balie", "/bibliotheek/", DESK),
    ("bibliotheek-telefoon", "balie", "/bibliotheek/", PHONE),
    ("provincie-rapportages", "provincie", "/provincie/", DESK),
    ("provincie-kwartaal", "provincie", "/provincie/2026-Q2/", DESK),
]
PASSWORD = "welkom-bij-de-bieb"


def main() -> int:
    """Make the demonstration, take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demonstration(Path(folder)) as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name, who, path, size in PAGES:
            page = log_in(browser, home, who, size)
            page.goto(home + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=PICTURES / f"{name}.png")
            page.context.close()
            print(f"{name}.png", flush=True)
        desk(browser, home)
        papers(browser, home)
        vouchers()
        browser.close()
    return 0


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """The demonstration in a scratch file, on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / 'pictures.sqlite3'}", "DEMO": "1"}
    environment.pop("REDIS_URL", None)
    command = [sys.executable, "manage.py", "demo", "--port", str(port), "--today", "2026-11-22"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit("the demonstration did not start")
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def log_in(browser: Browser, home: str, who: str, size: ViewportSize) -> Page:
    """A page of somebody who logged in."""
    page = browser.new_context(viewport=size, locale="nl-NL", timezone_id="Europe/Amsterdam").new_page()
    page.goto(home + "/account/inloggen/")
    page.fill("input[name=login]", f"{who}@voorbeeld.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/" not in url)
    return page


def desk(browser: Browser, home: str) -> None:
    """The desk's kind answer to a number that cannot be right: no real number is needed for that."""
    page = log_in(browser, home, "balie", DESK)
    page.goto(home + "/bibliotheek/")
    page.keyboard.type("0012345 482913 1")
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURES / "bibliotheek-antwoord.png")
    page.context.close()
    print("bibliotheek-antwoord.png", flush=True)


def papers(browser: Browser, home: str) -> None:
    """A declaration, an invoice and the progress report, first page."""
    finance = log_in(browser, home, "financien", DESK)
    finance.goto(home + "/cubiss/kwartalen/2026-Q2/")
    for name, word in (("declaratie", "Welzijn De Brug"), ("factuur", "Bibliotheek Venlo")):
        row = finance.locator("tr", has_text=word)
        statement = row.locator("a[href*='/afrekeningen/']").last.get_attribute("href")
        finance.goto(home + str(statement))
        link = finance.locator("a[href*='/documenten/']").first.get_attribute("href")
        picture_of(finance.request.get(home + str(link)).body(), name)
        finance.goto(home + "/cubiss/kwartalen/2026-Q2/")
    finance.context.close()
    province = log_in(browser, home, "provincie", DESK)
    report = province.request.get(home + "/provincie/2026-Q2/pdf/").body()
    picture_of(report, "voortgang", pages=3)
    province.context.close()


def vouchers() -> None:
    """A sheet of vouchers with invented numbers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kbl.settings")
    import django

    django.setup()
    from vouchers.numbers import Number
    from vouchers.paper.formats import FORMATS
    from vouchers.paper.printed import PrintedVoucher
    from vouchers.paper.sheets import print_sheets

    bons = [
        PrintedVoucher(Number(12_345 + i, f"{482_913 + i * 7_919:06}").digits, date(2027, 12, 31)) for i in range(4)
    ]
    sheet, made_at = io.BytesIO(), datetime(2026, 11, 22, 12, tzinfo=UTC)
    print_sheets(bons, FORMATS[4], sheet, title="Waardebonnen", made_at=made_at, identifier="picture")
    picture_of(sheet.getvalue(), "waardebon")


def picture_of(pdf: bytes, name: str, pages: int = 1) -> None:
    """The first pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(pdf)
    for number in range(min(pages, len(document))):
        target = f"{name}.png" if pages == 1 else f"{name}-{number + 1}.png"
        document[number].render(scale=1.3).to_pil().save(PICTURES / target, optimize=True)
        print(target, flush=True)


if __name__ == "__main__":
    sys.exit(main())
