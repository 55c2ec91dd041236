"""What a progress report shows, on its page and in its PDF: the words, tables and rows of charts of a closed quarter.

All of it is kept as it is here (kept_reports.py), so nothing in it may look anything up later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reporting.figures.flow_tables import flow_table
from reporting.monitor import risk_figures
from reporting.report import charts, course_chapter, fund_chapter, tables, target_sheets, whole_programme, words
from reporting.report.progress_report import ProgressReport
from reporting.report.words import Definition, HeadlineFigure


@dataclass(frozen=True)
class ProgrammeWords:
    """What a report says of the programme."""

    name: str
    commissioner: str


@dataclass(frozen=True)
class ReportWords:
    """What a report says outside its tables and charts."""

    closed_at: datetime
    headings: Mapping[str, str]
    headline: Sequence[HeadlineFigure]
    summary: Sequence[str]
    definitions: Sequence[Definition]
    in_list: Sequence[str]


def named(words_of: ReportWords, headings: Mapping[str, str]) -> ReportWords:
    """The same words under other headings."""
    return replace(words_of, headings={**words_of.headings, **headings})


def context(report: ProgressReport) -> dict:
    """What both the page and the PDF show."""
    figure_tables = {
        "vouchers": tables.vouchers(report.period),
        "memberships": tables.memberships(report.period),
        "target": tables.target(report),
        "pace": tables.pace(report),
        "late": tables.late(report),
        "fund_table": tables.fund(report),
        "fund_by_quarter": tables.fund_by_quarter(report),
        "libraries": tables.per_library(report.period.measures, report.quarter, report.as_of),
        "municipalities": tables.per_municipality(report.period.measures, report.quarter, report.as_of),
        "tracks": tables.per_track(report.period.measures, report.quarter),
        "kinds": tables.per_kind(report.period.measures, report.quarter),
        "flows": flow_table(report.period.measures),
    }
    is_final = whole_programme.span(report) is whole_programme.ReportSpan.FINAL  # what was to come is there
    told, sheets = fund_chapter.outlook(report.as_of), target_sheets.sheets(report)
    figure_tables |= {
        "funnel": course_chapter.funnel(report),
        "corrections": course_chapter.corrections(report),
        "fund_by_year": fund_chapter.by_year(report),
        "forecast": None if is_final else fund_chapter.forecast_table(told),
        "other_posts": fund_chapter.other_posts(report),
        "taking_part": whole_programme.libraries(report),
    }
    of_risks = course_chapter.risk_figures(report)
    figure_tables["risk_course"] = risk_figures.table(of_risks)
    expected = [] if is_final else fund_chapter.sentences(report, told)
    charts_of = [
        charts.members(report),
        charts.conversion(report),
        charts.fund(report),
        charts.map_of(report),
        charts.municipalities(report),
    ]
    programme = report.programme
    return {
        "report": ReportWords(
            report.closed_at,
            words.headings(report),
            words.headline(report),
            [*report.summary(), *expected[:1]],
            words.definitions(report),
            words.in_list(report),
        ),
        "quarter": report.quarter,
        "period": report.period,
        "programme": ProgrammeWords(programme.name, programme.commissioner),
        "has_stars": any(table.has_stars for table in figure_tables.values() if table),
        "targets": tuple(sheets),
        "missed": tuple(each.letter for each in sheets if each.missed),
        "expected": tuple(expected),
        "whole": tuple(whole_programme.sentences(report)),
        "risks": tuple(course_chapter.risk_lines(report, of_risks)),
        "charts": {each.name: each for each in charts_of if each},
        **figure_tables,
    }
