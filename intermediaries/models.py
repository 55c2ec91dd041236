"""Giving a voucher to a resident: who may, and which numbers went out on which day. Nothing about the recipient."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from intermediaries.counting.models import Difference as Difference
from intermediaries.kinds.models import RecordedKind as RecordedKind
from intermediaries.notices.models import StockMail as StockMail
from intermediaries.orders.models import Order as Order
from intermediaries.service_areas.models import ServiceArea as ServiceArea
from intermediaries.stock_levels.models import StockLevel as StockLevel
from kbl.disjoint import Disjoint
from kbl.facts import Fact, late_reason_field
from kbl.guards import REVOCABLE
from kbl.organisations.models import Organisation
from kbl.texts.lines import LineField
from vouchers.models import Voucher


class Track(models.IntegerChoices):
    """The four tracks of the plan (docs/domain.md, "Who")."""

    ADULT_FUND = 1, "1 Volwassenenfonds"
    OWN_SCHEME = 2, "2 Eigen regeling gemeente"
    VOUCHER_SCHEME = 3, "3 Vouchersysteem gemeente"
    DIRECT = 4, "4 Rechtstreeks en IDO"


class AccreditationQuerySet(models.QuerySet):
    def valid(self, on: date):
        """Accreditations that hold on a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)


class Accreditation(models.Model):
    """An organisation may hand out vouchers from one day until another, by a version of the protocol, in one track.

    It decides on orders and handling, never on a resident's voucher. Ending it is filling in `valid_until`.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="accreditations", verbose_name="organisatie"
    )
    track = models.PositiveSmallIntegerField("spoor", choices=Track)
    protocol = LineField("protocolversie", max_length=12)
    valid_from = models.DateField("geldig vanaf")
    valid_until = models.DateField("geldig tot en met", null=True, blank=True)

    objects = AccreditationQuerySet.as_manager()

    DISJOINT = Disjoint("one_accreditation_at_a_time", "valid_from", "valid_until", of="organisation_id", days=True)

    class Meta:
        verbose_name = "accreditatie"
        verbose_name_plural = "accreditaties"
        ordering = ["organisation", "valid_from"]
        constraints = [
            models.CheckConstraint(
                name="accreditation_runs_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(name="accreditation_starts_once", fields=["organisation", "valid_from"]),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_track_display()})"

    def holds(self, on: date) -> bool:
        """Whether it holds on a day; `AccreditationQuerySet.valid` asks the same of many."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Handout(Fact):
    """A voucher went to a resident on day `on`, from the stock of `organisation`.

    `accreditation`: the one that held that day; empty means the hand-out is flagged and earns no handling.
    `paid_before`: its handling was settled in the books from before KBL: counted everywhere, never billed again.
    `late_reason`: why Cubiss recorded it further back than anybody else may.
    """

    voucher = models.ForeignKey(
        Voucher, models.PROTECT, related_name="handouts", db_index=False, verbose_name="voucher"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="handouts", db_index=False, verbose_name="intermediair"
    )
    accreditation = models.ForeignKey(
        Accreditation, models.PROTECT, null=True, blank=True, related_name="handouts", db_index=False
    )
    paid_before = models.BooleanField("betaald voor KBL", default=False)
    late_reason = late_reason_field()

    GUARD = REVOCABLE

    class Meta(Fact.Meta):
        verbose_name = "uitreiking"
        verbose_name_plural = "uitreikingen"
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(name="handouts_of_organisation", fields=["organisation", "on"]),
            # The standing ones have their constraint's index; few are revoked, so this one costs nothing.
            models.Index(name="handouts_revoked", fields=["voucher"], condition=Q(revoked_at__isnull=False)),
        ]
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                name="one_standing_handout_per_voucher", fields=["voucher"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.on}"
