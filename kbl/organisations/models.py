"""The programme and its organisations: who takes part, where, and where their money goes.

An organisation *is* neither a library nor an intermediary: it *does* one or both (libraries.Participation,
intermediaries.Accreditation).
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from kbl.facts import Fact
from kbl.guards import REVOCABLE, AppendOnly
from kbl.organisations.one_form import IbanField, PostcodeField, VatIdField
from kbl.organisations.programme import EXEMPTION as EXEMPTION
from kbl.organisations.programme import Programme as Programme
from kbl.organisations.programme import YearTarget as YearTarget
from kbl.organisations.validators import (
    half_an_address,
    missing_of_address,
    validate_iban,
    validate_kvk,
    validate_postcode,
    validate_vat_id,
)
from kbl.periods import Quarter
from kbl.texts.lines import GuardedField, GuardedSlugField, LineField, all_visible
from kbl.texts.personal import Looks

if TYPE_CHECKING:
    QuarterText = models.CharField[Quarter | str, Quarter]
else:
    QuarterText = models.CharField


class QuarterField(QuarterText):
    """A `Quarter`, kept as its text (`2025-Q4`), which sorts by time."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = 7
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return None if value is None else Quarter.parse(value)

    def to_python(self, value):
        return value if value is None or isinstance(value, Quarter) else Quarter.parse(value)

    def get_prep_value(self, value):
        return None if value is None else str(value)

    def value_to_string(self, obj) -> str:
        return str(self.value_from_object(obj))


class Municipality(models.Model):
    """A municipality. From `starts_on` memberships count for the fund; earlier ones stay with the municipality.

    `latitude` and `longitude` (degrees) are about its middle: only to tell a resident what is near. `authority` is the
    organisation that the municipality itself is: who works there reads its figures, whether it hands out or not.
    """

    code = GuardedField("CBS-code", max_length=6, unique=True)
    name = LineField("naam", max_length=80, unique=True)
    starts_on = models.DateField("doet mee vanaf", null=True, blank=True)
    latitude = models.DecimalField("breedtegraad", max_digits=6, decimal_places=3, null=True, blank=True)
    longitude = models.DecimalField("lengtegraad", max_digits=6, decimal_places=3, null=True, blank=True)
    authority = models.OneToOneField(
        "Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="governs",
        verbose_name="organisatie van de gemeente",
        help_text="Wie voor deze organisatie werkt, kan als gemeente inloggen en leest de cijfers van deze gemeente.",
    )

    class Meta:
        verbose_name = "gemeente"
        verbose_name_plural = "gemeenten"
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="municipality_can_be_read", condition=all_visible("name"))]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A legal entity that takes part. `parent`: the organisation that reports and is paid for it (Volwassenenfonds)."""

    name = LineField("naam", max_length=120, unique=True)
    slug = GuardedSlugField("korte naam", max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="offices", verbose_name="hoort bij"
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="gemeente"
    )
    kvk = models.CharField("KvK-nummer", max_length=8, blank=True, validators=[validate_kvk])
    vat_id = VatIdField("btw-id", max_length=14, blank=True, validators=[validate_vat_id])
    iban = IbanField("IBAN", max_length=34, blank=True, validators=[validate_iban])
    account_holder = LineField(
        "naam van de rekeninghouder",
        max_length=70,
        blank=True,
        help_text="Alleen als die anders is dan de naam: banken vergelijken naam en rekeningnummer.",
    )
    street = LineField("straat en huisnummer", max_length=120, blank=True, holds=[Looks.ADDRESS])
    postcode = PostcodeField("postcode", max_length=7, blank=True, validators=[validate_postcode])
    city = LineField("plaats", max_length=80, blank=True)
    email = models.EmailField("e-mail voor stukken", blank=True)
    buyer_reference = LineField(
        "kenmerk op facturen aan deze organisatie",
        max_length=40,
        blank=True,
        help_text="Alleen voor Cubiss: elke e-factuur noemt het (BT-10).",
    )

    class Meta:
        verbose_name = "organisatie"
        verbose_name_plural = "organisaties"
        ordering = ["name"]
        # What an e-invoice asks of both parties (NLCIUS, BR-NL-1 to 4 and 10): not there yet, or right. Whether it is
        # there is asked when there is something to invoice (settlements/statements/legal_data.py).
        constraints = [
            models.CheckConstraint(
                name="organisation_can_be_read", condition=all_visible("name", "account_holder", "street", "city")
            ),
            # Longer circles are refused by a trigger (circle_guard.py).
            models.CheckConstraint(
                name="nobody_belongs_to_itself", condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk"))
            ),
            models.CheckConstraint(
                name="kvk_is_eight_digits", condition=models.Q(kvk="") | models.Q(kvk__regex=r"^[0-9]{8}$")
            ),
            # What a bank's file and an e-invoice take; the fields write it so (one_form.py).
            models.CheckConstraint(
                name="iban_in_its_one_form",
                condition=models.Q(iban="") | models.Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
            ),
            models.CheckConstraint(
                name="vat_id_in_its_one_form",
                condition=models.Q(vat_id="") | models.Q(vat_id__regex=r"^NL[0-9]{9}B[0-9]{2}$"),
            ),
            models.CheckConstraint(
                name="postcode_is_dutch",
                condition=models.Q(postcode="") | models.Q(postcode__regex=r"^[1-9][0-9]{3} [A-Z]{2}$"),
            ),
            models.CheckConstraint(
                name="address_is_whole_or_not_there",
                condition=models.Q(street="", postcode="", city="")
                | (~models.Q(street="") & ~models.Q(postcode="") & ~models.Q(city="")),
            ),
            models.CheckConstraint(
                name="account_holder_says_something",
                condition=models.Q(account_holder="") | models.Q(account_holder__regex=r"[^ ]"),
            ),
            models.CheckConstraint(
                name="buyer_reference_says_something",
                condition=models.Q(buyer_reference="") | models.Q(buyer_reference__regex=r"[^ ]"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Keep numbers in one form, so that the same account is never written two ways; an address is whole.

        Nobody belongs to itself, not through others either: who is paid would have no end.
        """
        if self.pk and self.parent and self.pk in {each.pk for each in self.parent.line}:
            words = f"{self.parent} hoort zelf al bij {self.name}. Kies een andere organisatie, of laat het leeg."
            own = "Een organisatie hoort niet bij zichzelf. Kies een andere organisatie, of laat het leeg."
            raise ValidationError(
                {"parent": ValidationError(own if self.parent_id == self.pk else words, code="circle")}
            )
        self.kvk = self.kvk.replace(" ", "")
        if missing := missing_of_address(street=self.street, postcode=self.postcode, city=self.city):
            raise ValidationError({missing[0]: ValidationError(half_an_address(missing), code="address")})

    @property
    def payee(self) -> "Organisation":
        """The organisation whose account is paid: its own, or that of the parent it reports through."""
        line = self.line
        return next((each for each in line if each.iban), line[-1])

    @property
    def line(self) -> "list[Organisation]":
        """The organisation, the one it reports through, and so on upwards; each once, whatever the rows say."""
        found: dict[int | None, Organisation] = {}
        now: Organisation | None = self
        while now is not None and now.pk not in found:
            found[now.pk] = now
            now = now.parent
        return list(found.values())

    @property
    def account_name(self) -> str:
        """In whose name its account is: what the bank compares with the IBAN (Verification of Payee)."""
        return self.account_holder or self.name

    @property
    def address_lines(self) -> list[str]:
        """The postal address, a line each, empty lines left out."""
        return [line for line in (self.street, f"{self.postcode} {self.city}".strip()) if line]


class AccountChange(models.Model):
    """Somebody asks to pay an organisation on another IBAN; a second person decides (docs/domain.md, "four eyes").

    `holder` is in whose name that account is, where it is not the organisation's own. `Organisation.iban` only changes
    by an accepted one; a payment run shows what changed since the statement.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "goedgekeurd"
        REFUSED = "refused", "afgewezen"
        WITHDRAWN = "withdrawn", "ingetrokken"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="account_changes")
    iban = IbanField("nieuw IBAN", max_length=34, validators=[validate_iban])
    old_iban = IbanField("IBAN tot nu", max_length=34, blank=True)
    holder = LineField("naam van de rekeninghouder", max_length=70, blank=True)
    old_holder = models.CharField("rekeninghouder tot nu", max_length=70, blank=True)
    asked_at = models.DateTimeField("gevraagd op")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="gevraagd door"
    )
    decided_at = models.DateTimeField("besloten op", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="besloten door"
    )
    outcome = models.CharField("besluit", max_length=9, choices=Outcome, blank=True)

    GUARD = AppendOnly(stamped_once=("decided_at", "decided_by_id", "outcome"))

    class Meta:
        verbose_name = "wijziging van een rekeningnummer"
        verbose_name_plural = "wijzigingen van rekeningnummers"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_account_change", fields=["organisation"], condition=models.Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(
                name="account_change_decided_wholly_or_not",
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (models.Q(decided_at__isnull=False, decided_by__isnull=False) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="account_change_needs_a_second_person",
                condition=~models.Q(outcome="accepted") | ~models.Q(decided_by=models.F("asked_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.iban}"


class Branch(models.Model):
    """A place of a library where people are enrolled (vestiging); memberships count for its municipality."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="branches", verbose_name="bibliotheek")
    name = LineField("naam", max_length=80)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="branches", verbose_name="gemeente", db_index=False
    )
    street = LineField("straat en huisnummer", max_length=120, blank=True, holds=[Looks.ADDRESS])
    postcode = PostcodeField("postcode", max_length=7, blank=True, validators=[validate_postcode])
    city = LineField("plaats", max_length=80, blank=True)

    class Meta:
        verbose_name = "vestiging"
        verbose_name_plural = "vestigingen"
        ordering = ["organisation", "name"]
        constraints = [
            models.UniqueConstraint(name="branch_named_once", fields=["organisation", "name"]),
            models.CheckConstraint(name="branch_can_be_read", condition=all_visible("name", "street", "city")),
            models.CheckConstraint(
                name="branch_postcode_is_dutch",
                condition=models.Q(postcode="") | models.Q(postcode__regex=r"^[1-9][0-9]{3} [A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClosingLock(models.Model):
    """The closing lock, one row: what undoes a fact and what closes a quarter never run at once (closing_lock.py)."""

    class Meta:
        constraints = [models.CheckConstraint(name="only_one_closing_lock", condition=models.Q(pk=1))]


class ClosedQuarter(models.Model):
    """A quarter that is closed: facts before its end that were recorded up to `closed_at` are frozen."""

    quarter = QuarterField("kwartaal", unique=True)
    closed_at = models.DateTimeField("gesloten op")

    GUARD = AppendOnly()

    class Meta:
        verbose_name = "gesloten kwartaal"
        verbose_name_plural = "gesloten kwartalen"
        ordering = ["quarter"]

    def __str__(self) -> str:
        return str(self.quarter)


class ReadinessStep(Fact):
    """One of the seven steps that make a library ready for its first vouchers was done on day `on` (docs/domain.md).

    A warning hangs on it and nothing else: a library that is not ready still enrols whoever comes.
    """

    class Step(models.TextChoices):
        COORDINATION = "coordination", "Plaatselijke coördinatie is geregeld"
        KICK_OFF = "kick_off", "Startbijeenkomst met de intermediairs is geweest"
        TRAINING = "training", "Welkomsttraining is gevolgd"
        LAUNCH = "launch", "Openingsmoment is geweest"
        MUNICIPALITY = "municipality", "De gemeente heeft bevestigd"
        VOUCHERS = "vouchers", "Vouchers zijn besteld en de monitoring staat klaar"
        CAMPAIGN = "campaign", "Plaatselijke campagne loopt"

    library = models.ForeignKey(
        Organisation, models.PROTECT, related_name="readiness_steps", db_index=False, verbose_name="bibliotheek"
    )
    step = models.CharField("stap", max_length=12, choices=Step)

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "stap naar klaar"
        verbose_name_plural = "stappen naar klaar"
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(name="readiness_of_library", fields=["library", "step"])]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                name="one_standing_step_per_library",
                fields=["library", "step"],
                condition=models.Q(revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.on}"


# Series of numbers have a file of their own; Django finds models here only.
from kbl.organisations.number_series import NumberGap  # noqa: E402, F401
from kbl.organisations.target_groups import TargetGroup  # noqa: E402, F401
