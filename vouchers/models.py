"""Batches, vouchers, and every movement of stock. Who received a voucher is nowhere."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from kbl.disjoint import Disjoint
from kbl.guards import AppendOnly
from kbl.organisations.models import Organisation
from vouchers.numbers import LAST_SERIAL, Number, SerialRange, show_serial
from vouchers.paper.models import ListTaken as ListTaken  # Django finds the rooms' models here only
from vouchers.viewing.models import NumberView as NumberView


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
    DISJOINT = Disjoint("batches_do_not_overlap", "first_serial", "last_serial")

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
        return self.filter(lasts_until(on))

    def with_last_day(self):
        """Each voucher with its last day of validity as `last_day`: its batch's, or its own later one."""
        return self.annotate(last_day=Coalesce("extended_until", "batch__valid_until"))


def lasts_until(day: date) -> Q:
    """Vouchers that are still valid on a day."""
    return Q(extended_until__gte=day) | Q(batch__in=Batch.objects.filter(valid_until__gte=day).values("pk"))


class Voucher(models.Model):
    """One voucher. `holder`: the organisation whose stock it is (or was handed out from); empty is Cubiss itself.

    `extended_until`: its own last day, when that was made later than its batch's. `status` is a summary that only
    `lifecycle` changes and that the facts can always prove.
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
    extended_until = models.DateField("langer geldig tot en met", null=True)

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
        """The last day on which it can be used."""
        return self.extended_until or self.batch.valid_until


class StockMovement(models.Model):
    """Something that happened to a range of vouchers: the stock's own facts, added and never edited.

    `valid_until` is the new last day of vouchers that became valid for longer.
    """

    class Kind(models.TextChoices):
        ALLOCATE = "allocate", "toegewezen"
        RETURN = "return", "teruggekomen"
        MOVE = "move", "verplaatst"
        VOID = "void", "ongeldig gemaakt"
        REVALIDATE = "revive", "weer geldig gemaakt"
        EXTEND = "extend", "langer geldig gemaakt"

    class Reason(models.TextChoices):
        NONE = "", "geen"
        LOST = "lost", "kwijtgeraakt"
        STOLEN = "stolen", "gestolen"
        DAMAGED = "damaged", "beschadigd"
        MISPRINT = "misprint", "verkeerd gedrukt"
        FOUND = "found", "teruggevonden"
        MISTAKE = "mistake", "was een vergissing"

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
    valid_until = models.DateField("geldig tot en met", null=True, blank=True)
    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

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
                | Q(kind="void", to_holder__isnull=True)
                | Q(kind="revive", from_holder__isnull=True, to_holder__isnull=True)
                | Q(kind="revive", from_holder=F("to_holder"))
                | Q(kind="extend", from_holder__isnull=True, to_holder__isnull=True),
            ),
            models.CheckConstraint(
                name="reason_fits_kind",
                condition=Q(kind="void", reason__in=["lost", "stolen", "damaged", "misprint"])
                | Q(kind="revive", reason__in=["found", "mistake"])
                | Q(kind__in=["allocate", "return", "move", "extend"], reason=""),
            ),
            models.CheckConstraint(
                name="only_longer_validity_has_a_day",
                condition=Q(kind="extend", valid_until__isnull=False)
                | (~Q(kind="extend") & Q(valid_until__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.range}"

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)


class RevalidationRequest(models.Model):
    """Somebody asks to make void vouchers valid again; somebody else agrees, or not (issue: a second person)."""

    REASONS = [(each.value, each.label) for each in (StockMovement.Reason.FOUND, StockMovement.Reason.MISTAKE)]

    first_serial = models.PositiveIntegerField("eerste nummer")
    last_serial = models.PositiveIntegerField("laatste nummer")
    reason = models.CharField("reden", max_length=8, choices=REASONS)
    on = models.DateField("dag")
    asked_at = models.DateTimeField("gevraagd op")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besloten door"
    )
    agreed = models.BooleanField("akkoord", null=True, blank=True)

    GUARD = AppendOnly(stamped_once=("decided_at", "decided_by_id", "agreed"))

    class Meta:
        db_table = "vouchers_revivalrequest"  # its first name: a rename would take the triggers away for a moment
        verbose_name = "verzoek om weer geldig te maken"
        verbose_name_plural = "verzoeken om weer geldig te maken"
        ordering = ["-pk"]
        indexes = [models.Index(name="revival_waiting", fields=["decided_at"], condition=Q(decided_at__isnull=True))]
        constraints = [
            models.CheckConstraint(name="revival_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(name="revival_reason", condition=Q(reason__in=["found", "mistake"])),
            models.CheckConstraint(
                name="revival_decided_wholly_by_another",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, agreed__isnull=True)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False, agreed__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.range}"

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)


class ExpectedReturn(models.Model):
    """Vouchers that should come back to Cubiss: asked for (a recall), or announced by who holds them.

    The numbers stay where they are until the parcel is there, so that a voucher that a resident already has keeps
    working. It is closed when they came, or when somebody says that it is done.
    """

    class Kind(models.TextChoices):
        RECALL = "recall", "teruggevraagd"
        RETURN = "return", "aangekondigd"

    kind = models.CharField("wat", max_length=6, choices=Kind)
    holder = models.ForeignKey(Organisation, models.PROTECT, related_name="expected_returns", verbose_name="houder")
    first_serial = models.PositiveIntegerField("eerste nummer")
    last_serial = models.PositiveIntegerField("laatste nummer")
    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("afgerond op", null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(stamped_once=("closed_at", "closed_by_id"))

    class Meta:
        db_table = "vouchers_homecoming"  # its first name: a rename would take the triggers away for a moment
        verbose_name = "terugkomst"
        verbose_name_plural = "terugkomsten"
        ordering = ["pk"]
        indexes = [models.Index(name="homecoming_open", fields=["holder"], condition=Q(closed_at__isnull=True))]
        constraints = [
            models.CheckConstraint(name="homecoming_runs_forward", condition=Q(last_serial__gte=F("first_serial"))),
            models.CheckConstraint(
                name="homecoming_closed_wholly_or_not",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.range}"

    @property
    def range(self) -> SerialRange:
        return SerialRange(self.first_serial, self.last_serial)
