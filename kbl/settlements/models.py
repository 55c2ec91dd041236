"""What a quarter costs: closings, statements and their lines, documents and mail. All amounts in euros."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Replace, Upper

from intermediaries.models import Handout
from kbl.guards import AppendOnly
from kbl.mail import Mail
from kbl.organisations.models import Organisation, QuarterField
from kbl.periods import Quarter
from kbl.settlements import billing_models as billing_models  # Django finds that file through this one
from kbl.settlements.tariffs.models import PartyVat as PartyVat
from kbl.settlements.tariffs.models import Tariff as Tariff
from kbl.settlements.tariffs.models import VatTreatment as VatTreatment
from libraries.models import MembershipYear


class ClosingWindow(models.Model):
    """The closing of a finished quarter is open: Cubiss may look, chase and close. Beat opens it.

    Pressing *close* is kept here (`requested_*`), so that a lost broker loses no press; `refused` is the code of why
    the last press did not close, empty when it did or is still under way.
    """

    quarter = QuarterField("kwartaal", unique=True)
    opened_at = models.DateTimeField("geopend op")
    requested_at = models.DateTimeField("gevraagd op", null=True, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refused = models.CharField("geweigerd om", max_length=20, blank=True)

    class Meta:
        ordering = ["quarter"]

    def __str__(self) -> str:
        return str(self.quarter)


class Closing(models.Model):
    """A quarter was closed, once: everything that had no line yet was frozen onto statements."""

    quarter = QuarterField("kwartaal", unique=True)
    closed_at = models.DateTimeField("gesloten op")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "kwartaalafsluiting"
        verbose_name_plural = "kwartaalafsluitingen"
        ordering = ["-quarter"]

    def __str__(self) -> str:
        return str(self.quarter)


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
    def awaits_number(self) -> bool:
        """The library numbers its own invoices and did not give this one its number yet: no document before that."""
        return bool(self.particulars.get("own_numbers")) and not self.is_nil and not hasattr(self, "own_number")

    @property
    def silence_counts(self) -> bool:
        """A library that numbers its own invoices has to come by anyway: its silence is never agreement."""
        return self.is_nil or not self.particulars.get("own_numbers")

    @property
    def invoice_number(self) -> str | None:
        """The number on the document: the library's own where it typed one, else ours; None for a nil report."""
        return self.own_number.number if hasattr(self, "own_number") else self.number

    @property
    def is_credit(self) -> bool:
        return self.total < 0


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


class Line(models.Model):
    """One thing on a statement: handling of a hand-out, a membership year, or the exact opposite of an earlier line.

    Amounts, VAT and day are frozen. A line whose day lies before its statement's quarter came late.
    """

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    handout = models.ForeignKey(Handout, models.PROTECT, null=True, blank=True, related_name="lines", db_index=False)
    membership_year = models.ForeignKey(
        MembershipYear, models.PROTECT, null=True, blank=True, related_name="lines", db_index=False
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    serial = models.PositiveIntegerField("voucher")
    on = models.DateField("dag")
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="lines", db_index=False)
    net = models.DecimalField("bedrag zonder btw", max_digits=8, decimal_places=2)
    vat_rate = models.DecimalField("btw-tarief", max_digits=4, decimal_places=2)
    vat = models.CharField("btw", max_length=8, choices=VatTreatment)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "regel"
        verbose_name_plural = "regels"
        ordering = ["on", "serial", "pk"]
        constraints = [
            models.CheckConstraint(
                name="line_is_for_one_thing",
                condition=Q(handout__isnull=False, membership_year__isnull=True)
                | Q(handout__isnull=True, membership_year__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_correction_is_negative",
                condition=Q(corrects__isnull=True, net__gt=0) | Q(corrects__isnull=False, net__lt=0),
            ),
            models.UniqueConstraint(
                name="handling_paid_once", fields=["handout"], condition=Q(corrects__isnull=True, handout__isnull=False)
            ),
            models.UniqueConstraint(
                name="membership_year_paid_once",
                fields=["membership_year"],
                condition=Q(corrects__isnull=True, membership_year__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.serial:07} {self.net}"

    @property
    def quarter(self) -> Quarter:
        """The quarter in which it happened."""
        return Quarter.of(self.on)

    @property
    def is_late(self) -> bool:
        """It was reported after its own quarter was closed; a correction is never late."""
        return self.corrects_id is None and self.quarter < self.statement.closing.quarter


class Correction(models.Model):
    """Cubiss takes a line of closed books back: the fact is revoked now, the opposite follows in the next closing."""

    class Reason(models.TextChoices):
        TYPING_ERROR = "typing_error", "verkeerd nummer"
        TWICE = "twice", "dubbel"
        DID_NOT_HAPPEN = "did_not_happen", "is niet doorgegaan"
        WRONG_DATE = "wrong_date", "verkeerde datum"

    line = models.OneToOneField(Line, models.PROTECT, related_name="correction")
    reason = models.CharField("reden", max_length=16, choices=Reason)
    at = models.DateTimeField("op")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "correctie"
        verbose_name_plural = "correcties"
        ordering = ["at"]


class Document(models.Model):
    """An issued document, byte for byte, with its hash; downloading again gives the same bytes."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", "afrekening"
        REPORT = "report", "voortgangsrapportage"

    kind = models.CharField(max_length=9, choices=Kind)
    closing = models.ForeignKey(Closing, models.PROTECT, related_name="documents")
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, blank=True, related_name="document")
    filename = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    books_digest = models.CharField("hash van de boeken", max_length=64, blank=True)
    made_at = models.DateTimeField()

    GUARD = AppendOnly()

    class Meta:
        ordering = ["filename"]
        constraints = [
            models.CheckConstraint(
                name="document_is_of_one_thing",
                condition=Q(kind="statement", statement__isnull=False) | Q(kind="report", statement__isnull=True),
            ),
            models.UniqueConstraint(name="one_report_per_closing", fields=["closing"], condition=Q(kind="report")),
        ]

    def __str__(self) -> str:
        return self.filename


class EInvoice(models.Model):
    """The invoice as UBL 2.1 (NLCIUS), byte for byte with its hash; the statement's PDF carries these bytes."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="einvoice")
    filename = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "e-factuur"
        verbose_name_plural = "e-facturen"
        ordering = ["filename"]

    def __str__(self) -> str:
        return self.filename


class Reminder(Mail):
    """The mail that asks a silent party to look at its statement, and says from which day silence is agreement."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="reminder")
    silence_on = models.DateField("stilte is akkoord op")

    class Meta:
        verbose_name = "herinnering"
        verbose_name_plural = "herinneringen"
        ordering = ["pk"]


class Notice(Mail):
    """The mail that tells a party that its statement is ready, once."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="notice")

    class Meta:
        ordering = ["pk"]
