"""An intermediary's start page: what it has in stock, what went out this quarter, and what asks for an answer."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from intermediaries.access import organisation_of
from intermediaries.accreditation import accreditation_on
from intermediaries.models import Handout
from intermediaries.orders.models import Order
from intermediaries.orders.orders import orders_of
from intermediaries.portal.orders import supplies_of
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.discrepancies import own_items
from kbl.organisations.models import Organisation
from kbl.periods import Quarter
from kbl.settlements.models import Statement
from kbl.settlements.statements.steps import statements_of
from kbl.start_pages.declaring import to_declare
from reporting.dashboard import small
from vouchers.models import Voucher

DAYS = 5


@requires_audience(Audience.INTERMEDIARY)
@require_safe
def home(request: ActingRequest) -> HttpResponse:
    """The first thing an intermediary sees."""
    organisation, at = organisation_of(request.acting), now()
    today = local_day(at)
    quarter = Quarter.of(today)
    accreditation = accreditation_on(organisation, today)
    held = Voucher.objects.held_by(organisation).filter(status=Voucher.Status.ALLOCATED)
    return render(
        request,
        "intermediary/home.html",
        {
            "quarter": quarter,
            "in_stock": held.valid(today).count(),
            "expired": held.count() - held.valid(today).count(),
            "handed_out": Handout.objects.standing()
            .filter(organisation=organisation, on__range=(quarter.first_day, quarter.last_day))
            .count(),
            "to_declare": to_declare(organisation, quarter, at),
            "lately": lately(organisation),
            "small": small.of_intermediary(organisation, today),
            "parcels": orders_of(organisation).filter(status=Order.Status.SHIPPED),
            "low": [each for each in supplies_of(organisation, today) if each["supply"].is_low],
            "unreported": own_items.unreported(organisation, today).count(),
            "unused": own_items.groups(organisation, today),
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
