"""The membership fund: what the province pays in, what statements draw from it. The ledger knows no bookers.

Beside it the costs of the plan's other posts, which are entered by hand, each with a document that proves it.
"""

from django.conf import settings
from django.db import models

from kbl.guards import AppendOnly
from kbl.texts.lines import LineField


class Instalment(models.Model):
    """A payment that the province agreed to make, in euros; what came in is a FundEntry that names it."""

    description = LineField("omschrijving", max_length=80)
    due_on = models.DateField("afgesproken op")
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "termijn"
        verbose_name_plural = "termijnen"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="instalment_is_positive", condition=models.Q(amount__gt=0)),
            models.UniqueConstraint(name="instalment_agreed_once", fields=["due_on", "description"]),
        ]

    def __str__(self) -> str:
        return self.description


class Evidence(models.Model):
    """A document that proves a cost (an invoice, a decision), byte for byte with its hash. The same file is kept once.

    What may be kept is decided in evidence.py. It is about organisations: nothing of a participant belongs in it.
    """

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        PNG = "image/png", "PNG"
        JPEG = "image/jpeg", "JPEG"

    filename = LineField("bestand", max_length=80)
    media_type = models.CharField("soort", max_length=15, choices=Kind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    kept_at = models.DateTimeField("bewaard op")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "bewijsstuk"
        verbose_name_plural = "bewijsstukken"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.filename


class FundEntry(models.Model):
    """One posting in the fund, in euros, excluding VAT: positive comes in, negative goes out. Only ever added.

    `reference` names what it is for and makes it happen once (`statement:12`, `instalment:3`). Another cost may say
    which year of the budget it belongs to (else that of its day), of which supplier it is, and what proves it.
    """

    class Kind(models.TextChoices):
        INSTALMENT = "instalment", "bijdrage provincie"
        DRAW = "draw", "afrekening"
        OTHER_COST = "other_cost", "overige kosten"
        REVERSAL = "reversal", "tegenboeking"

    kind = models.CharField("soort", max_length=12, choices=Kind)
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    on = models.DateField("dag")
    description = models.CharField("omschrijving", max_length=120)
    reference = LineField("kenmerk", max_length=80, unique=True)
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="entries")
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="boekt terug"
    )
    budget_year = models.PositiveSmallIntegerField("begrotingsjaar", null=True, blank=True)
    supplier = LineField("leverancier (organisatie)", max_length=80, blank=True)
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="bewijsstuk"
    )
    recorded_at = models.DateTimeField("geboekt op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "boeking van het lidmaatschapsfonds"
        verbose_name_plural = "boekingen van het lidmaatschapsfonds"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reversal_names_its_entry",
                condition=models.Q(kind="reversal", reverses__isnull=False)
                | (~models.Q(kind="reversal") & models.Q(reverses__isnull=True)),
            ),
            models.CheckConstraint(
                name="instalment_comes_in",
                condition=models.Q(kind="instalment", instalment__isnull=False, amount__gt=0)
                | (~models.Q(kind="instalment") & models.Q(instalment__isnull=True)),
            ),
            models.CheckConstraint(
                name="only_other_costs_have_papers",
                condition=models.Q(kind="other_cost")
                | models.Q(budget_year__isnull=True, supplier="", evidence__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.description} {self.amount}"


class BudgetPost(models.Model):
    """The name of a main post of the plan's budget (1 to 6); its amounts are the budget lines under it."""

    number = LineField("nummer", max_length=4, unique=True)
    name = LineField("naam", max_length=60)

    class Meta:
        verbose_name = "hoofdpost"
        verbose_name_plural = "hoofdposten"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class BudgetLine(models.Model):
    """One post of the plan's budget in one year, in euros excluding VAT (docs/figures.md)."""

    year = models.PositiveSmallIntegerField("jaar")
    post = LineField("post", max_length=8)
    name = LineField("naam", max_length=80)
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    paid_by = LineField("dekking", max_length=40)

    class Meta:
        verbose_name = "begrotingspost"
        verbose_name_plural = "begroting"
        ordering = ["year", "post"]
        constraints = [models.UniqueConstraint(name="post_budgeted_once", fields=["year", "post"])]

    def __str__(self) -> str:
        return f"{self.year} {self.post} {self.name}"


class Cost(models.Model):
    """A cost of a post that does not go through the fund, in euros excluding VAT, entered by hand. Only ever added.

    `line` says to which post and year of the budget it belongs, `on` is the document's day. A mistake is taken back by
    a cost of the opposite sign; both stay visible.
    """

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="costs", verbose_name="post en jaar")
    amount = models.DecimalField("bedrag", max_digits=12, decimal_places=2)
    on = models.DateField("dag")
    description = LineField("omschrijving", max_length=120)
    supplier = LineField("leverancier (organisatie)", max_length=80, blank=True)
    reference = LineField("kenmerk", max_length=80, unique=True)
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="costs", verbose_name="bewijsstuk"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name="boekt terug"
    )
    recorded_at = models.DateTimeField("geboekt op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "kosten van een post"
        verbose_name_plural = "kosten van posten"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="cost_is_proven_or_takes_one_back",
                condition=models.Q(amount__gt=0, reverses__isnull=True, evidence__isnull=False)
                | models.Q(amount__lt=0, reverses__isnull=False, evidence__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.description} {self.amount}"


class LedgerAccount(models.Model):
    """Under which account of Cubiss' own bookkeeping something is exported, from a first day on. Only ever added.

    An empty code leaves it out of the exports: it is in nobody's books here (what a library pays itself). Where no row
    says otherwise, kbl/fund/accounts.py has the codes to begin with.
    """

    class Role(models.TextChoices):
        BANK = "bank", "Bank"
        SUBSIDY = "subsidy", "Ontvangen subsidie lidmaatschapsfonds"
        CREDITORS = "creditors", "Crediteuren KBL"
        OUTSIDE = "outside", "Tegenrekening met de hand ingevoerde kosten"
        VAT = "vat", "Btw op inkopen"
        FEES = "fees", "Vergoeding lidmaatschappen (post 5.1)"
        HANDLING = "handling", "Vergoeding uitreiken (post 5.2)"
        OTHER = "other", "Overige kosten van het fonds (post 5.3)"
        POST_1 = "post_1", "Kosten post 1"
        POST_2 = "post_2", "Kosten post 2"
        POST_3 = "post_3", "Kosten post 3"
        POST_4 = "post_4", "Kosten post 4"
        POST_6 = "post_6", "Kosten post 6"

    role = models.CharField("waarvoor", max_length=9, choices=Role)
    code = LineField("grootboekrekening", max_length=16, blank=True)
    first_day = models.DateField("vanaf")
    set_at = models.DateTimeField("vastgelegd op")
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "grootboekrekening"
        verbose_name_plural = "grootboekrekeningen"
        ordering = ["role", "first_day", "pk"]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.code}"
