"""Issuing documents: made once, kept byte for byte with their hash. Making again what is there changes nothing.

An invoice comes with its e-invoice: both in one transaction, the second inside the first, or neither.
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from datetime import datetime
from time import monotonic, sleep

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kbl import pdf
from kbl.settlements.documents import claims, failures, statement_pdf
from kbl.settlements.documents.einvoice.issue import filename as einvoice_name
from kbl.settlements.documents.einvoice.issue import make as make_einvoices
from kbl.settlements.documents.einvoice.issue import make_one as make_einvoice
from kbl.settlements.models import Closing, Document, EInvoice, Statement
from kbl.settlements.statements import own_numbers
from kbl.settlements.statements.steps import NumberAwaited

CHUNK = 10  # papers that a worker claims at a time: some seconds, so that other work is not kept waiting
PAUSE = 0.5  # seconds before looking again whether another worker is done
E_INVOICE = "E-factuur (UBL 2.1, NLCIUS) bij dit stuk"


def issue(
    kind: str,
    *,
    closing: Closing,
    filename: str,
    make: Callable[[], bytes],
    at: datetime,
    statement: Statement | None = None,
    einvoice: EInvoice | None = None,
    books_digest: str = "",
    seal: str = "",
) -> Document:
    """The document of a statement, or the report of a closing: the one that is there, else made now.

    Two workers at once may both make it; the database keeps one, and both get that one. `einvoice` is not saved yet.
    """
    issued = Document.objects.filter(kind=kind, closing=closing, statement=statement)
    if found := issued.first():
        return found
    content = make()
    try:
        with transaction.atomic():
            if einvoice is not None:
                einvoice.save()
            return Document.objects.create(
                kind=kind,
                closing=closing,
                statement=statement,
                filename=filename,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                books_digest=books_digest,
                seal=seal,
                made_at=at,
            )
    except IntegrityError:
        if found := issued.first():
            return found
        raise


def issue_statement(statement: Statement, *, at: datetime, checked: bytes | Exception | None = None) -> Document:
    """The document of one statement, with its e-invoice where it is due one (`checked` when that was made already).

    Raises statement_pdf.NoDebtor while Cubiss itself is not among the organisations, EInvoiceRefused when the e-invoice
    breaks a rule, RulesNotRun when nobody could tell, NumberAwaited while it is no invoice.
    """
    if found := Document.objects.filter(statement=statement).first():
        return found
    if statement.awaits_number:
        raise NumberAwaited
    if isinstance(checked, Exception):
        raise checked
    content = checked or make_einvoice(statement)
    attached = pdf.Attached(einvoice_name(statement), content, E_INVOICE) if content else None
    return issue(
        Document.Kind.STATEMENT,
        closing=statement.closing,
        statement=statement,
        einvoice=_row(statement, content, at) if content else None,
        filename=statement_pdf.filename(statement),
        make=lambda: statement_pdf.render(statement, attached),
        at=at,
    )


def _row(statement: Statement, content: bytes, at: datetime) -> EInvoice:
    return EInvoice(
        statement=statement,
        filename=einvoice_name(statement),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
    )


def lacking(closing: Closing) -> QuerySet[Statement]:
    """The statements of a closing that have no document yet, and do not wait for their library's own number."""
    lacking = closing.statements.filter(document__isnull=True).exclude(pk__in=own_numbers.awaiting().values("pk"))
    return lacking.select_related("closing", "organisation").order_by("pk")


def all_made(closing: Closing) -> bool:
    return not lacking(closing).exists()


def all_tried(closing: Closing) -> bool:
    """Every document is there, or it is written down why not: no worker is busy with a first try."""
    return not lacking(closing).filter(failed_document__isnull=True).exists()


def make_all(closing: Closing, *, at: datetime, seconds: float = math.inf) -> None:
    """A document for every statement that has none, a chunk at a time; after so many seconds the rest is left.

    One that cannot be made does not keep the others waiting; the first such failure is raised at the end. What another
    worker is at is looked at again when the rest is done: it may have been killed.
    """
    until = monotonic() + seconds
    failed: list[Exception] = []
    waiting = _ids(lacking(closing))
    while waiting and monotonic() < until:
        elsewhere: list[int] = []
        for chunk in _chunks(waiting):
            if monotonic() < until:
                ours = _make(closing, chunk, failed, at=at)
                elsewhere += [pk for pk in chunk if pk not in ours]
        waiting = elsewhere
        if waiting:
            sleep(PAUSE)
    if failed:
        raise failed[0]


def make_some(closing: Closing, *, after: int, at: datetime) -> int | None:
    """The next chunk of documents, of statements with an id above `after`, that no other worker is at.

    Returns the statement that it came to, where the next call goes on; None when there was nothing left to do for it.
    What fails is written down, and not tried again by whoever goes on from here.
    """
    for chunk in _chunks(_ids(lacking(closing).filter(pk__gt=after))):
        if _make(closing, chunk, [], at=at):
            return chunk[-1]
    return None


def _ids(statements: QuerySet[Statement]) -> list[int]:
    return list(statements.values_list("pk", flat=True))


def _chunks(statements: list[int]) -> Iterator[list[int]]:
    return (statements[start : start + CHUNK] for start in range(0, len(statements), CHUNK))


def _make(closing: Closing, chunk: list[int], failed: list[Exception], *, at: datetime) -> set[int]:
    """The documents of these statements, but for those that another worker is at; returns which were ours."""
    with claims.claimed(chunk) as ours:
        statements = list(lacking(closing).filter(pk__in=ours))
        checked = make_einvoices(statements)
        for statement in statements:
            try:
                make_one(statement, at=at, checked=checked.get(statement.pk))
            except Exception as failure:  # written down; the others get their turn
                failed.append(failure)
    return set(ours)


def make_one(statement: Statement, *, at: datetime, checked: bytes | Exception | None = None) -> Document:
    """The document of one statement; why it failed is kept, and raised."""
    return failures.attempt(
        lambda: issue_statement(statement, at=at, checked=checked),
        closing=statement.closing,
        statement=statement,
        at=at,
    )


def is_intact(document: Document | EInvoice) -> bool:
    """True when the bytes are still those that were issued."""
    return hashlib.sha256(document.content).hexdigest() == document.sha256
