"""What a progress report shows, on its page and in its PDF: the tables, charts and figures of a closed quarter."""

from reporting.report import charts, tables
from reporting.report.progress_report import ProgressReport


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
    return {
        "report": report,
        "quarter": report.quarter,
        "period": report.period,
        "fund": report.fund,
        "budget": tables.whole(report.fund.budget),
        "programme": report.programme,
        "has_stars": any(table.has_stars for table in figure_tables.values() if table),
        "charts": {each.name: each for each in drawn if each},
        **figure_tables,
    }
