"""The project team's reports: what the province reads, and how the running quarter goes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.settlements.documents.downloads import download
from reporting.editions import found, interim, release
from reporting.figures import current_csv, kept_current
from reporting.models import KeptInterim
from reporting.report import drawings, kept_reports, listed
from reporting.report.issued import issued, issued_by_quarter

LINKED = "cubiss/audit/_cell.html"  # a figure with a link to its facts: only for Cubiss


@require_safe
@requires_audience(Audience.CUBISS)
def reports(request: ActingRequest) -> HttpResponse:
    """The running quarter in short, and the reports of the closed ones."""
    shown = kept_current.in_short(clock.now())
    documents, released = issued_by_quarter(), {each.closing.quarter: each for each in found.newest()}
    context = {
        "current": shown.current,
        "kept_at": shown.kept_at,
        "figures": dict(shown.tables[0].rows),
        "next_interim": interim.next_month(clock.today()),
        "interims": [(each, interim.name(each)) for each in KeptInterim.objects.order_by("-until")],
        "rows": [(each, documents.get(each.quarter), released.get(each.quarter)) for each in reversed(listed.listed())],
    }
    return render(request, "cubiss/reports.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def current_figures(request: ActingRequest) -> HttpResponse:
    """Today's figures, nothing held back: since the last closing, or since the start."""
    shown = kept_current.whole(clock.now())
    since_start = request.GET.get("sinds") == "start"
    context = {
        "current": shown.current,
        "kept_at": shown.kept_at,
        "since_start": since_start,
        "tables": [each.table(since_start=since_start) for each in shown.tables],
        "cell_template": LINKED,
    }
    return render(request, "cubiss/current_figures.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def current_figures_csv(request: ActingRequest) -> HttpResponse:
    """The same figures as a file."""
    shown = kept_current.whole(clock.now())
    now = shown.current
    return HttpResponse(
        current_csv.to_csv(now, shown.tables),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"kbl-cijfers-{now.on}.csv")},
    )


@require_safe
@requires_audience(Audience.CUBISS)
def report(request: ActingRequest, quarter: str) -> HttpResponse:
    """What was released of a report, else its draft with the texts of now; here every figure leads to its facts."""
    document = issued(quarter)
    read = kept_reports.read(document.closing)
    context = {**read.shown, "charts": drawings.drawn(read), "kept": read.kept, "document": document}
    released = release.released(document.closing)
    said = release.content_of(released) if released else release.draft_of(document.closing, at=clock.now())
    context |= {"cell_template": LINKED, "words": said, "released": released, "chart_route": "cubiss:report_chart"}
    context["waiting"] = release.waiting(document.closing)
    return render(request, "cubiss/report.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def report_chart(request: ActingRequest, quarter: str, chart: str, size: str) -> HttpResponse:
    """One of its charts, for a screen or a telephone."""
    return drawings.picture(issued(quarter).closing, chart, size)


@require_safe
@requires_audience(Audience.CUBISS)
def report_document(request: ActingRequest, quarter: str) -> HttpResponse:
    """The draft as a PDF, of its closing: the bytes that were issued."""
    return download(request, issued(quarter))
