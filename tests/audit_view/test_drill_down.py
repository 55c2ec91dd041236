"""Every figure, taken apart, is its facts: the same number by the same query, down to the line and the bank."""

import csv
import io
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from intermediaries.models import Handout
from kbl.clock import end_of, local_day
from kbl.facts import RevokeReason
from kbl.jobs import running
from kbl.jobs.models import Job
from kbl.periods import Quarter
from kbl.settlements.fund_figures import commitments
from kbl.settlements.models import Line
from libraries.models import Enrolment
from reporting.audit import facts_file, figure_facts, fund_amounts
from reporting.figures import fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.current import CurrentFigures
from reporting.figures.measures import Measure
from reporting.figures.query import FigureQuery, FundAmount
from reporting.figures.stock import StockMeasure
from reporting.figures.table import FigureTable
from reporting.report import kept_reports
from tests import by_two, released_report
from tests.conftest import at
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

NOW = at(date(2026, 2, 1))


def taken_apart(query: FigureQuery, moment=NOW):
    return figure_facts.facts_of(query, on=moment.date(), at=moment)


def check(query: FigureQuery, expected: int, moment=NOW) -> int:
    """The sum of the facts, and that of the parts, is the figure; gives how many facts there were."""
    found = taken_apart(query, moment)
    counts = list(found.rows.values_list("counts", flat=True))
    assert (sum(counts), found.number) == (expected, expected), query
    if not query.by and (parts := found.parts()):
        assert sum(part.number for part in parts) == expected, query
        for part in parts:
            assert taken_apart(part.query, moment).number == part.number
    return len(counts)


def shown(sheets):
    """Every cell of a page that carries a question, with its text."""
    for table in sheets:
        for row in [*table.rows, *filter(None, [table.total])]:
            yield from ((cell, f"{table.title}, {row.label}") for cell in row.cells if cell.query)


def test_every_figure_has_a_title():
    assert {*Measure, *StockMeasure} <= set(figure_facts.TITLES)


@pytest.mark.both_engines
def test_every_figure_of_the_running_page_is_its_facts(two_quarters, history, venlo, clerk):
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    early = range(history.next, history.next + 2)
    history.redeem(early, venlo, date(2026, 1, 21), by=clerk)
    Handout.objects.order_by("pk").first().revoke(RevokeReason.TWICE, by=clerk, at=at(date(2026, 1, 22)))
    Enrolment.objects.order_by("pk").first().revoke(RevokeReason.TWICE, by=clerk, at=at(date(2026, 1, 22)))
    running = CurrentFigures.at(NOW.date(), NOW)
    checked = 0
    for breakdown in running.tables():
        for since_start in (True, False):
            for cell, where in shown([breakdown.table(since_start=since_start)]):
                assert (cell.query.since is None) == since_start
                check(cell.query, int(cell.text.replace(".", "").replace("−", "-")))
                checked += 1
                assert where
    assert checked > 100


def _every_cell(closing) -> None:
    """What the report shows is the figure of its question; what it holds back is left out here."""
    asked = 0
    for cell, where in shown(
        value for value in kept_reports.read(closing).shown.values() if isinstance(value, FigureTable)
    ):
        asked += 1
        if cell.query.is_fund_amount:
            continue
        number = taken_apart(cell.query).number
        if not cell.held:
            assert cell.text == f"{number:,}".replace(",", "."), where
    assert asked > 80


def _every_amount(quarter, as_of: AsOf) -> None:
    """Rows, parts and amount of every amount of the fund are one."""
    position = fund_position.fund(as_of).position
    for name in FundAmount:
        found = fund_amounts.FundAmountFacts(FigureQuery(name, quarter), as_of)
        rows = list(found.rows())
        assert sum(row.amount for row in rows) == found.amount, (quarter, name)
        assert found.rows()[: len(rows)] == rows
        assert found.rows()[7:19] == rows[7:19]
        if parts := found.parts():
            assert sum(amount for _, amount, _ in parts) == found.amount
    amounts = found.amounts
    assert amounts[FundAmount.SPENT] == position.spent
    assert amounts[FundAmount.WAITING] == position.waiting


@pytest.mark.both_engines
def test_a_correction_that_is_asked_for_is_a_negative_row_of_what_waits(two_quarters, coordinator):
    line = Line.objects.filter(statement__closing=two_quarters[0], membership_year__isnull=False).first()
    moment = two_quarters[1].closed_at + timedelta(days=3)
    by_two.correct(line, reason="twice", by=coordinator, at=moment)
    found = fund_amounts.FundAmountFacts(FigureQuery(FundAmount.WAITING), AsOf(local_day(moment), moment))
    assert [row.amount for row in found.rows()] == [-line.net]
    assert found.amount == -line.net
    assert found.rows()[0:1][0].url == reverse("cubiss:audit_line", args=[line.pk])


@pytest.mark.both_engines
def test_every_amount_of_the_funds_page_is_its_rows_on_any_day(two_quarters, history, venlo, clerk, coordinator):
    """As the page of the fund shows it at the end of a day, also before what was approved or taken back since."""
    history.both(2, venlo, date(2026, 1, 5), by=clerk)
    line = Line.objects.filter(statement__closing=two_quarters[0], membership_year__isnull=False).first()
    by_two.correct(line, reason="twice", by=coordinator, at=at(date(2026, 1, 20)))
    amounts = set()
    for day in (date(2025, 7, 2), date(2025, 7, 3), date(2025, 9, 30), date(2025, 10, 12), date(2025, 10, 15)):
        amounts |= _on(day)
    for day in (date(2025, 12, 31), date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 20)):
        amounts |= _on(day)
    assert len(amounts) > 12, "the days differ"


def _on(day: date) -> set:
    position = commitments.position(day, waiting=commitments.waiting(end_of(day)))
    found = set()
    for name in (
        FundAmount.RECEIVED,
        FundAmount.SPENT,
        FundAmount.OWED,
        FundAmount.WAITING,
        FundAmount.COMMITTED,
        FundAmount.USED,
        FundAmount.FREE,
    ):
        asked = figure_facts.read_query({"tot": day.isoformat()}, name)
        taken = fund_amounts.FundAmountFacts(asked, figure_facts.span_of(asked, on=NOW.date(), at=NOW).as_of)
        assert taken.amount == getattr(position, name), (day, name)
        assert sum(row.amount for row in taken.rows()) == taken.amount, (day, name)
        found.add(taken.amount)
    return found


def test_the_page_shows_the_figure_and_the_way_to_the_bank(paid, two_quarters, signed_in, reader, venlo):
    query = FigureQuery(Measure.PLUS, Quarter(2025, 3), Quarter(2025, 2), (("library", venlo.pk),))
    page = signed_in(reader).get(query.url).content.decode()
    serial = Line.objects.filter(statement=paid.statement).order_by("on", "pk").first().serial
    for link in (
        reverse("cubiss:audit_voucher", args=[serial]),
        reverse("cubiss:audit_line", args=[Line.objects.filter(statement=paid.statement).order_by("pk").first().pk]),
        reverse("cubiss:audit_payment", args=[paid.pk]),
        reverse("cubiss:audit_bank_entry", args=[paid.bank_entries.get().pk]),
    ):
        assert f'href="{link}"' in page
    assert "erbij in het 3e kwartaal 2025" in page


def test_small_counts_are_real_here_and_held_back_there(report, signed_in, reader, province, coordinator, finance):
    """The auditor sees the one who was free already; the province's page has no number and no link."""
    office = signed_in(reader).get(reverse("cubiss:report", args=["2025-Q4"])).content.decode()
    query = FigureQuery(Measure.FREE, Quarter(2025, 4), Quarter(2025, 3))
    assert query.url.replace("&", "&amp;") in office
    assert taken_apart(query).number == 1
    released_report.released(report.closing, coordinator, finance)
    theirs = signed_in(province).get(reverse("province:report", args=["2025-Q4"])).content.decode()
    assert "controle" not in theirs.lower().replace("controlesom", "")
    assert "/cubiss/" not in theirs


@pytest.mark.parametrize(
    "query",
    [
        "wat=onzin",
        "wat=plus&tot=2031-Q1",
        "wat=plus&tot=gisteren",
        "wat=plus&sinds=2025-Q9",
        "wat=plus&tot=2025-Q3&sinds=2025-Q3",
        "wat=plus&bibliotheek=abc",
        "wat=plus&bibliotheek=999999999999",
        "wat=plus&bibliotheek=123456",
        "wat=plus&spoor=9",
        "wat=plus&spoor=-2",
        "wat=plus&intermediair=1",
        "wat=handed_out&bibliotheek=1",
        "wat=made&gemeente=1",
        "wat=spent",
    ],
)
def test_a_question_that_cannot_be_asked_is_not_there(two_quarters, signed_in, reader, query):
    browser = signed_in(reader)
    assert browser.get(f"{reverse('cubiss:audit_facts')}?{query}").status_code == 404
    assert browser.get(f"{reverse('cubiss:audit_facts_file', args=['csv'])}?{query}").status_code == 404


@pytest.mark.both_engines
def test_a_file_has_every_fact_and_calculates_nothing(two_quarters, signed_in, reader, venlo):
    venlo.name = "=cmd|' /C calc'!A0"
    venlo.save()
    query = FigureQuery(Measure.PLUS)
    answer = signed_in(reader).get(query.file_url("csv"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + 19
    assert sum(int(row[8]) for row in rows[1:]) == 19
    assert {row[3] for row in rows[1:]} == {"'=cmd|' /C calc'!A0", "Bibliotheek Landgraaf"}
    assert all(len(row[0]) == 7 for row in rows[1:]), "serials, never whole numbers"
    workbook = signed_in(reader).get(query.file_url("xlsx"))
    assert workbook.content.startswith(b"PK")
    assert signed_in(reader).get(query.file_url("exe")).status_code == 404


@pytest.mark.parametrize("what", [Measure.PLUS, "spent"])
def test_a_file_that_is_too_long_to_send_at_once_is_made_as_work(two_quarters, signed_in, reader, what, monkeypatch):
    """A web worker that is ended while it sends leaves half a file; work gives a whole one, with the same rows."""
    query, browser = FigureQuery(what), signed_in(reader)
    at_once = b"".join(browser.get(query.file_url("csv")).streaming_content)
    assert "Maak CSV van" not in browser.get(query.url).content.decode()
    monkeypatch.setattr(facts_file, "MOST_AT_ONCE", 1)
    assert browser.get(query.file_url("csv"))["Location"] == query.url
    page = browser.get(query.url).content.decode()
    assert "Maak CSV van" in page and query.file_url("csv").replace("&", "&amp;") not in page
    asked = {"vraag": query.query_string, "wat": what if query.is_fund_amount else "", "key": str(uuid4())}
    job = Job.objects.get(pk=browser.post(reverse("cubiss:audit_make_file"), asked)["Location"].split("/")[-2])
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", at_once.count(b"\r\n") - 1)
    made = io.BytesIO(browser.get(reverse("cubiss:job_file", args=[job.pk])).getvalue())
    with zipfile.ZipFile(made) as whole:
        (name,) = whole.namelist()
        assert whole.read(name) == at_once and name.startswith(f"kbl-{what}-")
    assert browser.post(reverse("cubiss:audit_make_file"), {"vraag": "wat=x"}).status_code == 404
