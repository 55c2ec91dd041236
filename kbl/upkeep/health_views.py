"""For machines that watch: is the process there, can it serve, does everything run. Text, a line per question.

`leeft` says that this process answers, and asks nothing. `klaar` fails when nobody could log in and work. `alles` adds
the worker and the timetable: for a host's monitor, not for a proxy, which would take away pages that work.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.upkeep import health
from kbl.upkeep.health import Check


@require_safe
@never_cache
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("leeft: goed\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """Somebody can log in and work."""
    return _told(health.ready(request))


@require_safe
@never_cache
@login_not_required
def everything(request: HttpRequest) -> HttpResponse:
    """And what runs in the background runs."""
    return _told([*health.ready(request), *health.background(at=clock.now())])


def _told(checks: list[Check]) -> HttpResponse:
    well = all(each.well for each in checks)
    words = "".join(f"{each}\n" for each in checks)
    return HttpResponse(words, content_type="text/plain; charset=utf-8", status=200 if well else 503)
