"""The membership fund: what the province pays in, what statements draw from it. The ledger knows no bookers."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly


class Instalment(models.Model):
    """A payment that the province agreed to make, in euros; what came in is a FundEntry that names it."""

    description = models.CharField("omschrijving", max_length=80)
    due_on = models.DateField("afgesproken op")
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "termijn"
        verbose_name_plural = "termijnen"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="instalment_is_positive", condition=models.Q(amount__gt=0)),
            models.UniqueConstraint(name="instalment_agreed_once", fields=["due_on", "description"]),
        ]

    def __str__(self) -> str:
        return self.description


class FundEntry(models.Model):
    """One posting in the fund, in euros, excluding VAT: positive comes in, negative goes out. Only ever added.

    `reference` names what it is for and makes it happen once (`statement:12`, `instalment:3`).
    """

    class Kind(models.TextChoices):
        INSTALMENT = "instalment", "bijdrage provincie"
        DRAW = "draw", "afrekening"
        OTHER_COST = "other_cost", "overige kosten"
        REVERSAL = "reversal", "tegenboeking"

    kind = models.CharField("soort", max_length=12, choices=Kind)
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    on = models.DateField("dag")
    description = models.CharField("omschrijving", max_length=120)
    reference = models.CharField("kenmerk", max_length=80, unique=True)
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="entries")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="boekt terug"
    )
    recorded_at = models.DateTimeField("geboekt op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "fondsboeking"
        verbose_name_plural = "fondsboekingen"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reversal_names_its_entry",
                condition=models.Q(kind="reversal", reverses__isnull=False)
                | (~models.Q(kind="reversal") & models.Q(reverses__isnull=True)),
            ),
            models.CheckConstraint(
                name="instalment_comes_in",
                condition=models.Q(kind="instalment", instalment__isnull=False, amount__gt=0)
                | (~models.Q(kind="instalment") & models.Q(instalment__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.description} {self.amount}"


class BudgetLine(models.Model):
    """One post of the plan's budget in one year, in euros excluding VAT (figures.md)."""

    year = models.PositiveSmallIntegerField("jaar")
    post = models.CharField("post", max_length=8)
    name = models.CharField("naam", max_length=80)
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    paid_by = models.CharField("dekking", max_length=40)

    class Meta:
        verbose_name = "begrotingspost"
        verbose_name_plural = "begroting"
        ordering = ["year", "post"]
        constraints = [models.UniqueConstraint(name="post_budgeted_once", fields=["year", "post"])]

    def __str__(self) -> str:
        return f"{self.year} {self.post} {self.name}"
