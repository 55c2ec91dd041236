"""How a report is kept: with its closing, or later and it says so; and the books see every figure that is another."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from kbl.periods import Quarter
from kbl.settlements.closing import made_with_closing
from kbl.settlements.documents import issuing
from kbl.settlements.models import Closing
from reporting.figures.measures import Measure
from reporting.integrity import seals
from reporting.models import KeptReport
from reporting.report import kept_reports, page, payload
from tests import released_report
from tests.reporting.released import main
from tests.reporting.test_kept_reports import OTHERWISE, late_by_two_quarters  # noqa: F401 (a fixture for every test)
from tests.told_once import told_once

globals().update(told_once("two_quarters", of=__package__))

pytestmark = pytest.mark.both_engines


def test_who_came_later_leaves_no_row_in_a_report_that_is_made_later(two_quarters, history, venlo, clerk):
    """A report that was not kept at its closing: a free member who was told of afterwards puts no star in it."""
    free = kept_reports.made_now(two_quarters[0]).period.measures["free_anyway"]
    numbers = history.hand_out(1, date(2025, 9, 12), heard=date(2026, 2, 1))
    history.redeem(numbers, venlo, date(2025, 9, 14), kind="free_anyway", by=clerk, heard=date(2026, 2, 1))
    assert kept_reports.made_now(two_quarters[0]).period.measures["free_anyway"] == free
    assert not free.tables["libraries"].rows


def test_a_report_from_before_reports_were_kept_is_kept_once_and_says_so(
    two_quarters, history, client_class, province, monkeypatch
):
    monkeypatch.setattr(made_with_closing, "_MAKERS", [])
    spring = history.close("2026-Q1")
    assert not KeptReport.objects.get(closing=two_quarters[1]).made_later
    assert not KeptReport.objects.filter(closing=spring).exists()
    issuing.issue(
        "report", closing=spring, filename="oud.pdf", make=lambda: b"%PDF-1.7", at=spring.closed_at, books_digest="x"
    )
    released_report.released(spring, history.coordinator, history.finance)
    pages = [main(client_class(province).get(reverse("province:report", args=["2026-Q1"]))) for _ in range(2)]
    assert "Deze inhoud is pas later bewaard" in pages[0]
    assert pages[0] == pages[1]
    assert KeptReport.objects.get(closing=spring).made_later


def test_a_closing_that_stands_has_its_report_and_one_whose_report_fails_does_not_stand(
    two_quarters, history, monkeypatch
):
    """There is no moment between the two at which a target of today could come in."""
    assert {each.closing for each in KeptReport.objects.all()} == set(Closing.objects.all())
    assert all(each.kept_at == each.closing.closed_at for each in KeptReport.objects.all())
    monkeypatch.setattr(page, "context", lambda report: {"broken": object()})
    with pytest.raises(TypeError):
        history.close("2026-Q1")
    assert not Closing.objects.filter(quarter=Quarter(2026, 1)).exists()


def test_the_books_see_every_figure_of_a_kept_report_that_is_another(two_quarters, subtests, monkeypatch):
    """What is held back is nobody's to check; everything that is shown is counted again, and is named."""
    honest = payload.parts
    assert list(seals.kept_figures_are_those_of_the_facts()) == []
    for figure, change in OTHERWISE.items():

        def parts(content: bytes, figure=figure, change=change) -> dict:
            report = honest(content)
            period = report["period"]
            if isinstance(figure, Measure):
                shown = {each: replace(of, total=replace(of.total, held=False)) for each, of in period.measures.items()}
                period = replace(period, measures=shown)
            return {**report, "period": replace(period, **change(period))}

        monkeypatch.setattr(seals.payload, "parts", parts)
        with subtests.test(str(figure)):
            assert str(figure) in {str(each.get("figure")) for each in seals.kept_figures_are_those_of_the_facts()}
