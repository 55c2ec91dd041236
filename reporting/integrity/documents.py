"""Documents: the bytes are those that were issued, an e-invoice lies in its PDF and says what the books say, and a
report carries the digest of the books as they are."""

import hashlib
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.db import connection
from lxml import etree

from kbl.settlements.closing.digest import books_digest
from kbl.settlements.documents.einvoice.terms import totals_of
from kbl.settlements.documents.einvoice.ubl import NAMESPACES
from kbl.settlements.models import Document, EInvoice
from reporting.editions.models import EditionFile, EditionPart, ReportEdition
from reporting.integrity.invariants import Violation, Violations, invariant, select
from reporting.models import KeptReport
from reporting.report import payload


@invariant("Elk uitgegeven stuk heeft nog de bytes van zijn controlesom")
def documents_match_their_hash() -> Violations:
    if connection.vendor == "postgresql":
        return select("""
            SELECT id AS document, filename FROM settlements_document
            WHERE sha256 <> encode(sha256(content), 'hex')""")
    return _rehashed(Document)


@invariant("Elk bestand van een rapportage, en wat zij zegt, heeft nog de bytes van zijn controlesom")
def editions_match_their_hash() -> Violations:
    for each in EditionFile.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(each.content).hexdigest() != each.sha256:
            yield {"edition_file": each.pk, "filename": each.filename}
    for part in EditionPart.objects.order_by("pk").iterator(chunk_size=20):
        if hashlib.sha256(part.content).hexdigest() != part.sha256:
            yield {"edition_part": part.pk, "filename": part.filename}
    for edition in ReportEdition.objects.order_by("pk"):
        if hashlib.sha256(edition.content).hexdigest() != edition.sha256:
            yield {"edition": edition.pk, "problem": "says something else"}
    released = ReportEdition.objects.filter(before_releases=False).values("closing")
    kept = KeptReport.objects.filter(closing__in=released).values_list("closing_id", "content").order_by("pk")
    missed = {
        closing: "".join(payload.parts(bytes(content)).part("shown").get("missed", ()))
        for closing, content in kept.iterator(chunk_size=1)
    }
    for edition in ReportEdition.objects.filter(before_releases=False, closing__in=missed).order_by("pk"):
        if edition.missed != missed[edition.closing_id]:
            yield {"edition": edition.pk, "problem": "names other targets that are behind than its figures"}


@invariant("Elke e-factuur heeft nog de bytes van haar controlesom")
def einvoices_match_their_hash() -> Violations:
    if connection.vendor == "postgresql":
        return select("""
            SELECT id AS einvoice, filename FROM settlements_einvoice
            WHERE sha256 <> encode(sha256(content), 'hex')""")
    return _rehashed(EInvoice)


def _rehashed(model: type[Document] | type[EInvoice]) -> Iterator[Violation]:
    for each in model._default_manager.order_by("pk").iterator(chunk_size=1):
        if hashlib.sha256(each.content).hexdigest() != each.sha256:
            yield {model._meta.model_name or "": each.pk, "filename": each.filename}


@invariant("Elke e-factuur zit, byte voor byte, in het stuk van haar afrekening")
def einvoices_lie_in_their_documents() -> Violations:
    """Each PDF is opened once; an XML inside that is no e-invoice is found too. A file of lines may lie beside it."""
    kept = {each.statement_id: each for each in EInvoice.objects.all()}
    for document in Document.objects.filter(statement__isnull=False).iterator(chunk_size=1):
        einvoice = kept.pop(document.statement_id or 0, None)
        expected = {einvoice.filename: bytes(einvoice.content)} if einvoice else {}
        if not expected and b"/EmbeddedFile" not in bytes(document.content):
            continue
        if _inside(bytes(document.content)) != expected:
            yield {"document": document.pk, "filename": document.filename}
    for each in kept.values():
        yield {"einvoice": each.pk, "filename": each.filename, "document": None}


def _inside(content: bytes) -> dict[str, bytes] | None:
    """The XML files in a PDF by their names; None when it is no PDF."""
    import pikepdf  # only where documents are looked into: see kbl/fund/evidence.py

    try:
        with pikepdf.open(io.BytesIO(content)) as opened:
            files = [(name, file) for name, file in opened.attachments.items() if name.endswith(".xml")]
            return {name: file.get_file().read_bytes() for name, file in files}
    except pikepdf.PdfError:
        return None


@invariant("Elke e-factuur noemt het nummer en de bedragen van haar afrekening")
def einvoices_say_what_the_books_say() -> Violations:
    for each in EInvoice.objects.select_related("statement__own_number", "statement__closing").iterator(chunk_size=20):
        said, totals = _said(bytes(each.content)), totals_of(each.statement)
        books = (each.statement.invoice_number, totals.net, totals.vat, totals.due)
        if said != books:
            yield {"einvoice": each.pk, "filename": each.filename, "says": said, "books": books}


def _said(content: bytes) -> tuple[str | None, Decimal, Decimal, Decimal] | None:
    """Number, net, VAT and amount due of an e-invoice; None when it cannot be read."""
    money = "cac:LegalMonetaryTotal/cbc:"
    try:
        tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        paths = (f"{money}TaxExclusiveAmount", "cac:TaxTotal/cbc:TaxAmount", f"{money}PayableAmount")
        net, vat, due = (Decimal(tree.findtext(path, "", NAMESPACES)) for path in paths)
    except (etree.XMLSyntaxError, InvalidOperation):
        return None
    return tree.findtext("cbc:ID", None, NAMESPACES), net, vat, due


@invariant("De boeken van een kwartaal zijn die van zijn rapportage")
def books_match_their_report() -> Violations:
    for document in Document.objects.filter(kind=Document.Kind.REPORT).defer("content").select_related("closing"):
        if document.books_digest != (found := books_digest(document.closing, like=document.books_digest)):
            yield {"document": document.pk, "quarter": document.closing.quarter, "digest": found}


@invariant("Een stuk hoort bij de afsluiting van zijn afrekening")
def documents_belong_to_their_closing() -> Violations:
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
