"""What the province sees: the report of every quarter that was released, on the page and as its files. Nothing else."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from reporting.editions import found, interim
from reporting.editions.models import EditionFile, KeptInterim, ReportEdition
from reporting.editions.release import content_of
from reporting.report import charts, drawings, kept_reports, listed


@require_safe
@requires_audience(Audience.PROVINCE)
def reports(request: ActingRequest) -> HttpResponse:
    """The reports, newest first, with what the newest one says."""
    released = found.newest()
    if not released:
        return render(request, "province/reports.html", {"rows": [], "interims": _interims()})
    told = {each.quarter: each.in_list for each in listed.listed()}
    newest = kept_reports.read(released[-1].closing)
    context = {
        "report": newest.shown["report"],
        "period": newest.period,
        "rows": [(each.closing.quarter, told[each.closing.quarter], each.version) for each in reversed(released)],
        "interims": _interims(),
        "chart": drawings.drawn(newest)[charts.MEMBERS],
    }
    return render(request, "province/reports.html", context)


@require_safe
@requires_audience(Audience.PROVINCE)
def report(request: ActingRequest, quarter: str) -> HttpResponse:
    """The newest released edition of a quarter."""
    return render(request, "province/report.html", _page(found.edition_of(quarter)))


@require_safe
@requires_audience(Audience.PROVINCE)
def report_version(request: ActingRequest, quarter: str, version: int) -> HttpResponse:
    """One version of a report; an earlier one says that there is a newer."""
    return render(request, "province/report.html", _page(found.edition_of(quarter, version)))


@require_safe
@requires_audience(Audience.PROVINCE)
def report_chart(request: ActingRequest, quarter: str, chart: str, size: str) -> HttpResponse:
    """One of the charts of a released report, for a screen or a telephone."""
    return drawings.picture(found.edition_of(quarter).closing, chart, size)


@require_safe
@requires_audience(Audience.PROVINCE)
def report_document(request: ActingRequest, quarter: str) -> HttpResponse:
    """The PDF of the newest edition: the bytes that were released."""
    return found.handed_over(request, found.file_of(found.edition_of(quarter), EditionFile.Form.PDF))


@require_safe
@requires_audience(Audience.PROVINCE)
def report_file(request: ActingRequest, quarter: str, version: int, form: str) -> HttpResponse:
    """A file of one version: the bytes that were released."""
    return found.handed_over(request, found.file_of(found.edition_of(quarter, version), form))


def _interims() -> list[tuple[KeptInterim, str]]:
    """What was released between the quarters, the newest first, with the name of its month."""
    released = KeptInterim.objects.filter(released_at__isnull=False).defer("content", "pdf", "csv")
    return [(each, interim.name(each)) for each in released.order_by("-until")]


def _page(edition: ReportEdition) -> dict[str, Any]:
    """What was kept of an edition, as in its PDF."""
    read = kept_reports.read(edition.closing)
    return {
        **read.shown,
        "charts": drawings.drawn(read),
        "chart_route": "province:report_chart",
        "kept": read.kept,
        "edition": edition,
        "words": content_of(edition),
        "files": list(edition.files.defer("content")),
        "versions": found.versions(edition),
    }
