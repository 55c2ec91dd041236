"""What somebody said about the kind of an intermediary."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation


class IntermediaryKind(models.IntegerChoices):
    """What kind of organisation an intermediary is (docs/domain.md, *Who*)."""

    ADULT_FUND = 1, "Volwassenenfonds"
    MUNICIPALITY = 2, "Gemeente"
    WELFARE = 3, "Welzijnswerk"
    IDO = 4, "Informatiepunt Digitale Overheid (IDO)"
    FOOD_BANK = 5, "Voedselbank"
    DEBT_HELP = 6, "Schuldhulp"
    LANGUAGE = 7, "Taalhuis"
    NEWCOMERS = 8, "Vluchtelingenwerk"
    GOODS = 9, "Kledingbank of ruilwinkel"
    WORK = 10, "Werk en inkomen"
    SCHOOL = 11, "School of opleiding"
    CARE = 12, "Zorg"
    OTHER = 13, "Anders"


class RecordedKind(models.Model):
    """What somebody of Cubiss recorded as the kind of an intermediary. What was said last holds, of all it ever did."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="kinds", db_index=False, verbose_name="intermediair"
    )
    kind = models.PositiveSmallIntegerField("soort", choices=IntermediaryKind)
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name="vastgelegd door"
    )

    GUARD = AppendOnly()

    class Meta:
        # Its first name: a rename would take the triggers away for a moment.
        db_table = "intermediaries_intermediarykind"
        verbose_name = "soort van een intermediair"
        verbose_name_plural = "soorten van intermediairs"
        ordering = ["organisation", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="kind_said_once", fields=["organisation", "recorded_at"]),
            models.CheckConstraint(name="kind_is_one_of_the_list", condition=Q(kind__in=IntermediaryKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"
