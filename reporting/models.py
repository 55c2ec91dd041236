"""What is kept about the reports themselves: when the books were checked, and what was found."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly


class BooksCheck(models.Model):
    """The books were checked: what every invariant said, at one moment.

    `outcomes` is a list of `{name, module, title, found, seconds, rows}`; of the rows that should not be there the
    first fifty, never with a voucher's whole number or anything that looks like a person's.
    """

    at = models.DateTimeField("nagekeken op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gevraagd door")
    seconds = models.FloatField("duurde (seconden)")
    wrong = models.PositiveIntegerField("niet in orde")
    outcomes = models.JSONField("uitkomst")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "controle van de boeken"
        verbose_name_plural = "controles van de boeken"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.wrong}"

    @property
    def holds(self) -> bool:
        """Everything was in order."""
        return not self.wrong
