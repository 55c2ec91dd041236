"""What the province reads while there is no report, and a report of nothing."""

from datetime import date

import pytest
from django.urls import reverse

from reporting.editions import interim
from reporting.report import pdf
from tests.archival_paper import assert_archival
from tests.conftest import at
from tests.reporting.test_province import text_of

pytestmark = pytest.mark.both_engines


def test_a_report_of_nothing_is_pdf_a_3a_too(history):
    closed = history.close("2025-Q1")
    assert_archival(bytes(pdf.issue(closed, at=at(closed.closed_at.date())).content))


def test_a_report_of_nothing_is_a_report_all_the_same(history):
    closed = history.close("2025-Q1")
    document = pdf.issue(closed, at=at(closed.closed_at.date()))
    assert "0 nieuwe leden" in text_of(document)


def test_before_the_first_report_the_province_reads_when_it_comes(programme, signed_in, province):
    page = signed_in(province).get(reverse("province:reports"))
    assert page.status_code == 200
    assert "Nog geen rapportage" in page.content.decode()


def test_nothing_is_made_without_a_closed_quarter_or_by_a_page_that_is_only_read(programme, reader, client_class):
    assert interim.next_month(date(2025, 2, 3)) is None
    assert client_class(reader).post(reverse("cubiss:interim_make")).status_code == 403
