"""What is still open for a library: numbers it was second with, what Cubiss put right, and its own open questions.

Each item is one sentence with a next step. Of another library nothing is told but that it was first. An item stays
for this quarter and the next; the office's own worklist keeps it for as long as the facts disagree.
"""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.discrepancies import reconciliation
from kbl.discrepancies.models import DiscrepancyKind
from kbl.organisations.models import Organisation, Programme
from kbl.periods import Quarter
from kbl.settlements.models import Correction, Statement, StatementStep
from libraries.access import library_of
from libraries.models import Refusal
from vouchers.numbers import ranges_of, show_serial


@dataclass(frozen=True)
class OpenItem:
    """Something open: what it is about, the day, one sentence, what to do now, and perhaps the page to do it on."""

    title: str
    on: date
    words: str
    next_step: str
    url: str = ""


def second_with(library: Organisation, *, on: date) -> list[OpenItem]:
    """Numbers that were offered here while they stood for a membership elsewhere; each number once, newest first.

    What Cubiss sorted out and answered is no open point any more.
    """
    offered: dict[int, Refusal] = {}
    for refusal in reconciliation.of(DiscrepancyKind.TWICE).find(on).filter(library=library, on__gte=_since(on)):
        if refusal.voucher_id is not None:
            offered[refusal.voucher_id] = refusal
    return [
        OpenItem(
            show_serial(serial),
            refusal.on,
            "Bij u aangeboden, maar bij een andere bibliotheek was er al iemand lid mee geworden.",
            "Bel Cubiss, dan zoeken wij uit wie de papieren voucher heeft. Uw bezoeker krijgt een andere.",
        )
        for serial, refusal in sorted(offered.items(), key=lambda each: each[1].recorded_at, reverse=True)
    ]


def put_right(library: Organisation, *, on: date) -> list[OpenItem]:
    """Membership years of this library that Cubiss took back after they were billed, newest first."""
    corrections = (
        Correction.objects.filter(line__membership_year__library=library)
        .select_related("line__membership_year")
        .order_by("-at", "-pk")
    )
    return [
        OpenItem(
            show_serial(each.line.serial),
            clock.local_day(each.at),
            f"{_what(each)} is teruggenomen door Cubiss: {each.get_reason_display()}.",
            "Het bedrag gaat van een volgende factuur af. Klopt het volgens u niet? Bel Cubiss.",
        )
        for each in corrections
        if _since(on) <= clock.local_day(each.at) <= on
    ]


def asked(library: Organisation) -> list[OpenItem]:
    """The library's invoices that it has a question about, and that Cubiss has not answered yet."""
    open_questions = (
        Statement.objects.filter(organisation=library, kind=Statement.Kind.INVOICE, status=Statement.Status.DISPUTED)
        .select_related("closing")
        .prefetch_related("steps__numbers")
        .order_by("-closing__quarter")
    )
    items = []
    for statement in open_questions:
        step = next(each for each in reversed(statement.steps.all()) if each.status == Statement.Status.DISPUTED)
        items.append(
            OpenItem(
                f"Factuur over het {statement.closing.quarter.label}",
                clock.local_day(step.at),
                f"U had een vraag: {step.get_reason_display()}.{_about(step)}",
                "Cubiss zoekt het uit en neemt contact met u op. U hoeft nu niets te doen.",
                reverse("library:statement", args=[statement.pk]),
            )
        )
    return items


def _about(step: StatementStep) -> str:
    """The numbers that a question names, if it names any."""
    named = ", ".join(map(str, ranges_of(each.serial for each in step.numbers.all())))
    return f" Het gaat om {named}." if named else ""


def _since(on: date) -> date:
    return Quarter.of(on).previous.first_day


def _what(correction: Correction) -> str:
    year = correction.line.membership_year
    return "De inschrijving" if year is None or year.ordinal == 1 else f"De verlenging (jaar {year.ordinal})"


@require_safe
@requires_audience(Audience.LIBRARY)
def open_items(request: ActingRequest) -> HttpResponse:
    """Everything that is open; invoices are for the manager."""
    library, on = library_of(request.acting), clock.today()
    groups = [
        ("Twee keer aangeboden", "split", second_with(library, on=on)),
        ("Verbeterd door Cubiss", "undo-2", put_right(library, on=on)),
        ("Uw vragen over facturen", "file-text", asked(library) if _keeps_books(request) else []),
    ]
    context = {"groups": [group for group in groups if group[2]], "contact": SimpleLazyObject(Programme.current)}
    return render(request, "library/open_items.html", context)


def _keeps_books(request: ActingRequest) -> bool:
    return request.acting.may(Right.MANAGE)
