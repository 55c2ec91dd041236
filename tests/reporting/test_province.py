"""The province reads its reports, downloads the paper, and reaches nothing else."""

import ctypes
import hashlib
import io
import re
from datetime import date

import pypdfium2
import pypdfium2.raw as raw
import pytest
from django.urls import reverse

from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing, Document
from reporting import tasks
from reporting.models import EditionFile
from reporting.report import charts, kept_reports, pdf
from tests import released_report
from tests.archival_paper import assert_archival, elements
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines


@pytest.fixture
def paper(two_quarters) -> Document:
    """The report of the last quarter, really made."""
    tasks.make_report(two_quarters[1].pk)
    return Document.objects.get(kind="report", closing=two_quarters[1])


@pytest.fixture
def issued(two_quarters, history) -> EditionFile:
    """The last quarter's report as the province has it, where it is enough that there is a paper."""
    issuing.issue(
        "report",
        closing=two_quarters[1],
        filename="voortgangsrapportage-2025-Q4.pdf",
        make=lambda: b"%PDF-1.7 a report",
        at=two_quarters[1].closed_at,
        books_digest=books_digest(two_quarters[1]),
    )
    edition = released_report.released(two_quarters[1], history.coordinator, history.finance)
    return edition.files.get(form="pdf")


def text_of(document: Document) -> str:
    pdf = pypdfium2.PdfDocument(io.BytesIO(bytes(document.content)))
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_bounded() for page in pdf))


def alternatives(page) -> list[str]:
    """The words that stand for the pictures of a page, for who does not see them."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    found = []

    def read(element) -> None:
        size = raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            raw.FPDF_StructElement_GetAltText(element, buffer, size)
            found.append(buffer.raw.decode("utf-16-le").rstrip("\0"))
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            if child := raw.FPDF_StructElement_GetChildAtIndex(element, i):
                read(child)

    for i in range(raw.FPDF_StructTree_CountChildren(tree)):
        read(raw.FPDF_StructTree_GetChildAtIndex(tree, i))
    raw.FPDF_StructTree_Close(tree)
    return list(dict.fromkeys(found))


def test_the_paper_says_the_figures_of_the_quarter(paper):
    text = text_of(paper)
    for words in ("Voortgangsrapportage", "4e kwartaal 2025", "Provincie Limburg", "€ 946.500,00", "€ 1.082.000,00"):
        assert words in text
    assert "waarvan 13 in dit kwartaal" in text
    assert "KBLLimburg 2025-2027" in text.replace(" Limburg", "Limburg", 1), "the programme by its name above it"
    assert "(name=" not in text, "nothing of how it is kept inside"
    assert "19 nieuwe leden" in text
    assert paper.books_digest in text
    assert "Bibliotheek Landgraaf" in text
    assert "Spoor 4 Rechtstreeks en IDO" in text


def test_the_paper_does_not_say_small_counts(paper, two_quarters):
    """One conversion and one who was free already: their rows carry a star, and no other row gives them away."""
    period = kept_reports.read(two_quarters[1]).period
    assert period.free_anyway.held
    assert period.part("conversion").held
    assert period.part("new").held, "or the conversion would be the difference"
    assert "*" in text_of(paper)


def test_the_paper_is_tagged_and_tells_what_its_charts_show(paper):
    pdf = pypdfium2.PdfDocument(io.BytesIO(bytes(paper.content)))
    assert raw.FPDFCatalog_IsTagged(pdf)
    assert pdf.get_metadata_dict()["Title"] == "Voortgangsrapportage 4e kwartaal 2025, Limburg 2025-2027"
    told = [words for page in pdf for words in alternatives(page)]
    assert len([words for words in told if words.startswith("Staafdiagram")]) == 4
    assert len([words for words in told if words.startswith("Kaart van Limburg")]) == 1


def test_the_paper_is_pdf_a_3a_like_every_other_that_is_kept(paper, history):
    """With its charts, and of a quarter in which nothing happened."""
    opened = assert_archival(bytes(paper.content))
    assert len(list(elements(opened.Root.StructTreeRoot, "/Figure"))) >= 3, "its charts are pictures with words"


def test_the_paper_is_made_once_and_made_again_it_is_the_same(paper, two_quarters, history, venlo, clerk):
    first = bytes(paper.content)
    assert hashlib.sha256(first).hexdigest() == paper.sha256
    assert paper.books_digest == books_digest(two_quarters[1])
    tasks.make_report(two_quarters[1].pk)
    assert Document.objects.filter(kind="report").count() == 1
    history.both(9, venlo, date(2026, 1, 20), by=clerk)
    assert pdf.render(two_quarters[1]) == first, "what came later does not change it"


def test_the_province_sees_the_figures_on_its_pages(issued, signed_in, province):
    browser = signed_in(province)
    page = browser.get(reverse("province:reports")).content.decode()
    assert "4e kwartaal 2025" in page
    assert ">19<" in page
    page = browser.get(reverse("province:report", args=["2025-Q4"])).content.decode()
    assert issued.sha256 in page
    assert released_report.WHY in page
    assert "Bibliotheek Landgraaf" in page
    assert "Per soort intermediair" in page and "Nog niet bekend" in page
    charts = re.findall(r'(?:src|srcset)="(/[^"]+/2025-Q4/grafiek/[^"]+)"', page)
    assert len(charts) == 10, "five, for a screen and for a telephone"
    for chart in charts:
        answer = browser.get(chart)
        assert answer["Content-Type"] == "image/svg+xml"
        svg = answer.content.decode()
        assert svg.startswith("<svg")
        assert "style=" not in svg and "<script" not in svg and "http://www.w3.org" in svg
    for quarter, chart, size in (("2026-Q1", "leden", "screen"), ("2025-Q4", "x", "screen"), ("2025-Q4", "leden", "x")):
        assert browser.get(reverse("province:report_chart", args=[quarter, chart, size])).status_code == 404


def test_the_download_is_the_same_bytes_every_time(issued, signed_in, province):
    browser = signed_in(province)
    address = reverse("province:report_document", args=["2025-Q4"])
    answers = [browser.get(address) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content for answer in answers} == {bytes(issued.content)}
    assert answers[0]["Content-Type"] == "application/pdf"
    assert "voortgangsrapportage-2025-Q4.pdf" in answers[0]["Content-Disposition"]


@pytest.mark.parametrize("quarter", ["2026-Q1", "2025-q4", "2025-4", "1999-Q1", "onzin", "2025-Q5"])
def test_a_report_that_was_not_issued_is_not_there(issued, signed_in, province, quarter):
    browser = signed_in(province)
    for name in ("report", "report_document"):
        assert browser.get(reverse(f"province:{name}", args=[quarter])).status_code == 404


def test_a_report_that_nobody_released_is_not_shown(paper, signed_in, province):
    browser = signed_in(province)
    assert "Nog geen rapportage" in browser.get(reverse("province:reports")).content.decode()
    assert browser.get(reverse("province:report", args=["2025-Q4"])).status_code == 404


BOTH = [("reports", []), ("report", ["2025-Q4"]), ("report_document", ["2025-Q4"])]
PROVINCE = [*BOTH, ("report_version", ["2025-Q4", 1]), ("report_file", ["2025-Q4", 1, "csv"])]
OFFICE = [*BOTH, ("current_figures", []), ("current_figures_csv", [])]


@pytest.mark.parametrize("who", ["stranger", "coordinator", "clerk", "manager", "worker"])
def test_others_do_not_find_the_provinces_pages(issued, signed_in, who, request):
    browser = signed_in(request.getfixturevalue(who))
    for name, args in PROVINCE:
        assert browser.get(reverse(f"province:{name}", args=args)).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "province", "clerk", "manager", "worker"])
def test_others_do_not_find_the_offices_reports(issued, signed_in, who, request):
    browser = signed_in(request.getfixturevalue(who))
    for name, args in OFFICE:
        assert browser.get(reverse(f"cubiss:{name}", args=args)).status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "finance", "reader"])
def test_the_project_team_sees_the_reports_and_the_running_figures(issued, signed_in, who, request):
    browser = signed_in(request.getfixturevalue(who))
    for name, args in OFFICE:
        assert browser.get(reverse(f"cubiss:{name}", args=args)).status_code == 200


def test_who_is_not_logged_in_is_asked_to(issued, client):
    for name, args in PROVINCE:
        answer = client.get(reverse(f"province:{name}", args=args))
        assert answer.status_code == 302
        assert "inloggen" in answer["Location"]


def test_reading_is_all_the_province_can_do(issued, signed_in, province):
    browser = signed_in(province)
    for name, args in PROVINCE:
        assert browser.post(reverse(f"province:{name}", args=args)).status_code == 405
    assert browser.get(reverse("cubiss:home")).status_code == 404


def test_a_closing_that_is_gone_has_no_report(two_quarters):
    with pytest.raises(Closing.DoesNotExist):
        tasks.make_report(0)


def test_the_charts_draw_nothing_that_is_held_back(two_quarters, history, landgraaf, other_clerk):
    """The drawing is made of the figures that are shown, never of those behind them."""
    history.both(3, landgraaf, date(2026, 1, 20), by=other_clerk)
    third = history.close("2026-Q1")
    svg = charts.municipalities(kept_reports.made_now(third)).in_pdf.decode()
    assert ">7<" in svg, "Landgraaf as it was last shown"
    assert ">10<" not in svg
