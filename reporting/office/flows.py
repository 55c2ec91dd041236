"""From where to where, for the project team: every flow of a quarter and since the start, nothing held back."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.formats import number
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from kbl.spreadsheets import CSV, XLSX, to_csv, to_xlsx
from reporting.figures.flow_tables import HEADINGS, AllFlows

HEADERS = ["uitgereikt in", "lid bij", *(heading.lower() for heading in HEADINGS)]


@require_safe
@requires_audience(Audience.CUBISS)
def show(request: ActingRequest) -> HttpResponse:
    """The matrix now or at a closing: `?tot=2025-Q4`, `?sinds=start`."""
    found = _asked(request)
    since_start = request.GET.get("sinds") == "start"
    labels = [*(name.removeprefix("Bibliotheek ") for name in found.libraries.values()), "Samen"]
    rows = [
        (name, _cells(labels, [*numbers, together])) for name, numbers, together in found.rows(since_start=since_start)
    ]
    context = {
        "found": found,
        "since_start": since_start,
        "closed": Closing.objects.order_by("-quarter").values_list("quarter", flat=True),
        "labels": labels,
        "rows": rows,
        "totals": _cells(labels, found.totals(since_start=since_start)) if rows else [],
        "query": f"tot={found.until}" if found.until else "",
    }
    return render(request, "cubiss/flows.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same as a file, a line per flow."""
    found = _asked(request)
    name = f"kbl-herkomst-{found.until or clock.today()}.{form}"
    return as_file(form, name, HEADERS, found.lines())


def as_file(form: str, name: str, headers, lines) -> HttpResponse:
    """Lines as the file that was asked, `csv` or `xlsx`."""
    write, kind = (to_csv, CSV) if form == "csv" else (to_xlsx, XLSX)
    return HttpResponse(
        write(headers, lines),
        content_type=kind,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def _cells(labels: list[str], numbers: list[int]) -> list[tuple[str, str]]:
    """Numbers with the heading that a narrow screen shows; nobody is nothing."""
    return [(label, number(each) if each else "") for label, each in zip(labels, numbers, strict=True)]


def _asked(request: ActingRequest) -> AllFlows:
    """The flows of now, or of the closed quarter in the address. Raises Http404 for any other."""
    asked = request.GET.get("tot")
    if not asked:
        return AllFlows.now(clock.now())
    try:
        closing = Closing.objects.filter(quarter=Quarter.parse(asked)).first()
    except ValueError:
        raise Http404 from None
    if closing is None:
        raise Http404
    return AllFlows.at(closing, on=clock.today(), at=clock.now())
