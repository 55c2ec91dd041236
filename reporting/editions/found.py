"""Finding what was released, for who may read it: what was not released is not there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.editions.files import TYPES
from reporting.editions.models import EditionFile, EditionPart, ReportEdition

RELEASED = ReportEdition.Outcome.RELEASED


def closing_of(quarter: str) -> Closing:
    """The closing of a quarter as it stands in an address (`2025-Q4`). Raises Http404."""
    try:
        wanted = Quarter.parse(quarter)
    except ValueError:
        raise Http404 from None
    found = Closing.objects.filter(quarter=wanted).first()
    if found is None or quarter != str(wanted):
        raise Http404
    return found


def edition_of(quarter: str, version: int | None = None) -> ReportEdition:
    """The released edition of a quarter: the newest, or one version. Raises Http404."""
    found = ReportEdition.objects.filter(closing=closing_of(quarter), outcome=RELEASED).select_related("closing")
    if version is not None:
        found = found.filter(version=version)
    if edition := found.order_by("-version").first():
        return edition
    raise Http404


def newest() -> list[ReportEdition]:
    """The newest released edition of every quarter, the oldest quarter first."""
    found = ReportEdition.objects.filter(outcome=RELEASED).select_related("closing")
    return list({each.closing_id: each for each in found.order_by("closing__quarter", "version")}.values())


def versions(edition: ReportEdition) -> list[ReportEdition]:
    """Every released edition of the same report, the newest first."""
    return list(ReportEdition.objects.filter(closing=edition.closing_id, outcome=RELEASED).order_by("-version"))


def file_of(edition: ReportEdition, form: str) -> EditionFile:
    """A file of an edition. Raises Http404."""
    if found := edition.files.filter(form=form).first():
        return found
    raise Http404


def handed_over(request: HttpRequest, file: EditionFile | EditionPart) -> HttpResponse:
    """The kept bytes; the ETag is their SHA-256, so the same file is not sent twice."""
    response = HttpResponse(
        bytes(file.content),
        content_type=TYPES[EditionFile.Form(file.form) if isinstance(file, EditionFile) else EditionFile.Form.PDF],
        headers={
            "Content-Disposition": content_disposition_header(True, file.filename),
            "ETag": f'"{file.sha256}"',
            "Cache-Control": "private, no-cache",
        },
    )
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
