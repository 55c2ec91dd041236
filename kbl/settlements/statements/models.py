"""What a party gets for a quarter: its statement and the steps it makes, its numbers, mails and agreement. In euros."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace, Upper

from kbl.clock import local_day
from kbl.guards import AppendOnly
from kbl.mail.models import Mail
from kbl.organisations.models import Organisation
from kbl.settlements.closing.models import Closing


class NumberSeries(models.Model):
    """A series of document numbers without gaps; its row is taken in the transaction that uses the number."""

    name = models.CharField(max_length=20, unique=True)
    last_number = models.PositiveIntegerField(default=0)


class Statement(models.Model):
    """What one party gets for one quarter: a declaration (intermediary) or an invoice (library). Frozen but its status.

    `net` is the sum of the lines and what the fund is charged with. A negative total is not paid: it is `carried_out`
    to the next statement, where it is `carried_in`. `particulars` are the party's legal data on the day of closing.
    """

    class Kind(models.TextChoices):
        DECLARATION = "declaration", "declaratie"
        INVOICE = "invoice", "factuur"

    class Status(models.TextChoices):
        DRAFT = "draft", "wacht op akkoord"
        CONFIRMED = "confirmed", "akkoord"
        DISPUTED = "disputed", "vraag gesteld"
        APPROVED = "approved", "goedgekeurd"
        IN_PAYMENT = "in_payment", "in betaling"
        PAID = "paid", "betaald"

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="statements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="statements")
    kind = models.CharField("soort", max_length=11, choices=Kind)
    number = models.CharField("nummer", max_length=24, unique=True, null=True, blank=True)
    net = models.DecimalField("bedrag zonder btw", max_digits=12, decimal_places=2)
    vat = models.DecimalField("btw", max_digits=12, decimal_places=2)
    carried_in = models.DecimalField("verrekend tegoed", max_digits=12, decimal_places=2, default=Decimal("0.00"))
    particulars = models.JSONField("gegevens partij")
    status = models.CharField("status", max_length=10, choices=Status, default=Status.DRAFT)

    GUARD = AppendOnly(free=("status",))

    class Meta:
        verbose_name = "afrekening"
        verbose_name_plural = "afrekeningen"
        ordering = ["-closing__quarter", "kind", "organisation__name"]
        constraints = [
            models.UniqueConstraint(name="one_statement_per_party", fields=["closing", "organisation", "kind"]),
            models.CheckConstraint(name="carried_in_is_a_credit", condition=Q(carried_in__lte=0)),
        ]

    def __str__(self) -> str:
        return self.number or f"nulopgave {self.closing.quarter}"

    @property
    def total(self) -> Decimal:
        """Net and VAT together."""
        return self.net + self.vat

    @property
    def payable(self) -> Decimal:
        """What is paid: never negative."""
        return max(self.total + self.carried_in, Decimal("0.00"))

    @property
    def carried_out(self) -> Decimal:
        """The credit that goes on to the next statement (zero or negative)."""
        return min(self.total + self.carried_in, Decimal("0.00"))

    @property
    def is_nil(self) -> bool:
        return self.number is None

    @property
    def lacks_agreement(self) -> bool:
        """Nothing was agreed at its closing that lets Cubiss draw it up. (An older one says nothing of it.)"""
        return self.particulars.get("agreed") is False

    @property
    def asks_number(self) -> bool:
        """It is an invoice once the library gives it a number: it numbers its own, or agreed on nothing with Cubiss."""
        return not self.is_nil and (bool(self.particulars.get("own_numbers")) or self.lacks_agreement)

    @property
    def awaits_number(self) -> bool:
        """It has no number yet: it is an overview, no invoice, and there is no document, approval or payment."""
        return self.asks_number and not hasattr(self, "own_number")

    @property
    def silence_counts(self) -> bool:
        """A library that gives an invoice its number has to come by anyway: its silence is never agreement."""
        return not self.asks_number

    @property
    def invoice_number(self) -> str | None:
        """The number on the document: the library's own where it typed one, else ours; None while there is none."""
        if hasattr(self, "own_number"):
            return self.own_number.number
        return None if self.asks_number else self.number

    @property
    def dated(self) -> date:
        """The date on the paper: of its closing, or of the day on which it became an invoice by its number."""
        became = self.own_number.at if self.asks_number and hasattr(self, "own_number") else self.closing.closed_at
        return local_day(became)

    @property
    def agreed_afterwards(self) -> bool:
        """The library agreed after the closing that this invoice carries our number (own_numbers.agreed)."""
        return hasattr(self, "own_number") and self.own_number.number == self.number

    @property
    def is_credit(self) -> bool:
        return self.total < 0

    @property
    def word(self) -> str:
        """What people call it: declaratie, factuur, creditfactuur, nulopgave; opgave while it waits for its number."""
        if self.is_nil:
            return "nulopgave"
        if self.awaits_number:
            return "opgave"
        return f"credit{self.get_kind_display()}" if self.is_credit else self.get_kind_display()


class StatementStep(models.Model):
    """A step that a statement made, by whom and when; its status is the last one."""

    class Reason(models.TextChoices):
        NONE = "", "geen"
        NUMBERS_MISSING = "missing", "er ontbreken nummers"
        NUMBERS_WRONG = "wrong", "er staan nummers op die niet kloppen"
        AMOUNT = "amount", "het bedrag klopt niet"
        PARTICULARS = "particulars", "onze gegevens kloppen niet"

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="steps")
    status = models.CharField("status", max_length=10, choices=Statement.Status)
    reason = models.CharField("reden", max_length=12, choices=Reason, blank=True)
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    GUARD = AppendOnly()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="dispute_has_a_reason",
                condition=(Q(status="disputed") & ~Q(reason="")) | (~Q(status="disputed") & Q(reason="")),
            )
        ]


class OwnNumber(models.Model):
    """The number that a library gave an invoice in its own bookkeeping; on paper it stands in the place of ours."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="own_number")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.CharField("factuurnummer", max_length=30)
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "eigen factuurnummer"
        verbose_name_plural = "eigen factuurnummers"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Upper(Replace("number", Value(" "), Value(""))), name="own_number_used_once"
            ),
            models.CheckConstraint(name="own_number_is_there", condition=~Q(number="")),
        ]

    def __str__(self) -> str:
        return self.number


class DisputedNumber(models.Model):
    """A voucher that a party names in its question: one that is not right, or one that it misses."""

    step = models.ForeignKey(StatementStep, models.PROTECT, related_name="numbers")
    serial = models.PositiveIntegerField("voucher")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "nummer bij een vraag"
        verbose_name_plural = "nummers bij een vraag"
        ordering = ["serial"]
        constraints = [models.UniqueConstraint(name="disputed_number_named_once", fields=["step", "serial"])]

    def __str__(self) -> str:
        return f"{self.serial:07}"


class Notice(Mail):
    """The mail that tells a party that its statement is ready, once."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="notice")

    class Meta:
        ordering = ["pk"]


class Reminder(Mail):
    """The mail that asks a silent party to look at its statement, and says from which day silence is agreement."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="reminder")
    silence_on = models.DateField("stilte is akkoord op")

    class Meta:
        verbose_name = "herinnering"
        verbose_name_plural = "herinneringen"
        ordering = ["pk"]


class SelfBilling(models.Model):
    """A library and Cubiss agree, from a day on, that Cubiss draws up its invoices (uitreiken door afnemer).

    `by` is empty for an agreement that came with the programme file. One that ends is stamped; a new one is a new row.
    """

    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="self_billings", db_index=False, verbose_name="bibliotheek"
    )
    since = models.DateField("afgesproken op")
    at = models.DateTimeField("vastgelegd op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField("beëindigd op", null=True, blank=True)
    ended_at = models.DateTimeField("beëindigen vastgelegd op", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    GUARD = AppendOnly(stamped_once=("ended_on", "ended_at", "ended_by_id"))

    class Meta:
        verbose_name = "afspraak uitreiken door afnemer"
        verbose_name_plural = "afspraken uitreiken door afnemer"
        ordering = ["pk"]
        indexes = [models.Index(name="self_billing_of_library", fields=["library"])]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_self_billing", fields=["library"], condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(
                name="self_billing_ended_wholly_or_not",
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="self_billing_ends_after_it_began",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library} {self.since}"
