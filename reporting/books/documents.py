"""Documents: the bytes are those that were issued, and the books behind a report are those it vouched for."""

import hashlib
from collections.abc import Iterator

from django.db import connection

from kbl.settlements.closing import books_digest
from kbl.settlements.models import Document
from reporting.books.invariants import Row, Rows, invariant, select


@invariant("Elk uitgegeven stuk heeft nog de bytes van zijn controlesom")
def documents_match_their_hash() -> Rows:
    if connection.vendor == "postgresql":
        return select("""
            SELECT id AS document, filename FROM settlements_document
            WHERE sha256 <> encode(sha256(content), 'hex')""")
    return _rehashed()


def _rehashed() -> Iterator[Row]:
    for document in Document.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(document.content).hexdigest() != document.sha256:
            yield {"document": document.pk, "filename": document.filename}


@invariant("De boeken van een kwartaal zijn die van zijn rapportage")
def books_match_their_report() -> Rows:
    for document in Document.objects.filter(kind=Document.Kind.REPORT).defer("content").select_related("closing"):
        if document.books_digest != (found := books_digest(document.closing)):
            yield {"document": document.pk, "quarter": document.closing.quarter, "digest": found}


@invariant("Een stuk hoort bij de afsluiting van zijn afrekening")
def documents_belong_to_their_closing() -> Rows:
    return select("""
        SELECT document.id AS document, document.filename
        FROM settlements_document document
             LEFT JOIN settlements_statement statement ON statement.id = document.statement_id
        WHERE (document.kind = 'statement') <> (document.statement_id IS NOT NULL)
           OR (document.statement_id IS NOT NULL
               AND (statement.id IS NULL OR statement.closing_id <> document.closing_id))
        UNION ALL
        SELECT MIN(id), MIN(filename) FROM settlements_document WHERE kind = 'report'
        GROUP BY closing_id HAVING COUNT(*) > 1""")
