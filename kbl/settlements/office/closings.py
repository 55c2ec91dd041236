"""The office's quarters: look, close, follow the documents, approve."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience, Role
from kbl.discrepancies import reconciliation
from kbl.money import ZERO
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements import chain, statements
from kbl.settlements.closing import ClosingRefused, Party, next_to_close, preview
from kbl.settlements.models import Closing, ClosingWindow, Statement
from kbl.settlements.office import quarters
from kbl.settlements.sentences import enumerate_dutch, sentence, sentence_of_code
from kbl.settlements.tariffs import MissingTariff

MAY_CLOSE = (Role.CUBISS_COORDINATOR, Role.CUBISS_FINANCE)


@require_safe
@behind(Audience.CUBISS)
def closings(request: ActingRequest) -> HttpResponse:
    """The quarters of the programme, newest first."""
    rows = quarters.rows(clock.today())
    return render(request, "cubiss/closings.html", {"rows": rows, "next": next_to_close()})


@require_safe
@behind(Audience.CUBISS)
def closing(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """One quarter: what everybody would get, or what everybody got."""
    closed = Closing.objects.filter(quarter=quarter).select_related("closed_by").first()
    if closed is not None:
        return render(request, "cubiss/closing.html", _closed(request, closed))
    return render(request, "cubiss/closing_preview.html", _open(request, quarter))


@require_POST
@behind(
    Audience.CUBISS,
    *MAY_CLOSE,
    because="Een kwartaal sluiten kan de coördinator of de financiële medewerker. U kunt wel alles bekijken.",
)
def close(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """The button: ask for the closing; the page shows how far it is."""
    try:
        chain.request_closing(quarter, by=request.acting.user, at=clock.now())
    except (ClosingRefused, MissingTariff) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:closing", quarter)


@require_safe
@behind(Audience.CUBISS)
def closing_progress(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """How far a closing is, asked for again and again by the page; it loads the page anew when a step is done."""
    closed = Closing.objects.filter(quarter=quarter).first()
    window = ClosingWindow.objects.filter(quarter=quarter).first()
    if closed is None and window is None:
        raise Http404
    progress = chain.progress(closed) if closed else None
    response = render(
        request, "cubiss/_closing_progress.html", {"quarter": quarter, "progress": progress, "window": window}
    )
    shown_as_closed = request.GET.get("gesloten") == "1"
    changed = (closed is not None) != shown_as_closed
    refused = closed is None and window is not None and window.refused
    if changed or refused or (progress and progress.finished):
        response["HX-Refresh"] = "true"
    return response


@require_POST
@behind(Audience.CUBISS, Role.CUBISS_FINANCE, because="Goedkeuren doet de financiële medewerker.")
def approve_all(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """Approve every statement of a closing that its party agreed to."""
    closed = get_object_or_404(Closing, quarter=quarter)
    approved, left = statements.approve_confirmed(closed, by=request.acting.user, at=clock.now())
    if approved:
        many = len(approved) > 1
        messages.success(request, f"{len(approved)} {'afrekeningen zijn' if many else 'afrekening is'} goedgekeurd.")
    if left:
        names = enumerate_dutch(str(each.organisation) for each in left)
        messages.warning(request, f"U gaf zelf het akkoord voor {names}: vraag een collega om die goed te keuren.")
    if not approved and not left:
        messages.info(request, "Er was geen afrekening met een akkoord. Goedkeuren kan zodra een partij akkoord is.")
    return redirect("cubiss:closing", quarter)


@dataclass(frozen=True)
class Compared:
    """A party of the preview beside what it got the quarter before."""

    party: Party
    previous: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.previous is None else self.party.net - self.previous


def _open(request: ActingRequest, quarter: Quarter) -> dict:
    """A quarter that is not closed: the preview, and everything to look at before pressing the button."""
    today, now = clock.today(), clock.now()
    programme = Programme.current()
    if quarter < Quarter.of(programme.starts_on) or quarter.first_day > today:
        raise Http404
    window = ClosingWindow.objects.filter(quarter=quarter).first()
    first = next_to_close()
    state = quarters.state_of(quarter, closed=False, window=window, first=first, today=today)
    trouble, parties = "", []
    try:
        parties = preview(quarter, at=now)
    except MissingTariff as missing:
        trouble = sentence(missing)
    compared = _beside_previous(quarter, parties)
    poor = [each.organisation for each in parties if each.lacks_iban]
    return {
        "quarter": quarter,
        "state": state,
        "words": quarters.STATES[state],
        "first": first,
        "opens_on": quarters.opens_on(quarter, programme),
        "window": window,
        "refused": sentence_of_code(window.refused, quarter) if window and window.refused else "",
        "trouble": trouble,
        "poor": poor,
        "groups": [
            (
                kind.label,
                mine := [each for each in compared if each.party.kind == kind],
                _net(row.party for row in mine),
            )
            for kind in Statement.Kind
        ],
        "total": _net(parties),
        "lines": sum(each.lines for each in parties),
        "nil": sum(1 for each in parties if not each.lines),
        "count": len(parties),
        "discrepancies": [each for each in reconciliation.overview(today) if each.count],
        "may_close": request.acting.role in MAY_CLOSE,
        "ready": state == "open" and not trouble and not poor,
    }


def _net(rows: Iterable[Party] | Iterable[Statement]) -> Decimal:
    return sum((each.net for each in rows), ZERO)


def _beside_previous(quarter: Quarter, parties: list[Party]) -> list[Compared]:
    before = {
        (kind, organisation): net
        for kind, organisation, net in Statement.objects.filter(closing__quarter=quarter.previous).values_list(
            "kind", "organisation_id", "net"
        )
    }
    rows = [Compared(each, before.get((each.kind, each.organisation.pk))) for each in parties]
    return sorted(rows, key=lambda row: not row.party.lines)  # nil reports last; otherwise the order stays


def _closed(request: ActingRequest, closed: Closing) -> dict:
    """A closed quarter: its statements and how far each one is."""
    rows = list(
        closed.statements.select_related("organisation", "closing", "document")
        .defer("document__content")
        .annotate(line_count=Count("lines"))
        .order_by("kind", "organisation__name")
    )
    progress = chain.progress(closed)
    confirmed = sum(1 for each in rows if each.status == Statement.Status.CONFIRMED)
    return {
        "closing": closed,
        "quarter": closed.quarter,
        "progress": progress,
        "groups": [
            (kind.label, mine := [each for each in rows if each.kind == kind], _net(mine)) for kind in Statement.Kind
        ],
        "total": _net(rows),
        "waiting": sum(1 for each in rows if each.status == Statement.Status.DRAFT),
        "disputed": sum(1 for each in rows if each.status == Statement.Status.DISPUTED),
        "confirmed": confirmed,
        "approved": sum(1 for each in rows if each.status not in quarters.OPEN_STATUSES),
        "count": len(rows),
        "may_approve": request.acting.role == Role.CUBISS_FINANCE and confirmed,
        "report": closed.documents.filter(kind="report").defer("content").first(),
    }
