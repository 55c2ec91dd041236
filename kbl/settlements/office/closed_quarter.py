"""A closed quarter: its statements and how far each one is, what failed, and whose silence comes up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.urls import reverse

from kbl import clock
from kbl.accounts.access import ActingRequest
from kbl.accounts.roles import Right
from kbl.mail import sending
from kbl.organisations.models import Programme
from kbl.settlements.closing import after_closing
from kbl.settlements.models import Closing, Notice, Reminder, Statement
from kbl.settlements.office import frozen_breakdowns, quarters
from kbl.settlements.office.open_quarter import net_of
from kbl.settlements.sentences import why_failed
from kbl.settlements.statements import breakdown, notices, silence

Status = Statement.Status
ROWS_PER_PAGE = 100  # more parties than a province has


@dataclass(frozen=True)
class Failure:
    """One thing that did not succeed: what, of whom, why, and where to try just that again."""

    what: str
    organisation: str
    why: str
    again: str


@dataclass(frozen=True)
class Silent:
    """A party that did not answer, and what its silence comes to."""

    statement: Statement
    outlook: silence.Outlook


def context(request: ActingRequest, closed: Closing) -> dict:
    """What the page shows."""
    rows = list(
        closed.statements.select_related("organisation", "closing", "document", "own_number", "reminder")
        .defer("document__content")
        .order_by("kind", "organisation__name")
    )
    breakdowns, lines = frozen_breakdowns.breakdowns(closed), frozen_breakdowns.lines(closed)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    shown = [(each, lines.get(each.pk, 0)) for each in page]
    silent, agreed = silent_of(rows, on=clock.today()), by_silence(closed)
    confirmed = [each for each in rows if each.status == Status.CONFIRMED]
    numberless = [each for each in rows if each.awaits_number]
    ready = [each for each in confirmed if each not in numberless]
    return {
        "closing": closed,
        "quarter": closed.quarter,
        "progress": after_closing.progress(closed),
        "groups": [
            (
                kind.label,
                [(each, count) for each, count in shown if each.kind == kind],
                net_of(mine := [each for each in rows if each.kind == kind]),
                breakdown.together(
                    breakdowns.get((each.kind, each.organisation_id), breakdown.Breakdown()) for each in mine
                ),
            )
            for kind in Statement.Kind
        ],
        "total": net_of(rows),
        "waiting": sum(1 for each in rows if each.status == Status.DRAFT),
        "disputed": sum(1 for each in rows if each.status == Status.DISPUTED),
        "confirmed": len(ready),
        "approved": sum(1 for each in rows if each.status not in quarters.OPEN_STATUSES),
        "numberless": numberless,
        "count": len(rows),
        "may_approve": request.acting.may(Right.KEEP_BOOKS) and bool(ready),
        "may_try": request.acting.may(Right.TRY_AGAIN),
        "report": closed.documents.filter(kind="report").defer("content").first(),
        "failures": failures_of(closed),
        "page": page,
        "silent": silent[:ROWS_PER_PAGE],
        "more_silent": len(silent[ROWS_PER_PAGE:]),
        "by_silence": agreed[:ROWS_PER_PAGE],
        "more_by_silence": len(agreed[ROWS_PER_PAGE:]),
        "agreed_by_silence": {each.pk for each in agreed},
    }


def failures_of(closed: Closing) -> list[Failure]:
    """Documents that could not be made and mail that did not go, each with its own way to try again."""
    quarter = closed.quarter
    missing = closed.failed_documents.select_related("statement__organisation")
    found = [
        Failure(
            "Document" if each.statement else "Voortgangsrapportage",
            str(each.statement.organisation) if each.statement else "voor de provincie",
            why_failed(each.reason),
            reverse("cubiss:document_again", args=[quarter, each.statement_id])
            if each.statement
            else reverse("cubiss:report_again", args=[quarter]),
        )
        for each in missing.order_by("statement__organisation__name")
    ]
    for model, what, route in (
        (Notice, "Bericht", "cubiss:notice_again"),
        (Reminder, "Herinnering", "cubiss:reminder_again"),
    ):
        failed = model.objects.filter(statement__closing=closed, state=model.State.FAILED)
        for each in failed.select_related("statement__organisation__parent__parent").order_by("pk"):
            address = reverse(route, args=[quarter, each.statement_id])
            found.append(Failure(what, str(each.statement.organisation), _why(each), address))
    return found


def silent_of(rows: Sequence[Statement], *, on: date) -> list[Silent]:
    """Who did not answer, and when that becomes agreement; the first day first, who never can be silent last."""
    programme = Programme.current()
    found = [(each, silence.outlook(each, programme, on=on)) for each in rows]
    silent = [Silent(each, outlook) for each, outlook in found if outlook]
    return sorted(silent, key=lambda each: (each.outlook.silence_on or date.max, each.statement.organisation.name))


def by_silence(closed: Closing) -> list[Statement]:
    """Whose silence was taken for agreement."""
    agreed = closed.statements.filter(steps__status=Status.CONFIRMED, steps__by__isnull=True)
    return list(agreed.select_related("organisation", "closing", "reminder").order_by("organisation__name"))


def _why(letter: Notice | Reminder) -> str:
    if not letter.recipient and not notices.address_of(letter.statement):
        return "Er is geen e-mailadres bekend. Vul het in bij de organisatie."
    if letter.attempts >= sending.MOST_ATTEMPTS:
        return "De mailserver nam deze mail niet aan. Wij proberen het niet meer vanzelf."
    return "De mailserver nam de mail niet aan. Wij proberen het vanzelf weer."
