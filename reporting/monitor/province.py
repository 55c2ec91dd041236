"""The monitor as the province reads it: what the last released report knew, and nothing of one to four people."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience
from reporting.editions import found
from reporting.figures.table import FigureTable
from reporting.monitor import files, goals, risks, trend_drawing, use
from reporting.monitor.goals import Scope
from reporting.monitor.models import Risk
from reporting.monitor.office import letter_or_404, libraries, monitor_file
from reporting.report import kept_reports


@require_safe
@requires_audience(Audience.PROVINCE)
def monitor(request: ActingRequest) -> HttpResponse:
    """The programme's targets, the risks, and use after joining."""
    scope, told = Scope.told_outside(clock.today()), _risks_told()
    page = {
        "pages": goals.pages(scope),
        "until": scope.as_of.until if scope.as_of else None,
        "risks": risks.register(scope.as_of, told.figures) if scope.as_of else [],
        "risk_course": told.table,
        "uses": use.tables(scope.as_of, outside=True)[:4] if scope.as_of else [],
    }
    return render(request, "province/monitor.html", page)


@dataclass(frozen=True)
class RisksTold:
    """The risks in figures as a report has them: by their sign, and all quarters beside each other."""

    figures: risks.Figures
    table: FigureTable | None


def _risks_told() -> RisksTold:
    """What the last released report says; of a report from before risks had figures, nothing."""
    released = found.newest()
    if not released:
        return RisksTold({}, None)
    shown = kept_reports.read(released[-1].closing).shown
    by_name = {each.name: each.told for each in shown["risks"]}
    return RisksTold({each.sign: by_name.get(str(each)) for each in Risk.objects.all()}, shown.get("risk_course"))


@require_safe
@requires_audience(Audience.PROVINCE)
def goal(request: ActingRequest, letter: str) -> HttpResponse:
    """One target: the programme, and every library."""
    chosen, today = letter_or_404(letter), clock.today()
    scope = Scope.told_outside(today)
    rows = [goals.page(chosen, scope.of(each)) for each in libraries()]
    whole = goals.page(chosen, scope)
    page = {"page": whole, "chart": trend_drawing.chart_of(whole), "rows": rows}
    return render(request, "province/monitor_goal.html", page)


@require_safe
@requires_audience(Audience.PROVINCE)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same as a file."""
    scope = Scope.told_outside(clock.today())
    return monitor_file(files.rows([scope, *(scope.of(each) for each in libraries())]), form)
