"""How a library goes: what it recorded itself, beside what the programme's last report says."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import today
from libraries.access import library_of
from reporting.dashboard import small


@require_safe
@requires_audience(Audience.LIBRARY)
def progress(request: ActingRequest) -> HttpResponse:
    """The small dashboard of a library."""
    library = library_of(request.acting)
    return render(request, "library/progress.html", {"library": library, "small": small.of_library(library, today())})
