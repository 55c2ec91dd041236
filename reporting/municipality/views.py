"""The pages of a municipality. Whoever works for it sees its own figures; a neighbour's are not there."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import Acting, ActingRequest, requires_audience
from kbl.accounts.roles import Audience
from kbl.organisations.models import Municipality
from kbl.spreadsheets import to_csv
from kbl.spreadsheets.writing import CSV
from reporting.editions import found, parts
from reporting.municipality import figures, libraries


def municipality_of(acting: Acting) -> Municipality:
    """The municipality that somebody's organisation is. Raises Http404 when it is none any more."""
    own = Municipality.objects.filter(authority=acting.organisation).first() if acting.organisation else None
    if own is None:
        raise Http404
    return own


@require_safe
@requires_audience(Audience.MUNICIPALITY)
def home(request: ActingRequest) -> HttpResponse:
    """How it goes in the municipality, beside the whole programme."""
    board = figures.board(municipality_of(request.acting), clock.today())
    return render(request, "municipality/home.html", {"board": board})


@require_safe
@requires_audience(Audience.MUNICIPALITY)
def chart_file(request: ActingRequest, chart: str) -> HttpResponse:
    """The table of one chart as CSV."""
    own = municipality_of(request.acting)
    shown = figures.chart(chart, own)
    if shown is None:
        raise Http404
    headings = ["gemeente", "wat", "kwartaal", *shown.table.headings, "te klein om te tonen"]
    rows = (
        [own.name, shown.title, line.label, *(cell.text for cell in line.cells), "ja" if line.cells[-1].held else ""]
        for line in shown.table.rows
    )
    return _kept(to_csv(headings, rows), CSV, f"kbl-{own.code}-{chart}.csv")


@require_safe
@requires_audience(Audience.MUNICIPALITY)
def report(request: ActingRequest, quarter: str) -> HttpResponse:
    """The two pages about the municipality in the released report of a quarter."""
    edition = found.edition_of(quarter)
    part = figures.pages_of(edition, municipality_of(request.acting))
    if part is None:
        raise Http404
    return _kept(parts.render(edition, part), "application/pdf", parts.filename(edition, part))


@require_safe
@requires_audience(Audience.MUNICIPALITY)
def own_libraries(request: ActingRequest) -> HttpResponse:
    """Its libraries, their targets and their agreements."""
    own = municipality_of(request.acting)
    page = {"municipality": own, "own": libraries.of_municipality(own, clock.today())}
    return render(request, "municipality/libraries.html", page)


def _kept(content: bytes, kind: str, filename: str) -> HttpResponse:
    """A file to keep."""
    headers = {"Content-Disposition": content_disposition_header(True, filename) or ""}
    return HttpResponse(content, content_type=kind, headers=headers)
