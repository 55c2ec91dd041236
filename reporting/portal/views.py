"""What the province sees: a report per closed quarter, on the page and as the PDF that was issued. Nothing else."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.settlements.documents.downloads import download
from reporting.report import charts, drawings, kept_reports
from reporting.report.issued import issued, issued_by_quarter


@require_safe
@requires_audience(Audience.PROVINCE)
def reports(request: ActingRequest) -> HttpResponse:
    """The reports, newest first, with what the newest one says."""
    documents = list(issued_by_quarter().values())
    if not documents:
        return render(request, "province/reports.html", {"rows": []})
    read = [kept_reports.read(each.closing) for each in documents]
    rows = [(each.period.quarter, each.shown["report"].in_list) for each in reversed(read)]
    context = {**read[-1].shown, "rows": rows, "chart": drawings.drawn(read[-1])[charts.MEMBERS]}
    return render(request, "province/reports.html", context)


@require_safe
@requires_audience(Audience.PROVINCE)
def report(request: ActingRequest, quarter: str) -> HttpResponse:
    """One report on the page: what was kept of it, as in the PDF."""
    document = issued(quarter)
    read = kept_reports.read(document.closing)
    context = {**read.shown, "charts": drawings.drawn(read), "kept": read.kept, "document": document}
    return render(request, "province/report.html", context)


@require_safe
@requires_audience(Audience.PROVINCE)
def report_document(request: ActingRequest, quarter: str) -> HttpResponse:
    """The PDF: the bytes that were issued."""
    return download(request, issued(quarter))
