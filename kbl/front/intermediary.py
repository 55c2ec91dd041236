"""An intermediary's start page: what lies in the drawer, what went out this quarter, and what asks for an answer."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.accreditation import accreditation_on
from intermediaries.models import Handout
from intermediaries.order_models import Order
from intermediaries.orders import orders_of
from intermediaries.portal.orders import supplies_of
from intermediaries.portal.stock import unreported
from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.money import ZERO
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Statement, Tariff
from kbl.settlements.pile import handlings
from kbl.settlements.statements import statements_of
from kbl.settlements.tariffs import tariff_id
from vouchers.models import Voucher

DAYS = 5


@dataclass(frozen=True)
class ToDeclare:
    """What the next declaration will hold if nothing changes; `unpriced` hand-outs have no tariff yet."""

    count: int
    amount: Decimal
    unpriced: int

    @property
    def words(self) -> str:
        return "1 uitreiking" if self.count == 1 else f"{self.count} uitreikingen"


@behind(Audience.INTERMEDIARY)
@require_safe
def home(request: ActingRequest) -> HttpResponse:
    """The first thing an intermediary sees."""
    organisation, at = organisation_of(request.acting), now()
    today = local_day(at)
    quarter = Quarter.of(today)
    accreditation = accreditation_on(organisation, today)
    drawer = Voucher.objects.held_by(organisation).filter(status=Voucher.Status.ALLOCATED)
    return render(
        request,
        "intermediary/home.html",
        {
            "quarter": quarter,
            "in_drawer": drawer.valid(today).count(),
            "expired": drawer.count() - drawer.valid(today).count(),
            "handed_out": Handout.objects.standing()
            .filter(organisation=organisation, on__range=(quarter.first_day, quarter.last_day))
            .count(),
            "to_declare": to_declare(organisation, quarter, at),
            "lately": lately(organisation),
            "parcels": orders_of(organisation).filter(status=Order.Status.SHIPPED),
            "low": [each for each in supplies_of(organisation, today) if each["supply"].is_low],
            "unreported": unreported(organisation).count(),
            "waiting": statements_of(organisation)
            .filter(status=Statement.Status.DRAFT, kind=Statement.Kind.DECLARATION)
            .select_related("closing"),
            "accreditation": accreditation,
            "may_order": accreditation is not None,
        },
    )


def lately(organisation: Organisation) -> list[dict]:
    """The last days on which vouchers went out, with how many."""
    days = Handout.objects.standing().filter(organisation=organisation).order_by("-on").values("on")
    return list(days.annotate(count=Count("pk"))[:DAYS])


def to_declare(organisation: Organisation, quarter: Quarter, at: datetime) -> ToDeclare:
    """Own hand-outs that no declaration has yet, late ones included, times their tariffs; in one query."""
    rows = (
        handlings(quarter.last_day, at)
        .filter(organisation=organisation)
        .order_by()
        .annotate(tariff=tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track"))
        .values_list("tariff")
        .annotate(count=Count("pk"))
    )
    amounts = dict(Tariff.objects.filter(kind=Tariff.Kind.HANDLING).values_list("pk", "amount"))
    counts = dict(rows)
    return ToDeclare(
        count=sum(counts.values()),
        amount=sum((amounts[tariff] * count for tariff, count in counts.items() if tariff), ZERO),
        unpriced=counts.get(None, 0),
    )
