"""Where two parties' stories of one voucher differ, as the facts tell it: a question per class (docs/domain.md).

These are the facts alone; what somebody answered to a row is in answers.py, whose it is in reconciliation.py.
"""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from intermediaries.counting.models import Difference
from intermediaries.models import Handout
from kbl.discrepancies.models import Answer, AnswerWords, DiscrepancyKind
from kbl.eligibility import Worklist
from libraries.eligibility.redeeming import on_worklist
from libraries.models import Enrolment, Refusal
from vouchers.models import Voucher

PATIENCE = timedelta(days=90)


def unreported(on: date) -> QuerySet[Enrolment]:
    """Redeemed, and nobody reported the hand-out: the library is paid, handling waits for the report.

    `denied`: its holder says that it never handed this voucher out.
    """
    handed_out = Handout.objects.standing().filter(voucher=OuterRef("voucher"))
    denied = Answer.objects.standing().filter(
        enrolment=OuterRef("pk"), kind=DiscrepancyKind.UNREPORTED, words=AnswerWords.NOT_OURS, on__lte=on
    )
    return (
        Enrolment.objects.standing()
        .filter(~Exists(handed_out), on__lte=on)
        .annotate(denied=Exists(denied))
        .select_related("voucher__holder", "library")
        .order_by("on", "voucher_id", "pk")
    )


def unredeemed(on: date) -> QuerySet[Handout]:
    """Handed out 90 days ago or more, and no library saw it (a voucher that became void is settled)."""
    return (
        Handout.objects.standing()
        .filter(on__lte=on - PATIENCE, voucher__status=Voucher.Status.HANDED_OUT)
        .select_related("organisation")
        .order_by("on", "voucher_id", "pk")
    )


def offered_twice(on: date) -> QuerySet[Refusal]:
    """A number that was offered at a library while it stands as redeemed at another: the first stands."""
    first = Enrolment.objects.standing().filter(voucher=OuterRef("voucher")).exclude(library=OuterRef("library"))
    return (
        Refusal.objects.filter(reason__in=on_worklist(Worklist.OFFERED_TWICE), on__lte=on)
        .filter(Exists(first))
        .annotate(first_library=Subquery(first.values("library__name")[:1]))
        .select_related("library")
        .order_by("on", "voucher_id", "pk")
    )


def refused_offers(on: date) -> QuerySet[Refusal]:
    """A real number that could not be used, and that did not become a membership since."""
    enrolled = Enrolment.objects.standing().filter(voucher=OuterRef("voucher"))
    return (
        Refusal.objects.filter(reason__in=on_worklist(Worklist.REFUSED_OFFERS), on__lte=on)
        .filter(~Exists(enrolled))
        .select_related("library")
        .order_by("on", "voucher_id", "pk")
    )


def unaccredited(on: date) -> QuerySet[Handout]:
    """Handed out on a day without accreditation: the resident is served, there is no handling."""
    return (
        Handout.objects.standing()
        .filter(accreditation__isnull=True, on__lte=on)
        .select_related("organisation")
        .order_by("on", "voucher_id", "pk")
    )


def counted_differently(on: date) -> QuerySet[Difference]:
    """An intermediary missed numbers or had too many, and Cubiss did not settle all of them yet."""
    return (
        Difference.objects.filter(left__gt=0, on__lte=on).select_related("organisation", "order").order_by("on", "pk")
    )
