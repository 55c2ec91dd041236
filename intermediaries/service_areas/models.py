"""Which municipalities an intermediary serves from a day on."""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from kbl.organisations.models import Municipality, Organisation


class ServiceArea(models.Model):
    """One municipality of what an intermediary serves from `first_day` on (docs/domain.md, *Service area*).

    The rows with the same organisation, first day and moment were said together and hold together, so there is always
    at least one. What is said later of the same first day takes the place of what was said before.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="service_areas", db_index=False, verbose_name="intermediair"
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="+", db_index=False, verbose_name="gemeente"
    )
    first_day = models.DateField("vanaf")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="vastgelegd door"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "werkgebied"
        verbose_name_plural = "werkgebieden"
        ordering = ["organisation", "first_day", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="municipality_said_once", fields=["organisation", "first_day", "recorded_at", "municipality"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.municipality} {self.first_day}"
