"""An intermediary's order: what it asked for, and what Cubiss sent.

Rows are added; a summary that changes (an order's status and number) can always be proven from the rows beside it
(reporting/integrity/orders.py).
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from kbl.clock import local_day
from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from vouchers.models import Batch, StockMovement
from vouchers.numbers import LARGEST_RANGE

Medium = Batch.Medium


class OrderCounter(models.Model):
    """The last order number of a year: its row is taken in the transaction that uses it, so numbers have no gaps."""

    year = models.PositiveSmallIntegerField(unique=True)
    last_number = models.PositiveIntegerField(default=0)


class Order(models.Model):
    """An intermediary asks for `count` vouchers of one medium.

    `status` and `count` are summaries: the last step says the one, the last time that it was asked the other. `key`
    is the form's own, so that pressing twice is one order.
    """

    class Status(models.TextChoices):
        ORDERED = "ordered", "besteld"
        SHIPPED = "shipped", "onderweg"
        RECEIVED = "received", "ontvangen"
        DIFFERENT = "different", "ontvangen met een verschil"
        CANCELLED = "cancelled", "ingetrokken"
        DECLINED = "declined", "afgewezen"

    number = models.CharField("bestelnummer", max_length=12, unique=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="orders", db_index=False, verbose_name="intermediair"
    )
    medium = models.CharField("vorm", max_length=7, choices=Medium)
    count = models.PositiveIntegerField("aantal")
    status = models.CharField("status", max_length=9, choices=Status, default=Status.ORDERED)
    ordered_at = models.DateTimeField("besteld op")
    key = models.UUIDField("formuliersleutel", unique=True)

    GUARD = AppendOnly(free=("status", "count"))

    class Meta:
        verbose_name = "bestelling"
        verbose_name_plural = "bestellingen"
        ordering = ["-pk"]
        indexes = [
            models.Index(name="orders_of_organisation", fields=["organisation", "ordered_at"]),
            models.Index(name="order_waiting", fields=["ordered_at"], condition=Q(status__in=["ordered", "shipped"])),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_open_order_per_medium", fields=["organisation", "medium"], condition=Q(status="ordered")
            ),
            models.CheckConstraint(name="order_asks_for_some", condition=Q(count__range=(1, LARGEST_RANGE))),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Cubiss has not answered yet."""
        return self.status == self.Status.ORDERED

    @property
    def was_sent(self) -> bool:
        return self.status in (self.Status.SHIPPED, self.Status.RECEIVED, self.Status.DIFFERENT)

    @property
    def ordered_on(self) -> date:
        return local_day(self.ordered_at)


class OrderStep(models.Model):
    """A step that an order made, by whom and when; the order's status is that of the last one.

    `count` is what was asked (ordered) or sent (shipped). Asking again for another number is a step of its own.
    """

    class Reason(models.TextChoices):
        NONE = "", "geen"
        ENOUGH = "enough", "u hebt nog genoeg vouchers"
        TOO_MANY = "too_many", "dit zijn er meer dan nu kan"
        LIBRARY = "library", "de bibliotheek is nog niet klaar"
        ACCREDITATION = "accreditation", "de accreditatie loopt af of is voorbij"
        OTHERWISE = "otherwise", "we hebben het samen anders geregeld"

    order = models.ForeignKey(Order, models.PROTECT, related_name="steps")
    status = models.CharField("status", max_length=9, choices=Order.Status)
    count = models.PositiveIntegerField("aantal", null=True, blank=True)
    reason = models.CharField("reden", max_length=13, choices=Reason, blank=True)
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    GUARD = AppendOnly()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="declined_has_a_reason",
                condition=(Q(status="declined") & ~Q(reason="")) | (~Q(status="declined") & Q(reason="")),
            ),
            models.CheckConstraint(
                name="asked_and_sent_have_a_count",
                condition=Q(status__in=["ordered", "shipped"], count__gte=1)
                | (~Q(status__in=["ordered", "shipped"]) & Q(count__isnull=True)),
            ),
            models.UniqueConstraint(
                name="one_step_of_a_kind", fields=["order", "status"], condition=~Q(status="ordered")
            ),
        ]


class OrderMovement(models.Model):
    """A range that was sent for an order: the movement that allocated it."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="sent")
    movement = models.OneToOneField(StockMovement, models.PROTECT, related_name="sent_for")

    GUARD = AppendOnly()

    class Meta:
        ordering = ["movement__first_serial"]
