"""A closed quarter's hashes: every issued byte hashed again, and the books' digest beside the one in the report."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from kbl.payments.models import PaymentFile
from kbl.settlements.closing.digest import books_digest
from kbl.settlements.models import Closing, Document, EInvoice
from reporting.audit.quarter_file.paid import payments_of


@dataclass(frozen=True)
class Hashed:
    """An issued file: its hash as it was kept, and the hash of its bytes today."""

    kind: str
    filename: str
    kept: str
    now: str
    url_name: str = ""
    pk: int = 0

    @property
    def holds(self) -> bool:
        return self.kept == self.now


@dataclass(frozen=True)
class Digest:
    """The hash over everything that a closing froze, today and as the report carries it (empty without a report)."""

    now: str
    printed: str

    @property
    def holds(self) -> bool:
        return self.now == self.printed


def digest(closing: Closing) -> Digest:
    """The books of a quarter beside their report (docs/threats.md, 8)."""
    report = Document.objects.filter(kind=Document.Kind.REPORT, closing=closing).defer("content").first()
    return Digest(books_digest(closing), report.books_digest if report else "")


def files(closing: Closing) -> list[Hashed]:
    """Every document, e-invoice and payment file of a quarter, hashed again."""
    documents = Document.objects.filter(closing=closing).order_by("-kind", "filename")
    invoices = EInvoice.objects.filter(statement__closing=closing).order_by("filename")
    payments = PaymentFile.objects.filter(run__in=payments_of(closing).values("run")).order_by("filename")
    return [
        *(
            Hashed(str(each.get_kind_display()), each.filename, each.sha256, now, "cubiss:document", each.pk)
            for each, now in _hashed(documents)
        ),
        *(Hashed("e-factuur", each.filename, each.sha256, now) for each, now in _hashed(invoices)),
        *(Hashed("betaalbestand", each.filename, each.sha256, now) for each, now in _hashed(payments)),
    ]


def _hashed(rows: QuerySet) -> list[tuple[Any, str]]:
    """Each row without its bytes, and their hash: by the database where it can, so that the bytes stay there."""
    if connection.vendor == "postgresql":
        table = rows.model._meta.db_table
        hashed = rows.annotate(now=RawSQL(f'encode(sha256("{table}"."content"), \'hex\')', []))
        return [(each, each.now) for each in hashed.defer("content")]
    return [(each, hashlib.sha256(each.content).hexdigest()) for each in rows.iterator(chunk_size=20)]
