"""What the province sees: a report per closed quarter, on the page and as the PDF that was issued. Nothing else."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.settlements.documents.downloads import download
from kbl.settlements.models import Closing
from reporting.report import charts, page
from reporting.report.issued import issued, issued_by_closing
from reporting.report.progress_report import progress_report


@require_safe
@requires_audience(Audience.PROVINCE)
def reports(request: ActingRequest) -> HttpResponse:
    """The reports, newest first, with what the newest one says."""
    documents = issued_by_closing()
    newest = Closing.objects.filter(pk__in=documents).order_by("quarter").last()
    if newest is None:
        return render(request, "province/reports.html", {"rows": []})
    report = progress_report(newest)
    rows = [(each, documents[each.closing.pk]) for each in report.history if each.closing.pk in documents]
    context = {"rows": rows[::-1], "report": report, "period": report.period, "chart": charts.members(report)}
    return render(request, "province/reports.html", context)


@require_safe
@requires_audience(Audience.PROVINCE)
def report(request: ActingRequest, quarter: str) -> HttpResponse:
    """One report on the page: the same figures as in the PDF."""
    document = issued(quarter)
    context = page.context(progress_report(document.closing))
    return render(request, "province/report.html", {**context, "document": document})


@require_safe
@requires_audience(Audience.PROVINCE)
def report_document(request: ActingRequest, quarter: str) -> HttpResponse:
    """The PDF: the bytes that were issued."""
    return download(request, issued(quarter))
