"""Paying approved statements through the bank: runs, their payments and file, and what the bank says came of them.

A run is prepared by one and released by another; its file is kept byte for byte. A payment stands until it ends
(cancelled, returned, refused, another amount); a statement has at most one that stands. All amounts in euros.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kbl.guards import AppendOnly
from kbl.mail.models import Mail
from kbl.organisations.models import AccountChange
from kbl.settlements.models import Statement

__all__ = [
    "AccountMail",
    "BankEntry",
    "Payment",
    "PaymentFile",
    "PaymentRun",
]


class PaymentRun(models.Model):
    """One payment file to the bank. Four eyes: whoever prepared it does not release it.

    `debtor` are Cubiss' own name and IBAN on the day of preparing.
    """

    class Status(models.TextChoices):
        PREPARED = "prepared", "wacht op vrijgave"
        CANCELLED = "cancelled", "ingetrokken"
        RELEASED = "released", "vrijgegeven"
        EXECUTED = "executed", "bij de bank uitgevoerd"

    number = models.PositiveIntegerField("nummer", unique=True)
    execute_on = models.DateField("uitvoeren op")
    debtor = models.JSONField("opdrachtgever")
    status = models.CharField("status", max_length=9, choices=Status, default=Status.PREPARED)
    prepared_at = models.DateTimeField("klaargezet op")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_at = models.DateTimeField("vrijgegeven op", null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField("ingetrokken op", null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    executed_at = models.DateTimeField("uitgevoerd gemeld op", null=True, blank=True)
    executed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(
        free=("status",),
        filled_once=(
            "released_at",
            "released_by_id",
            "cancelled_at",
            "cancelled_by_id",
            "executed_at",
            "executed_by_id",
        ),
    )

    class Meta:
        verbose_name = "betaalrun"
        verbose_name_plural = "betaalruns"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="run_released_by_a_second_person",
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="run_status_follows_its_steps",
                condition=Q(status="prepared", released_at__isnull=True, cancelled_at__isnull=True)
                | Q(status="cancelled", released_at__isnull=True, cancelled_at__isnull=False)
                | Q(status="released", released_at__isnull=False, cancelled_at__isnull=True, executed_at__isnull=True)
                | Q(status="executed", released_at__isnull=False, cancelled_at__isnull=True, executed_at__isnull=False),
            ),
            *(
                models.CheckConstraint(
                    name=f"run_{step}_says_who",
                    condition=Q((f"{step}_at__isnull", True), (f"{step}_by__isnull", True))
                    | Q((f"{step}_at__isnull", False), (f"{step}_by__isnull", False)),
                )
                for step in ("released", "cancelled", "executed")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """`KBL-BET-0012`: on the screen, in the file and at the bank."""
        return f"KBL-BET-{self.number:04d}"


class Payment(models.Model):
    """The money of one statement in one run, to the payee's account of the day of preparing.

    `end_to_end_id` comes back on the bank's statement and is the same however often the file is made. A payment that
    ended leaves its statement open again; `return_code` is the bank's reason (`AC04`: account closed).
    """

    class Ended(models.TextChoices):
        CANCELLED = "cancelled", "ingetrokken voor de vrijgave"
        RETURNED = "returned", "teruggekomen van de bank"
        DIFFERENT = "different", "voor een ander bedrag uitgevoerd"
        TWICE = "twice", "twee keer uitgevoerd"
        REFUSED = "refused", "niet uitgevoerd door de bank"

    run = models.ForeignKey(PaymentRun, models.PROTECT, related_name="payments")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payments")
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    payee = models.CharField("ten name van", max_length=120)
    iban = models.CharField("IBAN", max_length=34)
    end_to_end_id = models.CharField("betalingskenmerk", max_length=35, unique=True)
    ended_at = models.DateTimeField("geëindigd op", null=True, blank=True)
    ended = models.CharField("hoe", max_length=9, choices=Ended, blank=True)
    return_code = models.CharField("reden van de bank", max_length=4, blank=True)

    GUARD = AppendOnly(stamped_once=("ended_at", "ended", "return_code"))

    class Meta:
        verbose_name = "betaling"
        verbose_name_plural = "betalingen"
        ordering = ["run", "pk"]
        constraints = [
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                name="one_standing_payment_per_statement", fields=["statement"], condition=Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(name="statement_once_in_a_run", fields=["run", "statement"]),
            models.CheckConstraint(
                name="payment_ended_wholly_or_not",
                condition=Q(ended_at__isnull=True, ended="") | (Q(ended_at__isnull=False) & ~Q(ended="")),
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id

    @property
    def has_new_account(self) -> bool:
        """The account is another one than the statement was drawn up with: worth a second look."""
        return self.iban != (self.statement.particulars.get("iban") or "")


class PaymentFile(models.Model):
    """The file that the bank gets (pain.001.001.09), byte for byte with its hash; downloading again gives the same."""

    run = models.OneToOneField(PaymentRun, models.PROTECT, related_name="file")
    filename = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "betaalbestand"
        verbose_name_plural = "betaalbestanden"
        ordering = ["filename"]

    def __str__(self) -> str:
        return self.filename


class BankFile(models.Model):
    """A statement of Cubiss' own account that was read (camt.053). The file itself is not kept: it names others.

    `sha256` is that of the file; a file may hold several statements (one a day). `digest` is that of all that was read
    of this one, and makes it unique: banks use a name again, the next year or twice a day. What was read before
    digests were kept has none; its bookings are known all the same.
    """

    iban = models.CharField("rekening", max_length=34)
    statement_id = models.CharField("afschrift", max_length=35)
    first_day = models.DateField("vanaf")
    last_day = models.DateField("tot en met")
    opening = models.DecimalField("beginsaldo", max_digits=14, decimal_places=2)
    closing = models.DecimalField("eindsaldo", max_digits=14, decimal_places=2)
    digest = models.CharField(max_length=64, blank=True, default="")
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField("ingelezen op")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bankafschrift"
        verbose_name_plural = "bankafschriften"
        ordering = ["-last_day", "-pk"]
        constraints = [
            models.UniqueConstraint(name="bank_statement_read_once", fields=["iban", "digest"], condition=~Q(digest=""))
        ]

    def __str__(self) -> str:
        return self.statement_id


class BankEntry(models.Model):
    """One booking on the account: negative went out, positive came in. Who the other party was is not kept.

    `outcome` says what it meant here. `reference` is the bank's own and makes an entry count once: what was read
    before, in a file that overlaps, is a REPEAT of that entry (`repeats`). The transactions of a BATCH that were heard
    of later name it too.
    """

    class Outcome(models.TextChoices):
        PAID = "paid", "betaling uitgevoerd"
        RETURNED = "returned", "betaling teruggekomen"
        DIFFERENT = "different", "ander bedrag dan gevraagd"
        TWICE = "twice", "nog een keer uitgevoerd"
        RECEIVED = "received", "bijschrijving"
        OTHER = "other", "niet van KBL"
        BATCH = "batch", "verzamelboeking zonder uitsplitsing"
        REPEAT = "repeat", "stond al in een ander afschrift"

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField("regel")
    on = models.DateField("geboekt op")
    amount = models.DecimalField("bedrag", max_digits=14, decimal_places=2)
    reference = models.CharField("kenmerk van de bank", max_length=64, blank=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="bank_entries")
    outcome = models.CharField("wat het was", max_length=9, choices=Outcome)
    return_code = models.CharField("reden van de bank", max_length=4, blank=True)
    repeats = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="repeated_by", verbose_name="is dezelfde als"
    )
    run = models.ForeignKey(
        PaymentRun, models.PROTECT, null=True, blank=True, related_name="unexplained", verbose_name="noemt betaalrun"
    )

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bankboeking"
        verbose_name_plural = "bankboekingen"
        ordering = ["file", "position"]
        constraints = [
            models.UniqueConstraint(name="bank_entry_once_in_a_file", fields=["file", "position"]),
            models.UniqueConstraint(
                name="payment_seen_once",
                fields=["payment", "outcome", "reference", "on"],
                condition=Q(payment__isnull=False) & ~Q(reference=""),
            ),
            models.CheckConstraint(
                name="bank_entry_names_its_payment",
                condition=Q(outcome__in=["paid", "returned", "different", "twice"], payment__isnull=False)
                | Q(outcome__in=["received", "other", "batch", "repeat"], payment__isnull=True),
            ),
            models.CheckConstraint(
                name="bank_entry_goes_the_way_of_its_outcome",
                condition=Q(outcome__in=["paid", "different", "twice", "batch"], amount__lt=0)
                | Q(outcome__in=["returned", "received"], amount__gt=0)
                | Q(outcome="other", amount__lte=0)
                | Q(outcome="repeat"),
            ),
            models.CheckConstraint(name="only_a_batch_names_a_run", condition=Q(run__isnull=True) | Q(outcome="batch")),
            models.CheckConstraint(
                name="repeat_names_what_it_repeats",
                condition=~Q(outcome="repeat") | Q(repeats__isnull=False),
            ),
            models.UniqueConstraint(
                name="bank_entry_repeated_once_in_a_file", fields=["file", "repeats"], condition=Q(outcome="repeat")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class Refund(models.Model):
    """Money that came in without our reference, matched by hand to the payment that it is back of; undone once, or not.

    The booking itself (`entry`, RECEIVED) stays what the bank said.
    """

    entry = models.ForeignKey(BankEntry, models.PROTECT, related_name="refunds", verbose_name="bankboeking")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name="betaling")
    matched_at = models.DateTimeField("gekoppeld op")
    matched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField("ontkoppeld op", null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(stamped_once=("undone_at", "undone_by_id"))

    class Meta:
        verbose_name = "terugbetaling"
        verbose_name_plural = "terugbetalingen"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="bank_entry_refunds_once", fields=["entry"], condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(
                name="refund_undone_wholly_or_not",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.payment}"


class AccountMail(Mail):
    """The mail that tells an organisation that somebody wants its money on another account, and what was decided.

    It goes to the address that Cubiss has of the organisation, not to whoever asked: that could be a stranger.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", "gevraagd"
        ACCEPTED = "accepted", "goedgekeurd"

    change = models.ForeignKey(AccountChange, models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=8, choices=Kind)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="account_change_told_once", fields=["change", "kind"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.change_id}"
