"""Orders: what an intermediary asked for, what Cubiss sent, what came in, and how it was counted.

Rows are added; a summary that changes (an order's status and number, what is left of a difference) can always be
proven from the rows beside it (reporting/integrity/orders.py).
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.clock import local_day
from kbl.guards import AppendOnly
from kbl.mail import Mail
from kbl.organisations.models import Organisation
from vouchers.models import Batch, StockMovement
from vouchers.numbers import LARGEST_RANGE, SerialRange
from vouchers.preview import without

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
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

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


class Dip(models.Model):
    """The stock of a medium fell below its minimum on a day, until `over_on`: one row and one mail per dip."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="dips", db_index=False)
    medium = models.CharField("vorm", max_length=7, choices=Medium)
    minimum = models.PositiveIntegerField("minimum")
    left = models.PositiveIntegerField("nog over")
    on = models.DateField("gezien op")
    over_on = models.DateField("voorbij op", null=True, blank=True)

    GUARD = AppendOnly(stamped_once=("over_on",))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_dip_at_a_time", fields=["organisation", "medium"], condition=Q(over_on__isnull=True)
            )
        ]


class StockMail(Mail):
    """The mail about an order's answer, or about a dip, once."""

    step = models.OneToOneField(OrderStep, models.PROTECT, null=True, blank=True, related_name="mail")
    dip = models.OneToOneField(Dip, models.PROTECT, null=True, blank=True, related_name="mail")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(name="stock_mail_unsent", fields=["id"], condition=~Q(state="sent"))]
        constraints = [
            models.CheckConstraint(
                name="stock_mail_is_about_one_thing",
                condition=Q(step__isnull=False, dip__isnull=True) | Q(step__isnull=True, dip__isnull=False),
            )
        ]

    @property
    def organisation(self) -> Organisation:
        """Whose mail it is."""
        return self.dip.organisation if self.dip else self.step.order.organisation  # type: ignore[union-attr]
