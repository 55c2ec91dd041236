"""How it went: the funnel by quarter, what was told otherwise before, and the risks. All of it as published."""

from dataclasses import dataclass

from kbl.formats import NOTHING, day, number, percent
from kbl.organisations.models import Municipality
from reporting.figures.as_of import AsOf, closings
from reporting.figures.measures import Measure
from reporting.figures.suppression import MUNICIPALITIES, PublishedFigure
from reporting.figures.table import FigureCell, FigureRow, FigureTable, row, value_cell
from reporting.monitor import risks, use
from reporting.monitor.risk_figures import QuarterSigns, RiskFigure
from reporting.report.periods import ReportPeriod
from reporting.report.progress_report import ProgressReport, plan_by_quarter


@dataclass(frozen=True)
class RiskLine:
    """One risk of the plan as a report tells it: what people see of it, and what the figures say (`told`)."""

    name: str
    figure: str
    trend: str
    measure: str
    by: str
    told: RiskFigure | None = None


def funnel(report: ProgressReport) -> FigureTable:
    """Vouchers on their way, since the start, at the end of every quarter; and the part that was redeemed."""
    headings = ("Gemaakt", "Bij intermediairs", "Uitgereikt", "Ingewisseld", "Deel ingewisseld", "Verlengd")
    rows = tuple(row(each.quarter.label, headings, _stages(each)) for each in report.history)
    return FigureTable("Van voucher naar lidmaatschap, sinds de start", "Na het", headings, rows)


def _stages(period: ReportPeriod) -> list[FigureCell]:
    out, redeemed = period.handed_out, period.redeemed
    part = percent(redeemed.value / out.value) if out.value else NOTHING
    return [
        FigureCell(number(period.totals.made)),
        FigureCell(number(period.totals.allocated)),
        value_cell(out),
        value_cell(redeemed),
        FigureCell(part),
        value_cell(period.renewed),
    ]


def corrections(report: ProgressReport) -> FigureTable | None:
    """New members of an earlier quarter: as its own report told them, and as they are known now."""
    headings = ("Zoals toen gemeld", "Zoals nu bekend")
    rows: list[FigureRow] = []
    for each in report.history[:-1]:
        then, now = each.by_quarter.get(each.quarter), report.period.by_quarter.get(each.quarter)
        if _value(then) != _value(now):
            rows.append(row(each.quarter.label, headings, [value_cell(then), value_cell(now)]))
    return FigureTable("Eerdere kwartalen", "Nieuwe leden in het", headings, tuple(rows)) if rows else None


def _value(figure: PublishedFigure | None) -> int:
    return figure.value if figure else 0


def risk_figures(report: ProgressReport) -> risks.Figures:
    """The plan's risks in figures: of what the reports published, quarter by quarter, and of nothing else."""
    # Use is told as the last closing knew it, also between two: what is held back there looks at closings only.
    closed = [AsOf.at_closing(each) for each in closings() if each.closed_at <= report.as_of.at]
    uses = use.tables(closed[-1], outside=True) if closed else ()
    return risks.figures([_signs(each, report) for each in report.history], uses)


def _signs(period: ReportPeriod, report: ProgressReport) -> QuarterSigns:
    """What was published after a quarter. A municipality of which nothing may be told counts as silent."""
    tables = [period.measures[each].tables[MUNICIPALITIES].rows for each in (Measure.HANDED_OUT, Measure.PLUS)]
    told = {key for rows in tables for key, each in rows.items() if key and each.value}
    places = Municipality.objects.count()
    return QuarterSigns(
        quarter=period.quarter,
        handed_out=period.handed_out.value,
        redeemed=period.redeemed.value,
        members=period.plus.value,
        planned=plan_by_quarter(report.programme).get(period.quarter, 0),
        places=places,
        silent=places - len(told),
        of_fund=period.fund.utilisation,
    )


def risk_lines(report: ProgressReport, figures: risks.Figures) -> list[RiskLine]:
    """The plan's risks with their figures and their newest note."""
    return [_line(each) for each in risks.register(report.as_of, figures)]


def _line(standing: risks.RiskStanding) -> RiskLine:
    name, note = f"{standing.risk.number}. {standing.risk.name}", standing.newest
    if note is None:
        return RiskLine(name, "Nog niets ingevuld.", "", standing.risk.mitigation, "zoals in het plan", standing.told)
    by = f"{note.owner}, uiterlijk {day(note.due_on)}"
    return RiskLine(name, note.figure, str(note.get_trend_display()), note.measure, by, standing.told)
