"""The office's quarters: preview, close, follow the documents, approve."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.periods import Quarter
from kbl.settlements.closing import after_closing, clock_check
from kbl.settlements.closing.closing import ClosingRefused, next_to_close
from kbl.settlements.models import Closing, ClosingWindow
from kbl.settlements.office import closed_quarter, open_quarter, quarters
from kbl.settlements.sentences import enumerate_dutch, sentence
from kbl.settlements.statements import steps
from kbl.settlements.tariffs.tariffs import MissingTariff


@require_safe
@requires_audience(Audience.CUBISS)
def closings(request: ActingRequest) -> HttpResponse:
    """The quarters of the programme, newest first."""
    rows = quarters.rows(clock.today())
    return render(request, "cubiss/closings.html", {"rows": rows, "next": next_to_close()})


@require_safe
@requires_audience(Audience.CUBISS)
def closing(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """One quarter: what everybody would get, or what everybody got."""
    closed = Closing.objects.filter(quarter=quarter).select_related("closed_by").first()
    if closed is not None:
        return render(request, "cubiss/closing.html", closed_quarter.context(request, closed))
    return render(request, "cubiss/closing_preview.html", open_quarter.context(request, quarter))


@require_POST
@requires_audience(
    Audience.CUBISS,
    Right.CLOSE,
    because="Een kwartaal sluiten kan de coördinator of de financiële medewerker. U kunt wel alles bekijken.",
)
def close(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """The button: ask for the closing; the page shows how far it is."""
    at = clock.now()
    try:
        clock_check.assert_trusted(quarter, at=at)
        after_closing.request_closing(quarter, by=request.acting.user, at=at)
    except (ClosingRefused, MissingTariff) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:closing", quarter)


@require_safe
@requires_audience(Audience.CUBISS)
def closing_progress(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """How far a closing is, asked for again and again by the page; it loads the page anew when a step is done."""
    closed = Closing.objects.filter(quarter=quarter).first()
    window = ClosingWindow.objects.filter(quarter=quarter).first()
    if closed is None and window is None:
        raise Http404
    progress = after_closing.progress(closed) if closed else None
    response = render(
        request, "cubiss/_closing_progress.html", {"quarter": quarter, "progress": progress, "window": window}
    )
    shown_as_closed = request.GET.get("gesloten") == "1"
    changed = (closed is not None) != shown_as_closed
    refused = closed is None and window is not None and window.refused
    if changed or refused or (progress and (progress.finished or progress.stuck)):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because="Goedkeuren doet de financiële medewerker.")
def approve_all(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """Approve every statement of a closing that its party agreed to."""
    closed = get_object_or_404(Closing, quarter=quarter)
    approved, left = steps.approve_confirmed(closed, by=request.acting.user, at=clock.now())
    if approved:
        many = len(approved) > 1
        messages.success(request, f"{len(approved)} {'afrekeningen zijn' if many else 'afrekening is'} goedgekeurd.")
    if left:
        names = enumerate_dutch(str(each.organisation) for each in left)
        messages.warning(request, f"U gaf zelf het akkoord voor {names}: vraag een collega om die goed te keuren.")
    if not approved and not left:
        messages.info(request, "Er was geen afrekening met een akkoord. Goedkeuren kan zodra een partij akkoord is.")
    return redirect("cubiss:closing", quarter)
