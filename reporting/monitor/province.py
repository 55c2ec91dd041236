"""The monitor as the province reads it: what the last released report knew, and nothing of one to four people."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience
from reporting.monitor import files, goals, risks, use
from reporting.monitor.goals import Scope
from reporting.monitor.office import letter_or_404, libraries, monitor_file


@require_safe
@requires_audience(Audience.PROVINCE)
def monitor(request: ActingRequest) -> HttpResponse:
    """The programme's targets, the risks, and use after joining."""
    scope = Scope.told_outside(clock.today())
    page = {
        "pages": goals.pages(scope),
        "until": scope.as_of.until if scope.as_of else None,
        "risks": risks.register(scope.as_of) if scope.as_of else [],
        "uses": use.tables(scope.as_of, outside=True)[:4] if scope.as_of else [],
    }
    return render(request, "province/monitor.html", page)


@require_safe
@requires_audience(Audience.PROVINCE)
def goal(request: ActingRequest, letter: str) -> HttpResponse:
    """One target: the programme, and every library."""
    chosen, today = letter_or_404(letter), clock.today()
    scope = Scope.told_outside(today)
    rows = [goals.page(chosen, scope.of(each)) for each in libraries()]
    page = {"page": goals.page(chosen, scope), "rows": rows}
    return render(request, "province/monitor_goal.html", page)


@require_safe
@requires_audience(Audience.PROVINCE)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same as a file."""
    scope = Scope.told_outside(clock.today())
    return monitor_file(files.rows([scope, *(scope.of(each) for each in libraries())]), form)
