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
from reporting.integrity import seals
from reporting.models import QuarterSeal
from reporting.seals import sealing


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
    printed = report.books_digest if report else ""
    return Digest(books_digest(closing, like=printed), printed)


@dataclass(frozen=True)
class SealShown:
    """The seal of a quarter: as the books have it now, as the report has it, and as the file outside has it.

    `chained` says that it is the one of the chain, of what it was made of; whether the tables still are that, the check
    of the books says. Empty where there is no report, or no file.
    """

    now: str
    chained: bool
    printed: str
    outside: str

    @property
    def holds(self) -> bool:
        """Equal wherever it is kept."""
        return self.chained and {each for each in (self.printed, self.outside) if each} <= {self.now}


def seal(closing: Closing) -> SealShown | None:
    """The seal of a quarter beside what is kept elsewhere; None before it is made."""
    found = QuarterSeal.objects.select_related("closing").filter(closing=closing).first()
    if found is None:
        return None
    report = Document.objects.filter(kind=Document.Kind.REPORT, closing=closing).defer("content").first()
    path = sealing.file_of(found)
    there = path is not None and path.exists()
    return SealShown(
        now=found.digest,
        chained=not any(closing.quarter == each.get("quarter") for each in seals.seals_are_one_chain()),
        printed=report.seal if report else "",
        outside=path.read_text(encoding="utf-8").split()[-1] if there and path else "",
    )


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
    return [(each, _weighed(each)) for each in rows.iterator(chunk_size=1)]


def _weighed(row: Any) -> str:
    """The hash of its bytes, which it does not hold on to: of a whole quarter they would not fit in memory."""
    return hashlib.sha256(row.__dict__.pop("content")).hexdigest()
