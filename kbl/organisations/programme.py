"""The programme that this installation administers: its days, its choices, and what it promises a year."""

from datetime import date

from django.db import models

from kbl.periods import Quarter
from kbl.texts.lines import GuardedField, LineField, all_visible
from kbl.texts.personal import Looks

EXEMPTION = "Vrijgesteld van btw op grond van artikel 11 van de Wet op de omzetbelasting 1968."


class Programme(models.Model):
    """The programme that this installation administers, loaded from a programme file; one row.

    Choices that another province could make differently are fields here (docs/domain.md, *(choice)*).
    """

    name = LineField("naam", max_length=120)
    starts_on = models.DateField("eerste dag")
    ends_on = models.DateField("laatste dag")
    target_group = models.PositiveIntegerField("doelgroep (personen)", help_text="De noemer voor bereik (doel B).")
    conversions_funded = models.BooleanField(
        "omzettingen vergoeden",
        default=True,
        help_text="Een bestaand lid dat gratis lid wordt, telt mee voor het lidmaatschapsfonds.",
    )
    closing_opens_after = models.PositiveSmallIntegerField(
        "sluiting open na (dagen)", default=10, help_text="Dagen na het kwartaal waarop de afsluiting opent."
    )
    quarters_back = models.PositiveSmallIntegerField(
        "kwartalen terug",
        default=1,
        help_text="Hoeveel kwartalen een dag terug mag liggen die iemand vastlegt. Verder terug kan alleen bij "
        "Inlezen, met een reden.",
    )
    renewal_margin = models.PositiveSmallIntegerField(
        "verlengen vooraf (dagen)", default=0, help_text="Hoeveel dagen voor het nieuwe jaar een antwoord al mag."
    )
    new_account_waits = models.PositiveSmallIntegerField(
        "nieuw account kijkt mee na (dagen)",
        default=7,
        help_text="Zo lang is een nieuwe collega van Cubiss nog niet de tweede persoon die goedkeurt of vrijgeeft.",
    )
    highest_handling = models.DecimalField(
        "hoogste vergoeding per uitreiking",
        max_digits=8,
        decimal_places=2,
        default=25,
        help_text="In euro. Een tarief daarboven wordt geweigerd.",
    )
    highest_fee = models.DecimalField(
        "hoogste vergoeding per lidmaatschapsjaar",
        max_digits=8,
        decimal_places=2,
        default=100,
        help_text="In euro. Een tarief daarboven wordt geweigerd.",
    )
    reminder_after = models.PositiveSmallIntegerField(
        "herinnering na (dagen)",
        default=10,
        help_text="Dagen na de afrekening. De herinnering noemt de dag waarop stilte akkoord betekent.",
    )
    silence_after = models.PositiveSmallIntegerField(
        "akkoord door stilte na (dagen)",
        default=21,
        help_text="Dagen na de afrekening, en nooit binnen een week na de herinnering.",
    )
    payment_days = models.PositiveSmallIntegerField(
        "betaaltermijn (dagen)", default=30, help_text="Dagen na de datum van factuur of declaratie. Staat erop."
    )
    exemption_words = LineField(
        "tekst bij vrijstelling van btw",
        max_length=200,
        default=EXEMPTION,
        help_text="Staat op elke factuur met vrijgestelde regels. Laat dit toetsen door de fiscalist.",
    )
    vat_checked_on = models.DateField(
        "btw getoetst door de fiscalist op",
        null=True,
        blank=True,
        help_text="Leeg: nog niet getoetst. Dan staat er bij elke sluiting een herinnering.",
    )
    commissioner = LineField("opdrachtgever", max_length=120)
    contact_name = LineField("contact", max_length=120, blank=True)
    contact_email = models.EmailField("e-mail contact", blank=True)
    contact_phone = GuardedField("telefoon contact", max_length=20, blank=True, holds=[Looks.PHONE])

    class Meta:
        verbose_name = "programma"
        verbose_name_plural = "programma"
        constraints = [
            models.CheckConstraint(
                name="programme_ends_after_start", condition=models.Q(ends_on__gt=models.F("starts_on"))
            ),
            models.CheckConstraint(
                name="reminder_comes_before_silence",
                condition=models.Q(silence_after__gte=models.F("reminder_after") + 7),
            ),
            models.CheckConstraint(name="days_go_back_a_few_quarters", condition=models.Q(quarters_back__range=(1, 4))),
            models.CheckConstraint(name="renewed_a_month_before_at_most", condition=models.Q(renewal_margin__lte=31)),
            models.CheckConstraint(
                name="programme_can_be_read",
                condition=all_visible("name", "commissioner", "contact_name", "exemption_words"),
            ),
            models.CheckConstraint(name="paid_within_a_quarter", condition=models.Q(payment_days__range=(1, 90))),
            models.CheckConstraint(name="only_one_programme", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Programme":
        """The one programme. Raises DoesNotExist before `load_programme` has run."""
        return cls.objects.get(pk=1)

    def first_day_told_on(self, today: date) -> date:
        """The furthest day back of which anybody but Cubiss may still tell a fact today."""
        return Quarter.of(today).earlier(self.quarters_back).first_day


class YearTarget(models.Model):
    """Target A of one year: the new memberships that the plan promises."""

    year = models.PositiveSmallIntegerField("jaar", unique=True)
    new_memberships = models.PositiveIntegerField("nieuwe lidmaatschappen")

    class Meta:
        verbose_name = "jaardoel"
        verbose_name_plural = "jaardoelen"
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.year}: {self.new_memberships}"
