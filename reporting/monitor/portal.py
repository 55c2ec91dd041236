"""The monitor of a library: its own targets beside the programme's, and how much its new members use the library."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.organisations.models import Organisation, Programme
from kbl.periods import Quarter, quarters
from libraries.access import library_of
from reporting.monitor import entering, files, goals, trend_drawing, use
from reporting.monitor.entering import EntryRefused
from reporting.monitor.forms import UseForm
from reporting.monitor.goals import Scope
from reporting.monitor.office import letter_or_404, monitor_file

ONLY_THE_MANAGER = "De monitor is voor wie bij uw bibliotheek het beheer doet."
managers = requires_audience(Audience.LIBRARY, Right.MANAGE, because=ONLY_THE_MANAGER)


@require_http_methods(["GET", "HEAD", "POST"])
@managers
def monitor(request: ActingRequest) -> HttpResponse:
    """The library's own targets, and entering its use per quarter."""
    own, on, at = library_of(request.acting), clock.today(), clock.now()
    choices = _over(own, on)
    form = UseForm(request.POST or None, quarters=choices, initial={"quarter": str(choices[0]) if choices else ""})
    if request.method == "POST" and form.is_valid() and _told(form, own, request, on, at):
        messages.success(request, "Opgeslagen. Klopt er iets niet, vul het kwartaal dan opnieuw in.")
        return redirect("library:monitor")
    scope = Scope.inside(on, at, own)
    assert scope.as_of is not None
    whole = {page.letter: page for page in goals.pages(Scope.told_outside(on))}
    page = {
        "pages": [(each, whole[each.letter]) for each in goals.pages(scope)],
        "form": form,
        "quarters": choices,
        "uses": use.of_library(own, scope.as_of),
    }
    return render(request, "library/monitor.html", page, status=422 if request.method == "POST" else 200)


@require_safe
@managers
def goal(request: ActingRequest, letter: str) -> HttpResponse:
    """One target of the library itself."""
    own, on = library_of(request.acting), clock.today()
    chosen = letter_or_404(letter)
    mine = goals.page(chosen, Scope.inside(on, clock.now(), own))
    page = {
        "page": mine,
        "chart": trend_drawing.chart_of(mine),
        "whole": goals.page(chosen, Scope.told_outside(on)),
    }
    return render(request, "library/monitor_goal.html", page)


@require_safe
@managers
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The library's own targets and what was released of the programme's, as a file."""
    own, on = library_of(request.acting), clock.today()
    scopes = [Scope.inside(on, clock.now(), own), Scope.told_outside(on)]
    return monitor_file(files.rows(scopes), form, of=own.slug)


def _over(own: Organisation, on: date) -> list[Quarter]:
    """The quarters that are over since the library takes part, the newest first."""
    programme = Programme.current()
    start = getattr(own, "participation", None)
    first = start.starts_on if start else programme.starts_on
    found = quarters(first, min(on, programme.ends_on)) if first <= on else ()
    return [each for each in found if each.is_over(on)][::-1]


def _told(form: UseForm, own: Organisation, request: ActingRequest, on: date, at) -> bool:
    """Whether it was written down; else the form says why not."""
    quarter, members = Quarter.parse(form.cleaned_data["quarter"]), form.cleaned_data["members"]
    try:
        entering.tell_use(own, quarter, members=members, counts=form.counts, by=request.acting.user, at=at, on=on)
    except EntryRefused as refused:
        form.add_error(None, entering.sentence(refused))
    return not form.errors
