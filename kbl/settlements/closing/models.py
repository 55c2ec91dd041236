"""A quarter's closing: the window that is open for it, and that it was closed."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from kbl.organisations.models import QuarterField


class ClosingWindow(models.Model):
    """The closing of a finished quarter is open: Cubiss may preview, remind and close. A daily task opens it.

    Pressing *close* is kept here (`requested_*`), so that a lost broker loses no press; `refused` is the code of why
    the last press did not close, empty when it did or is still under way.
    """

    quarter = QuarterField("kwartaal", unique=True)
    opened_at = models.DateTimeField("geopend op")
    requested_at = models.DateTimeField("gevraagd op", null=True, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refused = models.CharField("geweigerd om", max_length=20, blank=True)

    class Meta:
        ordering = ["quarter"]

    def __str__(self) -> str:
        return str(self.quarter)


class Closing(models.Model):
    """A quarter was closed, once: everything that had no line yet was frozen onto statements."""

    quarter = QuarterField("kwartaal", unique=True)
    closed_at = models.DateTimeField("gesloten op")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "kwartaalafsluiting"
        verbose_name_plural = "kwartaalafsluitingen"
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return str(self.quarter)
