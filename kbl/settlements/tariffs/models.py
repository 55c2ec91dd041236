"""What one thing is worth from a day on, and how VAT applies to it. Amounts in euros excluding VAT."""

from decimal import Decimal
from typing import assert_never

from django.db import models
from django.db.models import Q

from intermediaries.models import Track
from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation


class VatTreatment(models.TextChoices):
    """How VAT applies; it belongs to the tariff and freezes on the line."""

    EXEMPT = "exempt", "vrijgesteld"
    OUTSIDE = "outside", "geen btw (geen ondernemer)"
    LOW = "low", "9 %"
    HIGH = "high", "21 %"

    @property
    def rate(self) -> Decimal:
        """The percentage."""
        match self:
            case VatTreatment.EXEMPT | VatTreatment.OUTSIDE:
                return Decimal(0)
            case VatTreatment.LOW:
                return Decimal(9)
            case VatTreatment.HIGH:
                return Decimal(21)
            case _:
                assert_never(self)

    @classmethod
    def with_vat(cls) -> frozenset[str]:
        """The treatments under which there is VAT to pay."""
        return frozenset(each.value for each in cls if each.rate)


class Tariff(models.Model):
    """What one thing is worth from a first day on, in euros excluding VAT, until a later tariff takes over.

    A tariff of a track goes before the general one.
    """

    class Kind(models.TextChoices):
        MEMBERSHIP = "membership", "lidmaatschapsjaar"
        HANDLING = "handling", "uitreiking"

    kind = models.CharField("waarvoor", max_length=10, choices=Kind)
    track = models.PositiveSmallIntegerField("spoor", choices=Track, null=True, blank=True)
    first_day = models.DateField("eerste dag")
    amount = models.DecimalField("bedrag", max_digits=8, decimal_places=2)
    vat = models.CharField("btw", max_length=8, choices=VatTreatment, default=VatTreatment.EXEMPT)

    GUARD = AppendOnly(deletable=True)

    class Meta:
        verbose_name = "tarief"
        verbose_name_plural = "tarieven"
        ordering = ["kind", "first_day"]
        constraints = [
            models.CheckConstraint(name="tariff_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="only_handling_differs_per_track", condition=Q(kind="handling") | Q(track=None)
            ),
            models.UniqueConstraint(name="one_tariff_a_day_and_track", fields=["kind", "track", "first_day"]),
            models.UniqueConstraint(
                name="one_general_tariff_a_day", fields=["kind", "first_day"], condition=Q(track__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} vanaf {self.first_day}: {self.amount}"


class PartyVat(models.Model):
    """How VAT applies to one organisation from a first day on, where that differs from the tariff's own treatment.

    A library that is no entrepreneur, a foundation that is: the tariff says what is usual, this what holds for them.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="vat_treatments")
    kind = models.CharField("waarvoor", max_length=10, choices=Tariff.Kind)
    first_day = models.DateField("eerste dag")
    vat = models.CharField("btw", max_length=8, choices=VatTreatment)

    GUARD = AppendOnly(deletable=True)

    class Meta:
        verbose_name = "btw van een organisatie"
        verbose_name_plural = "btw van organisaties"
        ordering = ["organisation__name", "kind", "first_day"]
        constraints = [
            models.UniqueConstraint(name="one_vat_a_day_and_party", fields=["organisation", "kind", "first_day"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_vat_display()} vanaf {self.first_day}"
