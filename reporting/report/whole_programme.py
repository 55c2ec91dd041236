"""The two reports that look back further than a quarter: the plan's evaluation of the start, and the final report.

They are the report of their own quarter with one chapter more: same figures, same road to the province.
"""

from datetime import date
from enum import StrEnum
from typing import assert_never

from intermediaries.models import Accreditation
from kbl.formats import day, number, percent, whole_euro
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from libraries.models import Participation
from reporting.figures.measures import Measure
from reporting.figures.suppression import LIBRARIES
from reporting.figures.table import FigureCell, FigureTable, row, value_cell
from reporting.report.progress_report import ProgressReport


class ReportSpan(StrEnum):
    """How far back a report looks beside its quarter."""

    QUARTER = "quarter"
    START = "start"
    FINAL = "final"


TITLES = {
    ReportSpan.QUARTER: "Voortgangsrapportage",
    ReportSpan.START: "Voortgangsrapportage",
    ReportSpan.FINAL: "Eindrapportage",
}
CHAPTERS = {
    ReportSpan.QUARTER: "",
    ReportSpan.START: "Evaluatie van de start",
    ReportSpan.FINAL: "Het hele programma",
}


def span(report: ProgressReport) -> ReportSpan:
    """The programme's last quarter has the final report, the last of its first year the evaluation of the start."""
    programme = report.programme
    if report.quarter == Quarter.of(programme.ends_on):
        return ReportSpan.FINAL
    first_year = Quarter.of(date(programme.starts_on.year, 12, 31))
    return ReportSpan.START if report.quarter == first_year else ReportSpan.QUARTER


def sentences(report: ProgressReport) -> list[str]:
    """What the further look says; nothing for the report of a quarter alone."""
    match span(report):
        case ReportSpan.START:
            return _start(report)
        case ReportSpan.FINAL:
            return _final(report)
        case ReportSpan.QUARTER:
            return []
        case unknown:
            assert_never(unknown)


def libraries(report: ProgressReport) -> FigureTable | None:
    """Since when each library takes part, with its new members as they are published."""
    if span(report) is ReportSpan.QUARTER:
        return None
    headings = ("Doet mee sinds", "Nieuwe leden")
    taking_part = Participation.objects.filter(starts_on__lte=report.as_of.until).select_related("library")
    shown = report.period.measures[Measure.PLUS].tables[LIBRARIES].rows
    rows = tuple(
        row(each.library.name, headings, [FigureCell(day(each.starts_on)), value_cell(shown.get(each.library_id))])
        for each in taking_part.order_by("starts_on", "library__name")
    )
    return FigureTable("Bibliotheken die meedoen", "Bibliotheek", headings, rows) if rows else None


def _start(report: ProgressReport) -> list[str]:
    until = report.as_of.until
    days = list(Participation.objects.filter(starts_on__lte=until).order_by("starts_on").values_list("starts_on"))
    if not days:
        return ["In het eerste jaar begon nog geen bibliotheek."]
    accredited = Accreditation.objects.valid(until).values("organisation")
    return [
        f"Aan het einde van het eerste jaar doen {number(len(days))} bibliotheken mee. De eerste begon op "
        f"{day(days[0][0])}.",
        f"{number(Organisation.objects.filter(pk__in=accredited).count())} intermediairs mogen vouchers uitreiken.",
        *_redeemed(report),
        _money(report),
    ]


def _final(report: ProgressReport) -> list[str]:
    plus = report.period.plus
    share = f", {percent(plus.value / report.target)} van het doel" if report.target else ""
    return [
        f"Het programma bracht {number(plus.value)} nieuwe leden{share}.",
        *_redeemed(report),
        f"{number(report.period.renewed.value)} keer verlengde een bibliotheek een lidmaatschap met een jaar.",
        _money(report),
        f"Van het lidmaatschapsfonds blijft {whole_euro(report.fund.free.value)} over voor "
        f"{report.programme.commissioner}.",
    ]


def _redeemed(report: ProgressReport) -> list[str]:
    out, redeemed = report.period.handed_out.value, report.period.redeemed.value
    return [f"Van {number(out)} uitgereikte vouchers zijn er {number(redeemed)} ingewisseld."] if out else []


def _money(report: ProgressReport) -> str:
    return f"Uit het fonds is {report.fund.used} besteed of toegezegd, van {report.fund.budget}."
