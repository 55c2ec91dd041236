"""The lines of a statement, and the corrections that take one back. All amounts in euros."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from intermediaries.models import Handout
from kbl.guards import AppendOnly
from kbl.periods import Quarter
from kbl.settlements.statements.models import Statement
from kbl.settlements.tariffs.models import Tariff, VatTreatment
from libraries.models import MembershipYear


class Line(models.Model):
    """One thing on a statement: handling of a hand-out, a membership year, or the exact opposite of an earlier line.

    Amounts, VAT and day are frozen. A line whose day lies before its statement's quarter came late.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, blank=True, related_name="lines", db_index=False)
    membership_year = models.ForeignKey(
        MembershipYear, models.PROTECT, null=True, blank=True, related_name="lines", db_index=False
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    serial = models.PositiveIntegerField("voucher")
    on = models.DateField("dag")
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="lines", db_index=False)
    net = models.DecimalField("bedrag zonder btw", max_digits=8, decimal_places=2)
    vat_rate = models.DecimalField("btw-tarief", max_digits=4, decimal_places=2)
    vat = models.CharField("btw", max_length=8, choices=VatTreatment)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "regel"
        verbose_name_plural = "regels"
        ordering = ["on", "serial", "pk"]
        constraints = [
            models.CheckConstraint(
                name="line_is_for_one_thing",
                condition=Q(handout__isnull=False, membership_year__isnull=True)
                | Q(handout__isnull=True, membership_year__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_correction_is_negative",
                condition=Q(corrects__isnull=True, net__gt=0) | Q(corrects__isnull=False, net__lt=0),
            ),
            models.UniqueConstraint(
                name="handling_paid_once", fields=["handout"], condition=Q(corrects__isnull=True, handout__isnull=False)
            ),
            models.UniqueConstraint(
                name="membership_year_paid_once",
                fields=["membership_year"],
                condition=Q(corrects__isnull=True, membership_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial:07} {self.net}"

    @property
    def quarter(self) -> Quarter:
        """The quarter in which it happened."""
        return Quarter.of(self.on)

    @property
    def is_late(self) -> bool:
        """It was reported after its own quarter was closed; a correction is never late."""
        return self.corrects_id is None and self.quarter < self.statement.closing.quarter


class Correction(models.Model):
    """Cubiss takes a line of closed books back: the fact is revoked now, the opposite follows in the next closing."""

    class Reason(models.TextChoices):
        TYPING_ERROR = "typing_error", "verkeerd nummer"
        TWICE = "twice", "dubbel"
        DID_NOT_HAPPEN = "did_not_happen", "is niet doorgegaan"
        WRONG_DATE = "wrong_date", "verkeerde datum"

    line = models.OneToOneField(Line, models.PROTECT, related_name="correction")
    reason = models.CharField("reden", max_length=16, choices=Reason)
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "correctie"
        verbose_name_plural = "correcties"
        ordering = ["at"]
