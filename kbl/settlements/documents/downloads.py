"""Handing over an issued document: exactly the bytes that were kept, recognisable by their hash."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from kbl.settlements.documents import statement_pdf
from kbl.settlements.models import Document, EInvoice, Statement


def download(request: HttpRequest, document: Document | EInvoice) -> HttpResponse:
    """The kept bytes as a file; the ETag is their SHA-256, so the same document is not sent twice."""
    response = HttpResponse(
        bytes(document.content),
        content_type="application/xml" if isinstance(document, EInvoice) else "application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, document.filename),
            "ETag": f'"{document.sha256}"',
            "Cache-Control": "private, no-cache",
        },
    )
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def overview(statement: Statement) -> HttpResponse:
    """What a library invoices by, made now from the frozen statement: it is no invoice, and so it is not kept."""
    return HttpResponse(
        statement_pdf.render(statement),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, statement_pdf.filename(statement)),
            "Cache-Control": "private, no-cache",
        },
    )
