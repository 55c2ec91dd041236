"""Everything the books hold about one voucher, read in a fixed number of queries, however much happened to it.

Handouts, enrolments and years are asked for in two halves, standing and revoked, because each half has an index of its
own: without it a million rows would be read for one voucher.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from intermediaries.counting.models import Difference, Settlement
from intermediaries.models import Handout
from intermediaries.orders.models import Order, OrderStep
from kbl.settlements.closing import unbilled_items
from kbl.settlements.models import Line
from libraries.models import Enrolment, MembershipEnd, MembershipYear, Refusal
from vouchers.models import ExpectedReturn, RevalidationRequest, StockMovement, Voucher


@dataclass(frozen=True)
class VoucherRecord:
    """One voucher and its facts; every list is in the order in which it was recorded."""

    voucher: Voucher
    movements: list[StockMovement]
    receipts: list[OrderStep]
    returns: list[ExpectedReturn]
    revalidation_requests: list[RevalidationRequest]
    differences: list[Difference]
    settlements: list[Settlement]
    handouts: list[Handout]
    enrolments: list[Enrolment]
    years: list[MembershipYear]
    ends: list[MembershipEnd]
    refusals: list[Refusal]
    lines: list[Line]

    @property
    def handout(self) -> Handout | None:
        """The hand-out that stands."""
        return next((each for each in self.handouts if each.stands), None)

    @property
    def enrolment(self) -> Enrolment | None:
        """The redemption that stands."""
        return next((each for each in self.enrolments if each.stands), None)

    @property
    def year(self) -> MembershipYear | None:
        """The last membership year that stands."""
        standing = [
            each for each in self.years if each.stands and each.enrolment_id == getattr(self.enrolment, "pk", 0)
        ]
        return max(standing, key=lambda each: each.ordinal, default=None)

    @property
    def has_ended(self) -> bool:
        return any(each.stands and each.enrolment_id == getattr(self.enrolment, "pk", 0) for each in self.ends)

    @property
    def revalidation_asked(self) -> RevalidationRequest | None:
        """The request to make it valid again that waits for a second person."""
        return next((each for each in self.revalidation_requests if each.decided_at is None), None)


def gather(serial: int) -> VoucherRecord | None:
    """Read the record of a voucher; None when there is no such voucher."""
    voucher = Voucher.objects.select_related("batch__recorded_by", "holder").filter(pk=serial).first()
    if voucher is None:
        return None
    over = Q(first_serial__lte=serial, last_serial__gte=serial)
    handouts = _facts(Handout.objects.filter(_both(voucher=serial)), "organisation", "accreditation")
    enrolments = _facts(Enrolment.objects.filter(_both(voucher=serial)), "library", "branch")
    enrolled = [each.pk for each in enrolments]
    years = _facts(MembershipYear.objects.filter(_both(enrolment__in=enrolled)), "library")
    return VoucherRecord(
        voucher=voucher,
        movements=list(
            StockMovement.objects.filter(over)
            .select_related("from_holder", "to_holder", "recorded_by", "sent_for__order")
            .order_by("pk")
        ),
        receipts=list(
            OrderStep.objects.filter(
                order__in=_orders(over), status__in=[Order.Status.RECEIVED, Order.Status.DIFFERENT]
            )
            .select_related("order__organisation", "by")
            .order_by("pk")
        ),
        returns=list(ExpectedReturn.objects.filter(over).select_related("holder", "recorded_by").order_by("pk")),
        revalidation_requests=list(
            RevalidationRequest.objects.filter(over).select_related("asked_by", "decided_by").order_by("pk")
        ),
        differences=list(
            Difference.objects.filter(over).select_related("organisation", "order", "recorded_by").order_by("pk")
        ),
        settlements=list(Settlement.objects.filter(over).select_related("by").order_by("pk")),
        handouts=handouts,
        enrolments=enrolments,
        years=years,
        ends=_facts(MembershipEnd.objects.filter(_both(enrolment__in=enrolled)), "enrolment__library"),
        refusals=list(Refusal.objects.filter(voucher=serial).select_related("library", "recorded_by").order_by("pk")),
        lines=_lines([each.pk for each in handouts], [each.pk for each in years]),
    )


def _orders(over: Q) -> QuerySet:
    """The orders that this voucher was sent for."""
    touched = StockMovement.objects.filter(over, kind=StockMovement.Kind.ALLOCATE)
    return touched.filter(sent_for__isnull=False).values("sent_for__order")


def _both(**named) -> Q:
    """The facts that stand and those that were revoked, each from its own index."""
    return Q(**named, revoked_at__isnull=True) | Q(**named, revoked_at__isnull=False)


def _facts(facts: QuerySet, *related: str) -> list:
    return list(facts.select_related(*related, "recorded_by", "revoked_by").order_by("pk"))


def _lines(handouts: list[int], years: list[int]) -> list[Line]:
    """The lines on statements, each with its correction and the opposite line that followed."""
    billed = Q(handout__in=handouts, corrects__isnull=True) | Q(membership_year__in=years, corrects__isnull=True)
    return list(
        Line.objects.filter(billed)
        .select_related(
            "statement__organisation",
            "statement__closing",
            "membership_year",
            "correction__by",
            "corrected_by__statement__organisation",
            "corrected_by__statement__closing",
        )
        .order_by("pk")
    )


@dataclass(frozen=True)
class NotBilledYet:
    """What is on no statement yet and goes along with the next closing."""

    handling: bool
    years: tuple[int, ...]
    corrections: int


def waiting(record: VoucherRecord, *, at: datetime) -> NotBilledYet:
    """What the next closing would take of this voucher, through the closing's own eyes."""
    far = date.max  # whatever its day: adding years to today breaks on 29 February
    handout, years = record.handout, [each.pk for each in record.years if each.stands]
    ordinals = (
        unbilled_items.memberships(far, at).filter(pk__in=years).order_by("ordinal").values_list("ordinal", flat=True)
    )
    return NotBilledYet(
        handling=handout is not None and unbilled_items.handlings(far, at).filter(pk=handout.pk).exists(),
        years=tuple(ordinals) if years else (),
        corrections=sum(
            1 for line in record.lines if hasattr(line, "correction") and not hasattr(line, "corrected_by")
        ),
    )
