"""Issued documents, kept byte for byte; and documents that could not be made."""

from django.db import models
from django.db.models import Q

from kbl.guards import AppendOnly
from kbl.settlements.closing.models import Closing
from kbl.settlements.statements.models import Statement


class Document(models.Model):
    """An issued document, byte for byte, with its hash; downloading again gives the same bytes."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", "afrekening"
        REPORT = "report", "voortgangsrapportage"

    kind = models.CharField(max_length=9, choices=Kind)
    closing = models.ForeignKey(Closing, models.PROTECT, related_name="documents")
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, blank=True, related_name="document")
    filename = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    books_digest = models.CharField("hash van de boeken", max_length=64, blank=True)
    seal = models.CharField("zegel van het kwartaal", max_length=64, blank=True)
    made_at = models.DateTimeField()

    GUARD = AppendOnly()

    class Meta:
        ordering = ["filename"]
        constraints = [
            models.CheckConstraint(
                name="document_is_of_one_thing",
                condition=Q(kind="statement", statement__isnull=False) | Q(kind="report", statement__isnull=True),
            ),
            models.UniqueConstraint(name="one_report_per_closing", fields=["closing"], condition=Q(kind="report")),
        ]

    def __str__(self) -> str:
        return self.filename


class EInvoice(models.Model):
    """The invoice as UBL 2.1 (NLCIUS), byte for byte with its hash; the statement's PDF carries these bytes."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="einvoice")
    filename = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "e-factuur"
        verbose_name_plural = "e-facturen"
        ordering = ["filename"]

    def __str__(self) -> str:
        return self.filename


class FailedDocument(models.Model):
    """A document that could not be made: of one statement, or (without one) the report of a closing.

    `reason` is the name of the exception; screens tell it as a sentence. The row goes as soon as the document is there.
    """

    closing = models.ForeignKey("settlements.Closing", models.PROTECT, related_name="failed_documents")
    statement = models.OneToOneField(
        "settlements.Statement", models.PROTECT, null=True, blank=True, related_name="failed_document"
    )
    reason = models.CharField("waarom niet", max_length=60)
    at = models.DateTimeField("laatst geprobeerd op")
    attempts = models.PositiveIntegerField("aantal pogingen", default=1)

    class Meta:
        verbose_name = "niet gemaakt stuk"
        verbose_name_plural = "niet gemaakte stukken"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_failed_report_per_closing", fields=["closing"], condition=Q(statement__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.closing} {self.statement or 'rapport'}: {self.reason}"
