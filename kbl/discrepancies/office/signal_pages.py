"""The office's page of signals: worth a look, with the numbers; somebody looks, and says what came of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.discrepancies.models import SignalSeen
from kbl.discrepancies.office.signal_words import OFTEN, TITLES, about, why
from kbl.discrepancies.signals import KEEPER, Signal, look_at
from kbl.discrepancies.signals import signals as find_signals

READERS = "Alleen de coördinator of de financieel medewerker legt vast wat er uitkwam."
RANGES_IN_A_LINK = 60


@require_safe
@requires_audience(Audience.CUBISS)
def signals(request: ActingRequest) -> HttpResponse:
    """What nobody looked at yet, and below it what somebody did."""
    shown, kept = [_shown(each) for each in find_signals(clock.today())], KEEPER.latest()
    context = {
        "kept_at": kept.at if kept else None,
        "new": [each for each in shown if each["signal"].is_new],
        "seen": [each for each in shown if not each["signal"].is_new],
        "outcomes": SignalSeen.Outcome.choices,
        "may_answer": request.acting.may(Right.ANSWER),
    }
    return render(request, "cubiss/discrepancies_signals.html", context)


def _shown(signal: Signal) -> dict:
    """A signal in words, with the way to its vouchers."""
    numbers = ",".join(f"{each.first}-{each.last}" for each in signal.serials[:RANGES_IN_A_LINK])
    return {
        "signal": signal,
        "title": TITLES[signal.kind],
        "words": about(signal),
        "why": why(signal),
        "often": OFTEN[signal.kind],
        "url": f"{reverse('cubiss:range')}?nummers={numbers}" if numbers else "",
        "key": "/".join("" if part is None else str(part) for part in signal.key),
    }


@require_POST
@requires_audience(Audience.CUBISS, Right.ANSWER, because=READERS)
def look(request: ActingRequest) -> HttpResponse:
    """Somebody looked at a signal of the size that was shown; if it grew meanwhile it stays new."""
    outcome, size = request.POST.get("uitkomst"), request.POST.get("omvang", "")
    if outcome not in SignalSeen.Outcome.values or not size.isdecimal():
        messages.error(request, "Kies eerst wat er uitkwam.")
        return redirect("cubiss:signals")
    at = clock.now()
    for each in find_signals(clock.local_day(at)):
        if _shown(each)["key"] == request.POST.get("signaal"):
            if each.is_new:
                look_at(each, size=min(int(size), each.size), outcome=outcome, by=request.acting.user, at=at)
                messages.success(request, "Vastgelegd. Dit signaal komt terug als het groter wordt.")
            else:
                messages.info(request, "Iemand anders was u voor.")
            return redirect("cubiss:signals")
    if not request.POST.get("signaal"):
        raise Http404
    messages.info(request, "Dit signaal is er niet meer.")
    return redirect("cubiss:signals")
