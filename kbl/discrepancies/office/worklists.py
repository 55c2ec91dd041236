"""The office's worklists of discrepancies: one class at a time, the oldest first."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience
from kbl.discrepancies import reconciliation

ROWS_PER_PAGE = 25


@require_safe
@behind(Audience.CUBISS)
def discrepancies(request: ActingRequest) -> HttpResponse:
    """All classes with their numbers, and the rows of the chosen one (the first that has any)."""
    today = clock.today()
    found = reconciliation.overview(today)
    chosen = _chosen(found, request.GET.get("soort"))
    discrepancy = chosen.discrepancy
    page = Paginator(discrepancy.find(today), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "cubiss/discrepancies.html",
        {
            "found": found,
            "chosen": chosen,
            "page": page,
            "rows": [discrepancy.row(fact, today) for fact in page],
            "own_steps": discrepancy.find is reconciliation.refused_offers,
            "conversions": reconciliation.conversions(today) if discrepancy.find is reconciliation.unredeemed else [],
        },
    )


def _chosen(found: list[reconciliation.Found], slug: str | None) -> reconciliation.Found:
    for each in found:
        if each.discrepancy.slug == slug or (slug is None and each.count):
            return each
    if slug is None:
        return found[0]
    raise Http404
