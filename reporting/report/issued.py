"""Finding an issued report by its quarter, for who may read it: a report that was not issued is not there."""

from django.http import Http404

from kbl.periods import Quarter
from kbl.settlements.models import Document


def issued(quarter: str) -> Document:
    """The issued report of a quarter as it stands in an address (`2025-Q4`). Raises Http404."""
    try:
        wanted = Quarter.parse(quarter)
    except ValueError:
        raise Http404 from None
    if quarter != str(wanted):
        raise Http404
    found = Document.objects.filter(kind=Document.Kind.REPORT, closing__quarter=wanted).select_related("closing")
    if document := found.first():
        return document
    raise Http404


def issued_by_quarter() -> dict[Quarter, Document]:
    """The issued reports by quarter, the oldest first, without their bytes."""
    reports = Document.objects.filter(kind=Document.Kind.REPORT).defer("content").select_related("closing")
    return {document.closing.quarter: document for document in reports.order_by("closing__quarter")}
