"""The auditor's front page, the books checked, and the file and hashes of a closed quarter."""

from collections.abc import Callable
from uuid import uuid4

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.accounts.roles import Right
from kbl.jobs.fields import KeyField
from kbl.jobs.models import Job
from kbl.jobs.work import AlreadyAsked
from kbl.money import ZERO
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Document, Line
from reporting import jobs
from reporting.audit import hashes, integrity_check
from reporting.models import BooksCheck
from reporting.report.issued import issued_by_quarter

ROWS_PER_PAGE = 150  # the parties and papers of a province lie on one page


class PressForm(forms.Form):
    """A button: pressing it twice is asking once."""

    key = KeyField()


@require_safe
@requires_audience(Audience.CUBISS)
def audit(request: ActingRequest) -> HttpResponse:
    """Where an auditor begins: the closed quarters, the figures of now, the fund, and how the books were last found."""
    closings = Closing.objects.annotate(net=Sum("statements__net"), count=Count("statements")).order_by("-quarter")
    reports = issued_by_quarter()
    context = {
        "rows": [(each, reports.get(each.quarter)) for each in closings],
        "last": BooksCheck.objects.select_related("by").defer("outcomes").first(),
    }
    return render(request, "cubiss/audit/home.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def books(request: ActingRequest) -> HttpResponse:
    """Every invariant of the books, as it was found the last time."""
    last = BooksCheck.objects.select_related("by").first()
    context = {
        "last": last,
        "parts": integrity_check.by_part(last.outcomes) if last else [],
        "kept": integrity_check.ROWS_KEPT,
        "under_way": jobs.under_way(jobs.CHECK_BOOKS),
        "key": uuid4(),
    }
    return render(request, "cubiss/audit/books.html", context)


@require_POST
@requires_audience(Audience.CUBISS)
def check_books(request: ActingRequest) -> HttpResponse:
    """Check the books again, in the background. Every role may: it only reads."""
    return on_to_the_work(request, lambda key: jobs.ask_for_check(by=request.acting.user, at=clock.now(), key=key))


@require_safe
@requires_audience(Audience.CUBISS)
def quarter(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """A closed quarter: its digest and hashes made again, and its complete file."""
    closing = get_object_or_404(Closing.objects.select_related("closed_by"), quarter=quarter)
    # Counted of the rows on the page alone, so without a join over every line of the quarter.
    lines = Line.objects.filter(statement=OuterRef("pk")).order_by().values("statement").annotate(count=Count("pk"))
    statements = closing.statements.select_related("organisation", "closing", "own_number").annotate(
        line_count=Coalesce(Subquery(lines.values("count")), 0)
    )
    found = sorted(hashes.files(closing), key=lambda each: each.holds)  # what is not as it was issued comes first
    page = Paginator(statements.order_by("kind", "organisation__name", "pk"), ROWS_PER_PAGE)
    context = {
        "closing": closing,
        "quarter": closing.quarter,
        "report": Document.objects.filter(kind=Document.Kind.REPORT, closing=closing).defer("content").first(),
        "digest": hashes.digest(closing),
        "seal": hashes.seal(closing),
        "files": Paginator(found, ROWS_PER_PAGE).get_page(request.GET.get("stukken")),
        "broken": sum(not each.holds for each in found),
        "statements": page.get_page(request.GET.get("page")),
        "net": closing.statements.aggregate(net=Sum("net"))["net"] or ZERO,
        "payment_files": (whole := request.acting.may(Right.KEEP_BOOKS)),
        "made": jobs.newest_file(closing.quarter, payment_files=whole),
        "under_way": jobs.under_way(jobs.QUARTER_FILE, quarter=str(closing.quarter), payment_files=whole),
        "key": uuid4(),
    }
    return render(request, "cubiss/audit/quarter.html", context)


@require_POST
@requires_audience(Audience.CUBISS)
def pack_quarter(request: ActingRequest, quarter: Quarter) -> HttpResponse:
    """Pack a quarter's complete file, in the background. Every role may: it only reads.

    Who may not fetch the payment files gets their names and hashes.
    """
    closing = get_object_or_404(Closing, quarter=quarter)
    whole = request.acting.may(Right.KEEP_BOOKS)
    return on_to_the_work(
        request,
        lambda key: jobs.ask_for_file(
            closing.quarter, payment_files=whole, by=request.acting.user, at=clock.now(), key=key
        ),
    )


def on_to_the_work(request: ActingRequest, ask: Callable[..., Job]) -> HttpResponse:
    """On to the page of the work; a key that somebody used for something else is replaced."""
    form = PressForm(request.POST)
    form.is_valid()
    try:
        job = ask(form.cleaned_data["key"])
    except AlreadyAsked:
        job = ask(uuid4())
    return redirect("cubiss:job", job.pk)
