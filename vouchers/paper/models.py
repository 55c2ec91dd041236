"""Who took a list of whole numbers along for a printing house, and when. The numbers themselves are not kept again."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly


class ListTaken(models.Model):
    """A list of a batch's whole numbers left the house as a file. `count`: how many numbers were on it."""

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    batch = models.ForeignKey("vouchers.Batch", models.PROTECT, related_name="lists_taken", verbose_name="serie")
    kind = models.CharField("soort bestand", max_length=4, choices=Kind)
    count = models.PositiveIntegerField("aantal nummers")
    taken_at = models.DateTimeField("opgehaald op")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="opgehaald door"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "lijst voor de drukker"
        verbose_name_plural = "lijsten voor de drukker"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="list_taken_is_of_a_kind", condition=models.Q(kind__in=["csv", "xlsx"])),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.get_kind_display()}"
