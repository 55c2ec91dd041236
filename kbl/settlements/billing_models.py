"""What stands beside a statement: the agreement that Cubiss draws up invoices, and documents that could not be made."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation


class SelfBilling(models.Model):
    """A library and Cubiss agree, from a day on, that Cubiss draws up its invoices (uitreiken door afnemer).

    `by` is empty for an agreement that came with the programme file. One that ends is stamped; a new one is a new row.
    """

    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="self_billings", db_index=False, verbose_name="bibliotheek"
    )
    since = models.DateField("afgesproken op")
    at = models.DateTimeField("vastgelegd op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField("beëindigd op", null=True, blank=True)
    ended_at = models.DateTimeField("beëindigen vastgelegd op", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(stamped_once=("ended_on", "ended_at", "ended_by_id"))

    class Meta:
        verbose_name = "afspraak uitreiken door afnemer"
        verbose_name_plural = "afspraken uitreiken door afnemer"
        ordering = ["pk"]
        indexes = [models.Index(name="self_billing_of_library", fields=["library"])]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_self_billing", fields=["library"], condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(
                name="self_billing_ended_wholly_or_not",
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="self_billing_ends_after_it_began",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.since}"


class Unmade(models.Model):
    """A document that could not be made: of one statement, or (without one) the report of a closing.

    `reason` is the name of the exception; screens tell it as a sentence. The row goes as soon as the document is there.
    """

    closing = models.ForeignKey("settlements.Closing", models.PROTECT, related_name="unmade")
    statement = models.OneToOneField(
        "settlements.Statement", models.PROTECT, null=True, blank=True, related_name="unmade"
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
                name="one_unmade_report_per_closing", fields=["closing"], condition=Q(statement__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.closing} {self.statement or 'rapport'}: {self.reason}"
