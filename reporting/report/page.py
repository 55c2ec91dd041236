"""What a progress report shows, on its page and in its PDF: the words, tables and charts of a closed quarter.

All of it is kept as it is here (kept_reports.py), so nothing in it may look anything up later.
"""

from dataclasses import dataclass
from datetime import datetime

from reporting.figures.counting import YearOfTarget
from reporting.report import charts, tables
from reporting.report.periods import PublishedFund
from reporting.report.progress_report import ProgressReport


@dataclass(frozen=True)
class ProgrammeWords:
    """What a report says of the programme."""

    name: str
    commissioner: str


@dataclass(frozen=True)
class ReportWords:
    """What a report says outside its tables."""

    closed_at: datetime
    target: int
    this_year: YearOfTarget | None
    summary: tuple[str, ...]
    fund: PublishedFund


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
        "libraries": tables.per_library(report.period.measures, report.quarter),
        "municipalities": tables.per_municipality(report.period.measures, report.quarter),
        "tracks": tables.per_track(report.period.measures, report.quarter),
    }
    drawn = [charts.members(report), charts.fund(report), charts.municipalities(report)]
    programme = report.programme
    return {
        "report": ReportWords(
            report.closed_at, report.target, report.this_year, tuple(report.summary()), report.period.fund
        ),
        "quarter": report.quarter,
        "period": report.period,
        "fund": report.fund,
        "budget": tables.whole(report.fund.budget),
        "programme": ProgrammeWords(programme.name, programme.commissioner),
        "has_stars": any(table.has_stars for table in figure_tables.values() if table),
        "charts": {each.name: each.drawn() for each in drawn if each},
        **figure_tables,
    }
