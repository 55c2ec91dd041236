"""What was counted differently, and how it was settled.

Rows are added; a summary that changes (what is left of a difference) can always be proven from the rows beside it
(reporting/integrity/orders.py).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from intermediaries.orders.models import Order
from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange, without


class Difference(models.Model):
    """A range that was counted differently: missing from a parcel or a drawer, or there and not on the list.

    It asks for nothing of a resident: the vouchers keep working. `left` numbers of it are not settled yet.
    """

    class Kind(models.TextChoices):
        MISSING = "missing", "ontbreekt"
        EXTRA = "extra", "ligt er extra"

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="differences", db_index=False, verbose_name="intermediair"
    )
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="differences")
    kind = models.CharField("wat", max_length=7, choices=Kind)
    first_serial = models.PositiveIntegerField("eerste nummer")
    last_serial = models.PositiveIntegerField("laatste nummer")
    left = models.PositiveIntegerField("nog af te handelen")
    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly(free=("left",))

    class Meta:
        verbose_name = "telverschil"
        verbose_name_plural = "telverschillen"
        ordering = ["on", "pk"]
        indexes = [
            models.Index(name="differences_of_organisation", fields=["organisation", "on"]),
            models.Index(name="difference_open", fields=["on"], condition=Q(left__gt=0)),
        ]
        constraints = [
            models.CheckConstraint(name="difference_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(
                name="difference_left_fits", condition=Q(left__lte=F("last_serial") - F("first_serial") + 1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.range}"

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)

    def open_ranges(self) -> list[SerialRange]:
        """The numbers of it that are not settled yet."""
        return list(without(self.range, [each.range for each in self.settlements.all()]))


class Settlement(models.Model):
    """How numbers of a difference were put right, by whom; `movement` is what it did to the stock, if anything."""

    class Outcome(models.TextChoices):
        LOST = "lost", "kwijt, ongeldig gemaakt"
        NOT_SENT = "not_sent", "nooit verstuurd, terug bij Cubiss"
        ARRIVED = "arrived", "toch binnen"
        GIVEN = "given", "op naam van de intermediair gezet"
        SENT_BACK = "sent_back", "gaat terug, blijft in de boeken waar het lag"
        MISTAKE = "mistake", "vergissing bij het tellen"

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="settlements")
    outcome = models.CharField("afloop", max_length=9, choices=Outcome)
    first_serial = models.PositiveIntegerField("eerste nummer")
    last_serial = models.PositiveIntegerField("laatste nummer")
    movement = models.OneToOneField(StockMovement, models.PROTECT, null=True, blank=True, related_name="settles")
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="settlement_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(
                name="settlement_moves_when_it_says_so",
                condition=Q(outcome__in=["lost", "not_sent", "given"], movement__isnull=False)
                | Q(outcome__in=["arrived", "sent_back", "mistake"], movement__isnull=True),
            ),
        ]

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)
