"""A payment request to the province: what is asked, when and why, with the paper that says so, byte for byte."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.fund.models import Instalment
from kbl.guards import AppendOnly
from kbl.settlements.models import Closing
from kbl.texts.lines import LineField


class PaymentRequest(models.Model):
    """One request, resting on a closed quarter: made by one, decided on by another; the paper was there before that.

    The number is of a series of its own (`BV-2026-0001`); one that was given back or withdrawn keeps its number.
    `amount` in euros, to be there by `due_on`; `agreed` when it asks for an instalment that was agreed before.
    Released, it is an instalment of the fund, and `instalment` is that one: what comes in is matched to it, so whether
    it was received is a sum and no status.
    """

    class Outcome(models.TextChoices):
        RELEASED = "released", "vrijgegeven"
        REFUSED = "refused", "teruggegeven"
        WITHDRAWN = "withdrawn", "ingetrokken"

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="payment_requests", verbose_name="afsluiting")
    number = models.CharField("nummer", max_length=20, unique=True)
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    due_on = models.DateField("binnen op")
    agreed = models.ForeignKey(
        Instalment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="afgesproken termijn"
    )
    why = LineField("toelichting", max_length=400, blank=True)
    filename = models.CharField("bestand", max_length=80)
    content = models.BinaryField("inhoud")
    sha256 = models.CharField("controlesom", max_length=64)
    asked_at = models.DateTimeField("gemaakt op")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gemaakt door"
    )
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besloten door"
    )
    outcome = models.CharField("besluit", max_length=9, choices=Outcome, blank=True)
    instalment = models.OneToOneField(
        Instalment, models.PROTECT, null=True, blank=True, related_name="request", verbose_name="termijn"
    )

    GUARD = AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome", "instalment_id"))

    class Meta:
        verbose_name = "betaalverzoek"
        verbose_name_plural = "betaalverzoeken"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="request_asks_something", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="one_request_per_closing", fields=["closing"], condition=Q(outcome__in=["", "released"])
            ),
            models.CheckConstraint(
                name="request_decided_wholly_or_not",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="", instalment__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, outcome="released", instalment__isnull=False)
                | Q(decided_at__isnull=False, decided_by__isnull=False, instalment__isnull=True)
                & Q(outcome__in=["refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="request_needs_a_second_person",
                condition=~Q(outcome="released") | ~Q(decided_by=F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_released(self) -> bool:
        return self.outcome == self.Outcome.RELEASED
