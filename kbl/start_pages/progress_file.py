"""The small dashboard of a library and of an intermediary as a file."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import today
from kbl.organisations.models import Organisation
from kbl.spreadsheets import to_csv
from kbl.spreadsheets.writing import CSV
from libraries.access import library_of
from reporting.dashboard import small
from reporting.dashboard.small import SmallDashboard

HEADINGS = ["van", "wat", "wanneer", "aantal", "stand op"]


@require_safe
@requires_audience(Audience.LIBRARY)
def of_library(request: ActingRequest) -> HttpResponse:
    """What a library reads at *Zo gaat het*."""
    library = library_of(request.acting)
    return _file(small.of_library(library, today()), library)


@require_safe
@requires_audience(Audience.INTERMEDIARY)
def of_intermediary(request: ActingRequest) -> HttpResponse:
    """What an intermediary reads on its start page."""
    organisation = organisation_of(request.acting)
    return _file(small.of_intermediary(organisation, today()), organisation)


def _file(shown: SmallDashboard, whose: Organisation) -> HttpResponse:
    content = to_csv(HEADINGS, ([*row, shown.on] for row in small.table(shown, whose.name)))
    name = content_disposition_header(True, f"kbl-{whose.slug}-{shown.on}.csv") or ""
    return HttpResponse(content, content_type=CSV, headers={"Content-Disposition": name})
