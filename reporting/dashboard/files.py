"""The table of a chart as a file, with the same filters as the page."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.spreadsheets import to_csv
from reporting.dashboard.page import Dashboard


@require_safe
@requires_audience(Audience.CUBISS)
def chart_csv(request: ActingRequest, chart: str) -> HttpResponse:
    """One chart of the dashboard as CSV."""
    on = clock.today()
    board = Dashboard.at_moment(request.GET, on, clock.now())
    found = board.chart(chart)
    if found is None:
        raise Http404
    shown = [*found.headings, "getoond", "stand op"]
    content = to_csv(shown, ([*row, board.filters.words, on] for row in found.cells))
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"kbl-{found.name}-{on}.csv")},
    )
