"""The office's costs: entered by hand with the document that proves them, and taken back where they were wrong."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import User
from kbl.accounts.roles import Audience, Right
from kbl.accounts.uploads import refused_file
from kbl.facts import FutureDate
from kbl.fund import asked, evidence
from kbl.fund.budget import OTHER
from kbl.fund.evidence import EvidenceRefused
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import Cost, Evidence, FundEntry
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.office.fund import BOOKS, ENTRIES_PER_PAGE, MONEY
from kbl.settlements.office.fund_forms import CostForm
from kbl.settlements.sentences import sentence

WHY_NOT = {
    EvidenceRefused.Reason.EMPTY: "Dit bestand is leeg. Kies een ander bestand.",
    EvidenceRefused.Reason.TOO_LARGE: "Dit bestand is te groot: hoogstens 5 MB. Scan het opnieuw, maar kleiner.",
    EvidenceRefused.Reason.KIND: "Dit is geen pdf, png of jpg. Bewaar het stuk als pdf en kies dat bestand.",
    EvidenceRefused.Reason.DAMAGED: "Dit bestand kan niet worden gelezen. Bewaar of scan het stuk opnieuw.",
    EvidenceRefused.Reason.LOCKED: "Dit bestand is beveiligd. Bewaar het zonder wachtwoord en zonder beveiliging.",
    EvidenceRefused.Reason.ACTIVE: "In deze pdf zit een programma of een ander bestand. Druk hem af naar een gewone pdf"
    " en kies die.",
    EvidenceRefused.Reason.BOMB: "Dit bestand wordt bij het openen veel te groot. Bewaar of scan het stuk opnieuw.",
    EvidenceRefused.Reason.BUSY: "Wij lezen nu een ander groot bestand. Probeer het over een minuut nog eens.",
}


@dataclass(frozen=True)
class CostRow:
    """One line of the list, from the fund's ledger or from the costs of the other posts; positive is a cost."""

    on: date
    post: str
    year: int
    description: str
    supplier: str
    amount: Decimal
    evidence: Evidence | None
    recorded_by: User
    taken_back: bool
    take_back_url: str


@require_safe
@requires_audience(Audience.CUBISS)
def costs(request: ActingRequest) -> HttpResponse:
    """Every cost that was entered by hand, the newest first; of one post or year when the address says so."""
    post, year = request.GET.get("post", ""), request.GET.get("jaar", "")
    rows = [
        each
        for each in _everything()
        if (not post or each.post == post or each.post.startswith(f"{post}.")) and (not year or str(each.year) == year)
    ]
    context = {
        "page": Paginator(rows, ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
        "total": sum((each.amount for each in rows), Decimal(0)),
        "chosen": f"post {post}" * bool(post) + " in " * bool(post and year) + year,
        "waits": second_person.waiting(*MONEY),
        "may_book": request.acting.may(Right.KEEP_BOOKS),
    }
    return render(request, "cubiss/fund_costs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=BOOKS)
def book(request: ActingRequest) -> HttpResponse:
    """Ask for a cost under a post and year of the budget, with its document: booked once a second person agreed."""
    today, now = clock.today(), clock.now()
    if request.method != "POST":
        initial = {"on": today, "year": today.year, "post": request.GET.get("post", "")}
        return render(request, "cubiss/fund_cost.html", {"form": CostForm(initial=initial, today=today)})
    form = CostForm(request.POST, request.FILES, today=today)
    if getattr(request, "upload_too_large", False):
        form.refuse_too_large()
    elif refused_upload := refused_file(request, at=now):
        form.refuse_document(refused_upload)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():  # a document without a cost proves nothing: both are kept, or neither
                proof = evidence.keep(given["document"].read(), given["document"].name, by=request.acting.user, at=now)
                change = asked.ask_cost(
                    given["line"],
                    given["amount"],
                    reference=given["reference"],
                    description=given["description"],
                    supplier=given["supplier"],
                    evidence=proof,
                    on=given["on"],
                    by=request.acting.user,
                    at=now,
                )
        except EvidenceRefused as refused:
            form.refuse_document(WHY_NOT[refused.reason])
        except (AlreadyBooked, ChangeRefused) as refused:
            form.add_error("reference", sentence(refused))
        except FutureDate as refused:
            form.add_error("on", sentence(refused))
        else:
            messages.success(request, f"De kosten zijn gevraagd. {second_person.who_looks(change)}")
            return redirect("cubiss:fund_costs")
    if "document" in form.cleaned_data:
        form.add_error("document", "Kies het bewijsstuk nog een keer: een bestand kan niet blijven staan.")
    return render(request, "cubiss/fund_cost.html", {"form": form}, status=422)


@require_POST
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=BOOKS)
def take_back(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask to take a cost of another post back with its opposite; both stay visible."""
    cost = get_object_or_404(Cost, pk=pk)
    try:
        change = asked.ask_reversal(cost, by=request.acting.user, at=clock.now())
        messages.success(request, f"De tegenboeking is gevraagd. {second_person.who_looks(change)}")
    except (AlreadyBooked, NotReversible, ChangeRefused) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:fund_costs")


@require_safe
@requires_audience(Audience.CUBISS)
def document(request: ActingRequest, pk: int) -> HttpResponse:
    """The document that proves a cost: the bytes that were kept, as a file, never shown as a page of ours."""
    kept = get_object_or_404(Evidence, pk=pk)
    response = HttpResponse(
        bytes(kept.content),
        content_type=kept.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, kept.filename),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{kept.sha256}"',
            "Cache-Control": "private, no-cache",
        },
    )
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _everything() -> list[CostRow]:
    """Costs of the fund and of the other posts as one list: entered by hand, so never many."""
    found = [
        _of_post(each)
        for each in Cost.objects.select_related("line", "evidence", "recorded_by", "reversed_by")
        .defer("evidence__content")
        .order_by("-pk")
    ]
    entries = FundEntry.objects.select_related("evidence", "recorded_by", "reversed_by", "reverses")
    is_cost = {FundEntry.Kind.OTHER_COST, FundEntry.Kind.REVERSAL}
    for entry in entries.filter(kind__in=is_cost).defer("evidence__content").order_by("-pk"):
        if (entry.reverses or entry).kind == FundEntry.Kind.OTHER_COST:
            found.append(_of_ledger(entry))
    return sorted(found, key=lambda each: each.on, reverse=True)


def _of_post(cost: Cost) -> CostRow:
    return CostRow(
        cost.on,
        cost.line.post,
        cost.line.year,
        cost.description,
        cost.supplier,
        cost.amount,
        cost.evidence,
        cost.recorded_by,
        hasattr(cost, "reversed_by"),
        "" if cost.reverses_id or hasattr(cost, "reversed_by") else reverse("cubiss:fund_cost_back", args=[cost.pk]),
    )


def _of_ledger(entry: FundEntry) -> CostRow:
    first = entry.reverses or entry
    return CostRow(
        entry.on,
        OTHER,
        first.budget_year or first.on.year,
        entry.description,
        first.supplier,
        -entry.amount,
        entry.evidence,
        entry.recorded_by,
        hasattr(entry, "reversed_by"),
        "" if entry.reverses_id or hasattr(entry, "reversed_by") else reverse("cubiss:fund_reverse", args=[entry.pk]),
    )
