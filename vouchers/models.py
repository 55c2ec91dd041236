"""The paper: batches, vouchers, and every movement of stock. Who received a voucher is nowhere."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from vouchers.numbers import LAST_SERIAL, Number, SerialRange, show_serial


class SerialCounter(models.Model):
    """The next unused serial, one row: a number is never issued twice, not after void, not after a restore."""

    next_serial = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(name="only_one_serial_counter", condition=Q(pk=1))]


class Batch(models.Model):
    """Consecutive vouchers made in one go, valid up to and including `valid_until`."""

    class Medium(models.TextChoices):
        PAPER = "paper", "papier"
        DIGITAL = "digital", "digitaal"

    medium = models.CharField("vorm", max_length=7, choices=Medium)
    first_serial = models.PositiveIntegerField("eerste nummer", unique=True)
    last_serial = models.PositiveIntegerField("laatste nummer", unique=True)
    valid_until = models.DateField("geldig tot en met")
    made_on = models.DateField("gemaakt op")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly(free=("valid_until",))

    class Meta:
        verbose_name = "serie vouchers"
        verbose_name_plural = "series vouchers"
        ordering = ["-first_serial"]
        constraints = [
            models.CheckConstraint(name="batch_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(name="batch_valid_after_made", condition=Q(valid_until__gte=F("made_on"))),
        ]

    def __str__(self) -> str:
        return str(self.range)

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)

    @property
    def size(self) -> int:
        return self.last_serial - self.first_serial + 1


class VoucherQuerySet(models.QuerySet):
    def within(self, serials: SerialRange):
        """Vouchers of a range of serials."""
        return self.filter(serial__range=(serials.first, serials.last))

    def held_by(self, holder: Organisation):
        return self.filter(holder=holder)

    def in_stock(self):
        """Vouchers that somebody may still hand out: at Cubiss, or with an intermediary."""
        return self.filter(status__in=[Voucher.Status.IN_STOCK, Voucher.Status.ALLOCATED])

    def valid(self, on: date):
        """Vouchers that are not expired on a day; asked without a join, so that a guarded UPDATE may use it."""
        return self.filter(batch__in=Batch.objects.filter(valid_until__gte=on).values("pk"))


class Voucher(models.Model):
    """One voucher. `holder`: the organisation whose stock it is (or was handed out from); empty is Cubiss itself.

    `status` is a summary that only `lifecycle` writes and that the facts can always prove.
    """

    class Status(models.TextChoices):
        IN_STOCK = "in_stock", "op voorraad bij Cubiss"
        ALLOCATED = "allocated", "bij de intermediair"
        HANDED_OUT = "handed_out", "uitgereikt"
        REDEEMED = "redeemed", "ingewisseld"
        VOID = "void", "ongeldig gemaakt"

    serial = models.PositiveIntegerField("volgnummer", primary_key=True)
    secret = models.CharField("toevalscijfers", max_length=6, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="vouchers", db_index=False, verbose_name="serie")
    holder = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="vouchers", db_index=False, verbose_name="houder"
    )
    held_since = models.DateField("bij houder sinds", null=True)
    status = models.CharField("status", max_length=10, choices=Status, default=Status.IN_STOCK)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = "voucher"
        verbose_name_plural = "vouchers"
        ordering = ["serial"]
        indexes = [models.Index(name="voucher_holding", fields=["holder", "status", "serial"])]
        constraints = [
            models.CheckConstraint(name="serial_has_seven_digits", condition=Q(serial__range=(1, LAST_SERIAL))),
            models.CheckConstraint(
                name="status_fits_holder",
                condition=Q(status="in_stock", holder__isnull=True, held_since__isnull=True)
                | Q(status__in=["allocated", "handed_out", "redeemed"], holder__isnull=False, held_since__isnull=False)
                | Q(status="void"),
            ),
        ]

    def __str__(self) -> str:
        return show_serial(self.serial)

    @property
    def number(self) -> Number:
        return Number(self.serial, self.secret)

    @property
    def valid_until(self) -> date:
        return self.batch.valid_until


class StockMovement(models.Model):
    """A range of vouchers that changed hands, or became void: the stock's own facts, added and never edited."""

    class Kind(models.TextChoices):
        ALLOCATE = "allocate", "toegewezen"
        RETURN = "return", "teruggekomen"
        MOVE = "move", "verplaatst"
        VOID = "void", "ongeldig gemaakt"

    class Reason(models.TextChoices):
        NONE = "", "geen"
        LOST = "lost", "kwijtgeraakt"
        STOLEN = "stolen", "gestolen"
        DAMAGED = "damaged", "beschadigd"
        MISPRINT = "misprint", "verkeerd gedrukt"

    kind = models.CharField("wat", max_length=8, choices=Kind)
    first_serial = models.PositiveIntegerField("eerste nummer")
    last_serial = models.PositiveIntegerField("laatste nummer")
    from_holder = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="van"
    )
    to_holder = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="naar"
    )
    reason = models.CharField("reden", max_length=8, choices=Reason, blank=True)
    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "voorraadmutatie"
        verbose_name_plural = "voorraadmutaties"
        ordering = ["-pk"]
        indexes = [models.Index(name="movement_of_serials", fields=["first_serial", "last_serial"])]
        constraints = [
            models.CheckConstraint(name="movement_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(
                name="movement_names_its_holders",
                condition=Q(kind="allocate", from_holder__isnull=True, to_holder__isnull=False)
                | Q(kind="return", from_holder__isnull=False, to_holder__isnull=True)
                | Q(kind="move", from_holder__isnull=False, to_holder__isnull=False)
                | Q(kind="void", to_holder__isnull=True),
            ),
            models.CheckConstraint(
                name="void_has_a_reason",
                condition=(Q(kind="void") & ~Q(reason="")) | (~Q(kind="void") & Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.range}"

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)
