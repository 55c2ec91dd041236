"""What waits for a second person, and the mail that tells everybody of Cubiss of it."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from kbl.mail.models import Mail


class PendingChange(models.Model):
    """Somebody asks for something that leads to money or power; a second person decides (docs/domain.md, "Four eyes").

    What is asked does not exist until it is accepted. `subject`, `was` and `becomes` are words for the one who decides;
    `values` is what the change needs to be made (kbl/second_person/second_person.py).
    """

    class Kind(models.TextChoices):
        OFFICE_ROLE = "office_role", "rol bij Cubiss"
        OFFICE_ACCOUNT = "office_account", "account van Cubiss weer in gebruik"
        PARENT = "parent", "organisatie die betaald wordt"
        MAIL_ADDRESS = "mail_address", "e-mailadres voor stukken"
        TARIFF = "tariff", "tarief"
        PARTY_VAT = "party_vat", "btw van een organisatie"
        TARIFF_GONE = "tariff_gone", "tarief verwijderen"
        VAT_GONE = "vat_gone", "btw van een organisatie verwijderen"
        CORRECTION = "correction", "correctie van een regel"
        RECEIPT = "receipt", "ontvangen termijn"
        COST = "cost", "kosten"
        REVERSAL = "reversal", "tegenboeking"
        REFUND = "refund", "bijschrijving bij een afrekening"
        REFUND_UNDONE = "refund_undone", "bijschrijving weer los"

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "goedgekeurd"
        REFUSED = "refused", "afgewezen"
        WITHDRAWN = "withdrawn", "ingetrokken"

    kind = models.CharField("wat", max_length=14, choices=Kind)
    subject = models.CharField("over", max_length=300)
    was = models.CharField("tot nu", max_length=300, blank=True)
    becomes = models.CharField("wordt", max_length=300)
    values = models.JSONField("waarden")
    asked_at = models.DateTimeField("gevraagd op")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besloten door"
    )
    outcome = models.CharField("besluit", max_length=9, choices=Outcome, blank=True)

    GUARD = AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))

    class Meta:
        verbose_name = "wijziging die op een tweede persoon wacht"
        verbose_name_plural = "wijzigingen die op een tweede persoon wachten"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="asked_once_at_a_time", fields=["kind", "values"], condition=models.Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="pending_change_decided_wholly_or_not",
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="pending_change_needs_a_second_person",
                condition=~models.Q(outcome="accepted") | ~models.Q(decided_by=models.F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class OfficeMail(Mail):
    """The mail to one colleague of Cubiss: somebody gets, or got, a role; or something waits for a second person."""

    class Kind(models.TextChoices):
        ASKED = "asked", "gevraagd"
        ACCEPTED = "accepted", "goedgekeurd"
        LOOK = "look", "mee te kijken"

    change = models.ForeignKey(PendingChange, models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="office_role_told_once", fields=["change", "kind", "recipient"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.change_id}"
