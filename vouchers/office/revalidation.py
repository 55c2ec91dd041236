"""Void vouchers that a second person makes valid again, or not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.clock import local_day, now, today
from kbl.formats import voucher_count
from vouchers.custody import revalidation
from vouchers.custody.stock import StockRefused
from vouchers.models import RevalidationRequest

ONLY_TEAM = "Alleen de coördinator of de financieel medewerker van Cubiss besluit hierover. U kunt meekijken."
DECIDED_SHOWN = 20


@require_safe
@requires_audience(Audience.CUBISS)
def requests(request: HttpRequest) -> HttpResponse:
    """Requests to make vouchers valid again: those that wait, and what was decided lately."""
    decided = RevalidationRequest.objects.filter(decided_at__isnull=False).select_related("asked_by", "decided_by")
    return render(
        request,
        "cubiss/revalidation.html",
        {"waiting": revalidation.waiting(), "decided": decided.order_by("-decided_at")[:DECIDED_SHOWN]},
    )


@require_POST
@requires_audience(Audience.CUBISS, Right.REVALIDATE, because=ONLY_TEAM)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says yes or no."""
    one, by, at = get_object_or_404(RevalidationRequest, pk=pk), request.user, now()
    try:
        if request.POST.get("answer") == "yes":
            revalidation.agree(one, on=today(), by=by, at=at)
            messages.success(request, f"Weer geldig: {voucher_count(len(one.range))}.")
        else:
            revalidation.decline(one, by=by, at=at)
            messages.success(request, f"Ongeldig gebleven: {voucher_count(len(one.range))}.")
    except revalidation.NotYours:
        messages.error(request, "U vroeg dit zelf. Een collega moet meekijken.")
    except MadeByYou:
        messages.error(request, "U gaf deze collega zelf een rol. Een andere collega kijkt mee.")
    except TooNew as refused:
        until = f"{local_day(refused.until):%d-%m-%Y}"
        messages.error(request, f"U werkt nog maar kort in deze rol. Vanaf {until} kunt u de tweede persoon zijn.")
    except revalidation.Decided:
        messages.info(request, "Een collega besloot hier net over.")
    except StockRefused:
        messages.error(request, "Een deel van deze nummers is al weer geldig. Vraag het opnieuw voor de rest.")
    return redirect("cubiss:revalidation_requests")
