"""The monitor for the project team: the five targets, the risks, use after joining and stories; per library too."""

from dataclasses import replace
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience
from kbl.facts import Fact
from kbl.formats import day, number
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.spreadsheets.writing import CSV, XLSX
from reporting.monitor import files, goals, kept_signs, risk_figures, risks, stories, trend_drawing, use
from reporting.monitor.entry_pages import KINDS, kind_or_404
from reporting.monitor.goals import Scope
from reporting.monitor.models import Agreement, TargetLetter

PER_PAGE = 25


def letter_or_404(text: str) -> TargetLetter:
    """A target by its letter. Raises Http404."""
    try:
        return TargetLetter(text.upper())
    except ValueError:
        raise Http404 from None


def details(fact: Fact) -> list[tuple[str, str]]:
    """What a fact says, column by column, beside its day and who told it."""
    told = {each.name for each in Fact._meta.get_fields()} | {"id"}
    found = []
    for column in fact._meta.concrete_fields:
        value = getattr(fact, column.name)
        if column.name in told or value in (None, "") or value is True:
            continue
        if value is False:
            value = "ontbreekt" if isinstance(fact, Agreement) else "nee"
        shown = getattr(fact, f"get_{column.name}_display")() if column.choices else value
        found.append((str(column.verbose_name), number(shown) if type(shown) is int else _day(shown)))
    return found


def _day(value: object) -> str:
    return day(value) if isinstance(value, date) else getattr(value, "label", str(value))


def libraries():
    """The libraries that take part, by name."""
    return Organisation.objects.filter(participation__isnull=False)


@require_safe
@requires_audience(Audience.CUBISS)
def monitor(request: ActingRequest) -> HttpResponse:
    """The whole programme."""
    today, at = clock.today(), clock.now()
    found = kept_signs.now(today, at)
    scope = replace(Scope.inside(today, at), members={each.quarter: each.members for each in found.history})
    assert scope.as_of is not None
    quarter, uses = Quarter.of(today), use.tables(scope.as_of)
    in_figures = risks.figures(found.history, uses)
    told = [(each, stories.told(each, at=scope.as_of.at)) for each in (quarter, quarter.previous)]
    page = {
        "pages": goals.pages(scope),
        "risks": risks.register(scope.as_of, in_figures),
        "risk_course": risk_figures.table(in_figures),
        "kept_at": found.kept_at,
        "uses": uses[:2],
        "stories": [each for each in told if each[1]],
        "libraries": libraries(),
        "kinds": KINDS.values(),
    }
    return render(request, "cubiss/monitor.html", page)


@require_safe
@requires_audience(Audience.CUBISS)
def library(request: ActingRequest, slug: str) -> HttpResponse:
    """The five targets of one library."""
    about = get_object_or_404(libraries(), slug=slug)
    scope = Scope.inside(clock.today(), clock.now(), about)
    assert scope.as_of is not None
    page = {"pages": goals.pages(scope), "library": about, "uses": use.of_library(about, scope.as_of)}
    return render(request, "cubiss/monitor_library.html", page)


@require_safe
@requires_audience(Audience.CUBISS)
def goal(request: ActingRequest, letter: str, slug: str = "") -> HttpResponse:
    """One target, of the programme or of one library."""
    about = get_object_or_404(libraries(), slug=slug) if slug else None
    scope = Scope.inside(clock.today(), clock.now(), about)
    found = goals.page(letter_or_404(letter), scope)
    page = {"page": found, "chart": trend_drawing.chart_of(found), "library": about, "libraries": libraries()}
    return render(request, "cubiss/monitor_goal.html", page)


@require_safe
@requires_audience(Audience.CUBISS)
def facts(request: ActingRequest, kind: str) -> HttpResponse:
    """Everything that was entered of one kind, the newest first, with what was taken back."""
    chosen = kind_or_404(kind)
    found = chosen.form.model._default_manager.select_related("recorded_by").order_by("-on", "-pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page = {"kind": chosen, "page": shown, "rows": [(each, details(each)) for each in shown]}
    return render(request, "cubiss/monitor_facts.html", page)


@require_safe
@requires_audience(Audience.CUBISS)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The five targets of the programme and of every library, as a file."""
    scope = Scope.inside(clock.today(), clock.now())
    return monitor_file(files.rows([scope, *(scope.of(each) for each in libraries())]), form)


@require_safe
@requires_audience(Audience.CUBISS)
def library_export(request: ActingRequest, slug: str, form: str) -> HttpResponse:
    """The five targets of one library, as a file."""
    about = get_object_or_404(libraries(), slug=slug)
    return monitor_file(files.rows([Scope.inside(clock.today(), clock.now(), about)]), form, of=about.slug)


def monitor_file(rows: list, form: str, of: str = "") -> HttpResponse:
    """The register as CSV or XLSX; `of` whom, in the name of the file."""
    content, kind = (files.to_csv(rows), CSV) if form == "csv" else (files.to_xlsx(rows), XLSX)
    name = f"kbl-monitor-{f'{of}-' if of else ''}{clock.today()}.{form}"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": content_disposition_header(True, name)}
    )
