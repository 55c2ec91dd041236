"""From when on an intermediary's stock is low, and the times that it was."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from vouchers.models import Batch
from vouchers.numbers import LARGEST_RANGE

Medium = Batch.Medium


class StockLevel(models.Model):
    """From when on an intermediary runs low, and up to how many it wants to be filled; the latest row holds."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="stock_levels", db_index=False)
    medium = models.CharField("vorm", max_length=7, choices=Medium)
    minimum = models.PositiveIntegerField("minimum")
    fill_up_to = models.PositiveIntegerField("aanvullen tot")
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="levels_of_organisation", fields=["organisation", "medium"])]
        constraints = [
            models.CheckConstraint(name="fill_up_above_minimum", condition=Q(fill_up_to__gt=F("minimum"))),
            models.CheckConstraint(name="fill_up_is_one_order", condition=Q(fill_up_to__lte=LARGEST_RANGE)),
        ]


class LowStockPeriod(models.Model):
    """The stock of a medium fell below its minimum on a day, until `over_on`: one row and one mail each time."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="low_stock_periods", db_index=False)
    medium = models.CharField("vorm", max_length=7, choices=Medium)
    minimum = models.PositiveIntegerField("minimum")
    left = models.PositiveIntegerField("nog over")
    on = models.DateField("gezien op")
    over_on = models.DateField("voorbij op", null=True, blank=True)

    GUARD = AppendOnly(stamped_once=("over_on",))

    class Meta:
        db_table = "intermediaries_dip"  # its first name: a rename would take the triggers away for a moment
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_dip_at_a_time", fields=["organisation", "medium"], condition=Q(over_on__isnull=True)
            )
        ]
