"""Exchanging a voucher for a membership: who takes part, enrolments, membership years, and offers that were refused."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from kbl.facts import Fact, late_reason_field
from kbl.guards import REVOCABLE, AppendOnly
from kbl.organisations.models import Branch, Organisation
from kbl.periods import years_later
from kbl.texts.lines import LineField
from vouchers.models import Voucher


class Participation(models.Model):
    """An organisation takes part as a library from a day on; `invoice_prefix` starts its own invoice numbers."""

    library = models.OneToOneField(
        Organisation, models.PROTECT, related_name="participation", verbose_name="bibliotheek"
    )
    starts_on = models.DateField("doet mee vanaf")
    invoice_prefix = LineField("voorloop factuurnummer", max_length=12, unique=True)
    self_billing_since = models.DateField(
        "afspraak uitreiken door afnemer sinds", null=True, blank=True, help_text="Cubiss maakt de factuur namens u."
    )

    own_numbers = models.BooleanField(
        "geeft facturen zelf een nummer",
        default=False,
        help_text="Aan: de bibliotheek vult bij elke factuur het nummer uit haar eigen boekhouding in.",
    )

    class Meta:
        verbose_name = "deelname bibliotheek"
        verbose_name_plural = "deelname bibliotheken"
        ordering = ["starts_on", "library"]

    def __str__(self) -> str:
        return str(self.library)


class Enrolment(Fact):
    """A voucher was redeemed at a branch; `on` is the first day of the membership. The person is nowhere.

    `key`: the idempotency key of the desk's form, so that pressing again is recognised as its own. `late_reason`: why
    Cubiss recorded it further back than anybody else may; the first membership year has the same day and reason.
    """

    class Kind(models.TextChoices):
        NEW = "new", "nieuw lid"
        CONVERSION = "conversion", "bestaand lid, wordt gratis"
        FREE_ANYWAY = "free_anyway", "al gratis door leeftijd"

    voucher = models.ForeignKey(
        Voucher, models.PROTECT, related_name="enrolments", db_index=False, verbose_name="voucher"
    )
    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="enrolments", db_index=False, verbose_name="bibliotheek"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="enrolments", db_index=False, verbose_name="vestiging"
    )
    kind = models.CharField("soort", max_length=11, choices=Kind)
    key = models.UUIDField("formuliersleutel", null=True, blank=True, unique=True)
    late_reason = late_reason_field()

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "inschrijving"
        verbose_name_plural = "inschrijvingen"
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(name="enrolments_of_library", fields=["library", "on"]),
            # The standing ones have their constraint's index; few are revoked, so this one costs nothing.
            models.Index(name="enrolments_revoked", fields=["voucher"], condition=Q(revoked_at__isnull=False)),
        ]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                name="one_standing_enrolment_per_voucher", fields=["voucher"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.on}"


class MembershipYear(Fact):
    """A year of membership that the library confirms; `on` is its first day. Year 1 comes with the enrolment.

    `paid_before`: its fee was settled in the books from before KBL: counted everywhere, never billed again. The years
    that follow it are paid as always.
    """

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="years", db_index=False, verbose_name="inschrijving"
    )
    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="membership_years", db_index=False, verbose_name="bibliotheek"
    )
    ordinal = models.PositiveSmallIntegerField("jaar")
    paid_before = models.BooleanField("betaald voor KBL", default=False)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "lidmaatschapsjaar"
        verbose_name_plural = "lidmaatschapsjaren"
        ordering = ["-on", "-pk"]
        indexes = [
            models.Index(name="years_of_library", fields=["library", "on"]),
            models.Index(name="years_revoked", fields=["enrolment"], condition=Q(revoked_at__isnull=False)),
        ]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="years_count_from_one", condition=Q(ordinal__gte=1)),
            models.UniqueConstraint(
                name="one_membership_year_per_ordinal",
                fields=["enrolment", "ordinal"],
                condition=Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.voucher} jaar {self.ordinal}"

    @property
    def next_on(self) -> date:
        """The first day of the year after this one."""
        return years_later(self.on)


class MembershipEnd(Fact):
    """The library says that a membership was not renewed; `on` is the day it would have been. Silence says nothing."""

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="ends", db_index=False)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "beëindiging"
        verbose_name_plural = "beëindigingen"
        indexes = [models.Index(name="ends_revoked", fields=["enrolment"], condition=Q(revoked_at__isnull=False))]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                name="one_standing_end_per_enrolment", fields=["enrolment"], condition=Q(revoked_at__isnull=True)
            ),
        ]


class Refusal(models.Model):
    """A number that was offered at a desk and could not be used: kept to reconcile, and to slow down who guesses.

    An unknown number is not kept, only that one was offered. `voucher` is there when the whole number was right.
    """

    class Reason(models.TextChoices):
        """Why a voucher cannot be redeemed. What follows from each, and if it is kept: eligibility/redeeming.py."""

        UNKNOWN = "unknown", "onbekend nummer"
        FUTURE = "future", "dag die nog moet komen"
        ALREADY_REDEEMED = "already_redeemed", "al ingewisseld"
        VOID = "void", "ongeldig gemaakt"
        EXPIRED = "expired", "verlopen"
        NOT_ALLOCATED = "not_allocated", "nog niet uitgegeven"
        NOT_YET_MADE = "not_yet_made", "bestond nog niet op die dag"
        BEFORE_HANDOUT = "before_handout", "voor de uitreiking"
        NOT_YET_HELD = "not_yet_held", "lag die dag nog niet bij de intermediair"
        TOO_LONG_AGO = "too_long_ago", "te lang geleden"
        NOT_STARTED = "not_started", "bibliotheek doet nog niet mee"
        OUTSIDE_PROGRAMME = "outside_programme", "buiten de looptijd"

    voucher = models.ForeignKey(Voucher, models.PROTECT, null=True, blank=True, related_name="refusals")
    library = models.ForeignKey(Organisation, models.PROTECT, related_name="refusals", db_index=False)
    reason = models.CharField("reden", max_length=20, choices=Reason)
    on = models.DateField("dag")
    recorded_at = models.DateTimeField("vastgelegd op")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "geweigerd aanbod"
        verbose_name_plural = "geweigerd aanbod"
        ordering = ["-recorded_at"]
        indexes = [
            models.Index(name="refusals_by_account", fields=["recorded_by", "recorded_at"]),
            models.Index(name="refusals_by_library", fields=["library", "recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="unknown_number_names_no_voucher",
                condition=Q(reason="unknown", voucher__isnull=True) | (~Q(reason="unknown") & Q(voucher__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.on}"


# The welcome card has a file of its own; Django finds models here only.
from libraries.welcome import WelcomeOffer, WelcomeTally  # noqa: E402, F401
