"""The names that fit while somebody types one: for every box of `picking.PickField` in the office."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from intermediaries.office.stock_forms import intermediaries
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.organisations import naming
from kbl.organisations.models import Branch, Municipality, Organisation
from kbl.organisations.picking import LONGEST, MOST_OFFERED, options
from vouchers.office.forms import holders

SOURCES: dict[str, Callable[[], QuerySet]] = {
    "organisaties": Organisation.objects.all,
    "intermediairs": intermediaries,
    "houders": holders,
    "bibliotheken": lambda: Organisation.objects.filter(participation__isnull=False),
    "gemeenten": Municipality.objects.all,
    "vestigingen": lambda: Branch.objects.select_related("organisation"),
}


@require_safe
@requires_audience(Audience.CUBISS)
def choose(request: ActingRequest, source: str) -> HttpResponse:
    """The first names that fit what stands in the box (`veld` says which parameter that is), the closest first."""
    if source not in SOURCES:
        raise Http404
    typed = request.GET.get(request.GET.get("veld", ""), "")[:LONGEST]
    return HttpResponse(options(naming.named(typed, SOURCES[source]())[:MOST_OFFERED]))
