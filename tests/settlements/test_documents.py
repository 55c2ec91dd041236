"""Issued documents: what they say, that they are made once, and that making them fetches nothing."""

import hashlib
import io
import os
import re
import subprocess
import sys
import threading
import zlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from django.template import engines

from kbl import pdf
from kbl.organisations.models import Organisation
from kbl.pdf import engine
from kbl.settlements.closing import closing
from kbl.settlements.documents import issuing, lines_file, statement_pdf
from kbl.settlements.documents.line_groups import LineGroup
from kbl.settlements.models import Document, EInvoice, Line, OwnNumber, Statement, VatTreatment
from libraries.models import Participation
from tests import by_two
from tests.conftest import AMSTERDAM, at
from tests.races.support import PATIENCE, together
from tests.settlements.conftest import PRESSED, Q1
from tests.told_once import told_once

globals().update(told_once("busy_quarter", of=__package__))

NOON = datetime(2026, 1, 12, 12, tzinfo=AMSTERDAM)
HOUSE = Path(__file__).resolve().parents[2]


def pages_of(content: bytes) -> list[str]:
    """The text of each page, with plain spaces."""
    text = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content)]
    return [re.sub(r"[\s\u00a0]+", " ", page) for page in text]


def text_of(statement: Statement) -> str:
    return " ".join(pages_of(statement_pdf.render(statement)))


def invoice_of(closed, library) -> Statement:
    return closed.statements.get(kind="invoice", organisation=library)


def declaration_of(closed, intermediary) -> Statement:
    return closed.statements.get(kind="declaration", organisation=intermediary)


# --- what they say ------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_an_invoice_carries_everything_the_law_asks(closed, venlo):
    text = text_of(invoice_of(closed, venlo))
    for words in (
        "Factuur VEN-2025-0001",
        "12 januari 2026",
        "1 oktober 2025 tot en met 31 december 2025",
        "Bibliotheek Venlo Pleinstraat 1 5900 AA Venlo KvK 12345678",
        "Cubiss Spoorlaan 1 5017 JS Tilburg KvK 11223344 Btw-id NL001234567B01 Kenmerk KBL-LIMBURG",
        "Lidmaatschapsjaren 3 € 42,00 vrijgesteld € 126,00",
        "Btw vrijgesteld over € 126,00 € 0,00",
        "Betaaltermijn 30 dagen, tot en met 11 februari 2026",
        "Totaal € 126,00",
        "Te betalen € 126,00",
        "Lidmaatschapsjaren: 3 × € 42,00 = € 126,00",
        "Na akkoord en goedkeuring, uiterlijk op 11 februari 2026, betaalt Cubiss € 126,00",
        "Vrijgesteld van btw op grond van artikel 11 van de Wet op de omzetbelasting 1968.",
        "NL91 ABNA 0417 1643 00, ten name van Bibliotheek Venlo",
        "Pagina 1 van 1",
    ):
        assert words in text
    for line in invoice_of(closed, venlo).lines.all():
        assert f"{line.serial:07}" in text


def test_an_invoice_tells_each_vat_treatment_apart_with_its_reason(busy_quarter, venlo, coordinator, manager):
    for day, vat in ((4, "low"), (5, "outside")):
        by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 10, day), vat=vat)
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    statement = invoice_of(closed, venlo)
    OwnNumber.objects.create(statement=statement, organisation=venlo, number="2026/17", at=PRESSED, by=manager)
    text = text_of(Statement.objects.get(pk=statement.pk))
    for words in (
        "Factuur 2026/17",
        "Kenmerk KBL VEN-2025-0001",
        "Geen btw over € 42,00 € 0,00",
        "Btw vrijgesteld over € 42,00 € 0,00",
        "Btw 9 % over € 42,00 € 3,78",
        "Te betalen € 129,78",
        "de leverancier is voor deze prestatie geen ondernemer voor de btw",
    ):
        assert words in text, words


def test_a_declaration_goes_without_vat(closed, food_bank):
    text = text_of(declaration_of(closed, food_bank))
    assert "Declaratie DECL-2025-0001" in text
    assert "Uitgereikte vouchers 5 € 4,00 € 20,00" in text
    assert "Deze declaratie is zonder btw." in text
    assert "Btw vrij" not in text and "Totaal zonder btw" not in text


def test_who_is_no_entrepreneur_has_no_vat_id_on_the_paper(busy_quarter, venlo, coordinator):
    """The e-invoice may not name it (BR-O-02), and the paper says the same."""
    by_two.vat(organisation=venlo, kind="membership", first_day=date(2025, 9, 1), vat="outside")
    text = text_of(invoice_of(closing.close(busy_quarter, by=coordinator, at=PRESSED), venlo))
    assert "de leverancier is voor deze prestatie geen ondernemer voor de btw" in text
    assert venlo.vat_id not in text and "Btw-id NL001234567B01" in text, "Cubiss' own stays"


def test_who_had_nothing_gets_a_nil_report(closed, landgraaf):
    statement = invoice_of(closed, landgraaf)
    assert statement_pdf.filename(statement) == "nulopgave-lidmaatschappen-2025-Q4-bibliotheek-landgraaf.pdf"
    text = text_of(statement)
    assert "Nulopgave" in text and "geen lidmaatschapsjaren om te factureren" in text
    assert "Specificatie" not in text


def test_the_words_for_self_billing_stand_there_from_the_day_it_was_agreed(busy_quarter, venlo, coordinator):
    Participation.objects.filter(library=venlo).update(self_billing_since=date(2026, 1, 12))
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    party = invoice_of(closed, venlo).particulars
    assert "Factuur uitgereikt door afnemer" in text_of(invoice_of(closed, venlo))
    assert not statement_pdf.is_self_billed(party, date(2026, 1, 11))


@pytest.fixture
def corrected(closed, venlo, coordinator, give, take, food_bank, worker):
    """Two of Venlo's three memberships are taken back; in the next quarter it has one, and one more from the last."""
    for line in invoice_of(closed, venlo).lines.all()[:2]:
        by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 2, 1)))
    serials = give(food_bank, worker, 1, date(2026, 1, 20))
    take(venlo, serials, date(2026, 1, 22))
    return closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12)))


@pytest.mark.both_engines
def test_a_credit_names_the_originals_and_asks_for_no_money(corrected, venlo):
    statement = invoice_of(corrected, venlo)
    text = text_of(statement)
    assert statement_pdf.filename(statement) == "creditfactuur-VEN-2026-0001.pdf"
    assert "Corrigeert VEN-2025-0001" in text
    assert "Correctie op VEN-2025-0001, 4e kwartaal 2025 2 −€ 42,00 vrijgesteld −€ 84,00" in text
    assert "teruggenomen: dubbel" in text
    assert "Te verrekenen −€ 39,00" in text
    assert "Het tegoed van € 39,00 verrekenen we" in text


def test_what_came_late_is_marked_with_its_own_quarter(closed, coordinator, give, food_bank, worker):
    give(food_bank, worker, 2, date(2025, 12, 20), heard=date(2026, 1, 20))
    later = closing.close(Q1, by=coordinator, at=at(date(2026, 4, 12)))
    text = text_of(declaration_of(later, food_bank))
    assert "waarvan 2 later gemeld, uit een eerder kwartaal" in text
    assert text.count("uit het 4e kwartaal 2025") == 2


def test_a_long_list_repeats_its_head_and_counts_its_pages(busy_quarter, give, food_bank, worker, coordinator):
    give(food_bank, worker, 150, date(2025, 11, 5))
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    pages = pages_of(statement_pdf.render(declaration_of(closed, food_bank)))
    assert len(pages) >= 2
    for number, page in enumerate(pages, start=1):
        assert "Voucher Uitgereikt op Bedrag" in page
        assert f"Pagina {number} van {len(pages)}" in page
    serials = [f"{line.serial:07}" for line in declaration_of(closed, food_bank).lines.all()]
    assert all(serial in " ".join(pages) for serial in serials)


def test_without_cubiss_there_is_nobody_to_address_it_to(closed, venlo, cubiss):
    cubiss.slug = "iemand-anders"
    cubiss.save()
    with pytest.raises(statement_pdf.NoDebtor, match="cubiss"):
        statement_pdf.render(invoice_of(closed, venlo))


def test_a_statement_whose_lines_do_not_add_up_is_not_issued(closed, venlo):
    statement = invoice_of(closed, venlo)
    statement.net += 1
    with pytest.raises(statement_pdf.DoesNotAddUp):
        statement_pdf.render(statement)


# --- made once ----------------------------------------------------------------------------------------------------


def test_making_it_again_gives_the_identical_bytes(closed, venlo):
    first = issuing.issue_statement(invoice_of(closed, venlo), at=PRESSED)
    kept = EInvoice.objects.get()
    attached = pdf.Attached(kept.filename, bytes(kept.content), issuing.E_INVOICE)
    assert statement_pdf.render(invoice_of(closed, venlo), attached) == bytes(first.content)
    assert issuing.is_intact(kept)
    assert issuing.is_intact(first)


def test_another_process_on_another_day_gives_the_identical_bytes():
    script = (
        "import django, sys, hashlib; django.setup()\n"
        "from tests.settlements.test_documents import sheet\n"
        "print(hashlib.sha256(sheet('<b>een</b> <i>twee</i>')).hexdigest())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kbl.settings", "PYTHONHASHSEED": "5"}
    other = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, env=environment, capture_output=True, check=True)
    assert other.stdout.decode().split()[-1] == hashlib.sha256(sheet("<b>een</b> <i>twee</i>")).hexdigest()


def test_an_issued_document_stays_as_it_was(closed, venlo):
    first = issuing.issue_statement(invoice_of(closed, venlo), at=PRESSED)
    Organisation.objects.filter(slug="cubiss").update(name="Cubiss Anders", street="Elders 9")
    assert issuing.issue_statement(invoice_of(closed, venlo), at=PRESSED) == first
    assert Document.objects.filter(statement=first.statement).count() == 1


def test_one_document_that_cannot_be_made_does_not_keep_the_others_waiting(closed, venlo, monkeypatch):
    unlucky = invoice_of(closed, venlo)

    def render(statement: Statement, *_) -> bytes:
        if statement == unlucky:
            raise RuntimeError("planted")
        return b"paper"

    monkeypatch.setattr(statement_pdf, "render", render)
    with pytest.raises(RuntimeError, match="planted"):
        issuing.make_all(closed, at=PRESSED)
    assert list(issuing.lacking(closed)) == [unlucky]


def both_at_once(statement: Statement, monkeypatch) -> list[object]:
    """Two workers find no document, make one each, and only then keep it."""
    barrier = threading.Barrier(2)

    def render(*_) -> bytes:
        barrier.wait(timeout=PATIENCE)
        return b"paper"

    monkeypatch.setattr(statement_pdf, "render", render)
    return together(*[lambda: issuing.issue_statement(statement, at=PRESSED)] * 2)


# --- nothing is fetched, nothing gets out of its place ------------------------------------------------------------

NASTY = "<script>alert(1)</script><link rel=attachment href=file:///etc/passwd>url(http://voorbeeld.example/x)"


def sheet(content: str, head: str = "") -> bytes:
    """A document with this markup in it, as if somebody had got it past the escaping."""
    template = engines["django"].from_string(
        '{% extends "documents/base.html" %}{% block title %}Proef{% endblock %}'
        f"{{% block head %}}{head}{{% endblock %}}{{% block content %}}{content}{{% endblock %}}"
    )
    return engine.make(template.render({}), made_at=NOON, identifier="proef", drawn={})


def test_a_name_full_of_markup_is_text_and_fetches_nothing(busy_quarter, venlo, coordinator, monkeypatch):
    Organisation.objects.filter(pk=venlo.pk).update(name=NASTY, street="<img src=x onerror=alert(1)>")
    fetched: list[str] = []
    fetch = engine.PaperFetcher.fetch

    def heard(self, url, headers=None):
        fetched.append(url)
        return fetch(self, url)

    monkeypatch.setattr(engine.PaperFetcher, "fetch", heard)
    closed = closing.close(busy_quarter, by=coordinator, at=PRESSED)
    content = statement_pdf.render(invoice_of(closed, venlo))
    assert fetched and all(url.startswith(engine.PAPER) for url in fetched)
    text = re.sub(r"\s", "", "".join(pages_of(content)))
    assert "<script>alert(1)</script><linkrel=attachmenthref=file:///etc/passwd>" in text
    assert "<imgsrc=xonerror=alert(1)>" in text
    assert b"/EmbeddedFile" not in content
    assert b"root:" not in b"".join(streams(content))


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='http://voorbeeld.example/x.png' alt='x'>",
        "<img src='https://paper.invalid.voorbeeld.example/documents/base.css' alt='x'>",
        "<img src='file:///etc/passwd' alt='x'>",
        "<img src='data:image/svg+xml,<svg/>' alt='x'>",
        "<img src='documents/../../manage.py' alt='x'>",
        "<img src='documents/%2e%2e/%2e%2e/manage.py' alt='x'>",
        "<img src='theme/kbl.js' alt='x'>",
        "<img src='vendor/htmx/LICENSE' alt='x'>",
        "<img src='drawn/not-there.svg' alt='x'>",
        "<object data='file:///etc/passwd'></object>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "<a rel=attachment href='file:///etc/passwd'>x</a>",
        "<style>@import url(http://voorbeeld.example/x.css);</style>",
        "<style>p { background: url(file:///etc/passwd) }</style><p>x</p>",
        "<style>@font-face { font-family: X; src: url(http://voorbeeld.example/x.woff2) }</style><p>x</p>",
        "<base href='http://voorbeeld.example/'><img src='documents/x.svg' alt='x'>",
    ],
)
def test_markup_that_asks_for_anything_else_stops_the_making(markup):
    with pytest.raises(pdf.PaperRefused):
        sheet(markup)


@pytest.mark.parametrize(
    ("inside", "allowed"), [('<rect width="9" height="9"/>', True), ('<image href="file:///etc/passwd"/>', False)]
)
def test_a_picture_may_be_drawn_for_the_document_and_may_fetch_nothing_either(inside, allowed):
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'.encode()
    html = '<html lang="nl"><title>x</title><img src="drawn/one.svg" alt="vierkant">'

    def make() -> bytes:
        return engine.make(html, made_at=NOON, identifier="x", drawn={"one.svg": picture})

    if allowed:
        assert make().startswith(b"%PDF-1.7")
    else:
        with pytest.raises(pdf.PaperRefused):
            make()


# --- readable by everybody ----------------------------------------------------------------------------------------


def streams(content: bytes) -> list[bytes]:
    """The unpacked streams of a PDF."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    return found


def test_it_is_pdf_ua_tagged_titled_dutch_and_dated(closed, venlo, caplog):
    content = statement_pdf.render(invoice_of(closed, venlo))
    document = pdfium.PdfDocument(content)
    assert pdfium.raw.FPDFCatalog_IsTagged(document)
    metadata = document.get_metadata_dict()
    assert metadata["Title"] == "Factuur VEN-2025-0001, 4e kwartaal 2025, Bibliotheek Venlo"
    assert metadata["CreationDate"].startswith("D:20260112120000+01")
    inside = b"".join(streams(content))
    for tag in (b"/Lang (nl)", b'pdfuaid:part="1"', b"/S /H1", b"/S /Table", b"/S /TH", b"/S /TD"):
        assert tag in inside
    assert not caplog.records, "WeasyPrint tells what is not accessible"


def test_the_papers_have_the_colours_of_the_site():
    def colours(path: str) -> dict[str, str]:
        return dict(re.findall(r"(--kbl-[a-z0-9-]+): (#[0-9a-f]{6});", (HOUSE / path).read_text()))

    site = colours("static/theme/kbl.css")
    assert {name: site[name] for name in colours("static/documents/base.css")} == colours("static/documents/base.css")


def test_five_hundred_lines_stand_on_paper_and_one_more_goes_into_a_file():
    tariff = {"unit": Decimal(4), "vat": VatTreatment.OUTSIDE, "vat_rate": Decimal(0)}
    groups = [LineGroup("Uitgereikte vouchers", lines=[Line()] * count, **tariff) for count in (300, 200)]
    assert lines_file.filename("stuk.pdf", groups) == ""
    groups[1].lines.append(Line())
    assert lines_file.filename("stuk.pdf", groups) == "stuk-regels.csv"


@pytest.mark.both_engines
def test_lines_that_are_too_many_for_paper_are_in_a_file_inside_it(closed, food_bank, settings):
    declaration = declaration_of(closed, food_bank)
    assert "0000005" in text_of(declaration)
    settings.LINES_ON_PAPER = 4
    content, name = statement_pdf.render(declaration), "declaratie-DECL-2025-0001-regels.csv"
    assert content == statement_pdf.render(declaration), "the same bytes every time"
    assert "0000005" not in text_of(declaration) and name in text_of(declaration)
    with pikepdf.open(io.BytesIO(content)) as made:
        lines = made.attachments[name].get_file().read_bytes().decode("utf-8-sig").splitlines()
        assert made.attachments[name].obj.AFRelationship == "/Supplement"
    assert lines[0] == "Voucher;Dag;Waarvoor;Bedrag zonder btw;Btw;Opmerking"
    assert lines[1:] == [f"000000{n};2025-10-02;Uitgereikte vouchers;4,00;geen;" for n in range(1, 6)]
