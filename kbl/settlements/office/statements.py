"""The office's view of one statement: every line, every step, and what Cubiss can do with it."""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused
from kbl.settlements.closing import after_closing
from kbl.settlements.documents import downloads
from kbl.settlements.documents.downloads import download
from kbl.settlements.models import Document, EInvoice, FailedDocument, Line, Statement
from kbl.settlements.office.forms import CorrectionForm
from kbl.settlements.portal.forms import InvoiceNumberForm
from kbl.settlements.sentences import sentence, why_failed
from kbl.settlements.statements import corrections, own_numbers, statement_view, steps
from kbl.settlements.statements.corrections import NotCorrectable
from kbl.settlements.statements.steps import NumberAwaited, OwnWork, StepRefused
from libraries.models import MembershipYear

LINES_PER_PAGE = 50


@require_safe
@requires_audience(Audience.CUBISS)
def statement(request: ActingRequest, pk: int) -> HttpResponse:
    """A statement with its lines, totals, history and document."""
    return _page(request, _get(pk))


@require_POST
@requires_audience(
    Audience.CUBISS, Right.COORDINATE, because="Een factuurnummer namens een bibliotheek vult de coördinator in."
)
def number(request: ActingRequest, pk: int) -> HttpResponse:
    """The library told its invoice number by telephone or mail: the coordinator types it."""
    shown = _get(pk)
    form = InvoiceNumberForm(request.POST)
    if not form.give(shown, by=request.acting.user, at=clock.now()):
        return _page(request, shown, form, status=422)
    after_closing.start_document(shown)
    messages.success(request, f"Nummer {shown.invoice_number} is vastgelegd. Het document wordt nu gemaakt.")
    return redirect("cubiss:statement", pk)


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because="Akkoord namens een partij legt de coördinator vast.")
def confirm(request: ActingRequest, pk: int) -> HttpResponse:
    """The party agreed by telephone or mail: the coordinator records it."""
    shown = _get(pk)
    try:
        steps.confirm(shown, by=request.acting.user, at=clock.now())
        messages.success(request, f"Het akkoord van {shown.organisation} is vastgelegd.")
    except StepRefused as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:statement", pk)


@require_POST
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because="Goedkeuren doet de financiële medewerker.")
def approve(request: ActingRequest, pk: int) -> HttpResponse:
    """Approve a statement: its amount is drawn from the fund."""
    shown = _get(pk)
    try:
        steps.approve(shown, by=request.acting.user, at=clock.now())
        messages.success(request, "De afrekening is goedgekeurd en op het lidmaatschapsfonds geboekt.")
    except (StepRefused, OwnWork, NumberAwaited) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:statement", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(
    Audience.CUBISS, Right.CORRECT, because="Een regel corrigeren doet de coördinator of de financiële medewerker."
)
def correct(request: ActingRequest, pk: int, line_pk: int) -> HttpResponse:
    """Ask to take a line back, with a reason; once a second person agreed, the opposite comes with the next closing."""
    line = get_object_or_404(
        Line.objects.select_related("statement__organisation", "statement__closing", "membership_year__enrolment"),
        pk=line_pk,
        statement=pk,
    )
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = corrections.ask_correction(
                line, reason=form.cleaned_data["reason"], by=request.acting.user, at=clock.now()
            )
        except (NotCorrectable, ChangeRefused) as refused:
            messages.error(request, sentence(refused))
        else:
            messages.success(request, f"De correctie is gevraagd. {second_person.who_looks(asked)}")
        return redirect("cubiss:statement", pk)
    return render(
        request,
        "cubiss/correct.html",
        {
            "form": form,
            "line": line,
            "statement": line.statement,
            "words": statement_view.line_words(line),
            "later": _later_years(line),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_safe
@requires_audience(Audience.CUBISS)
def document(request: ActingRequest, pk: int) -> HttpResponse:
    """An issued document, the bytes that were kept."""
    return download(request, get_object_or_404(Document, pk=pk))


@require_safe
@requires_audience(Audience.CUBISS)
def overview(request: ActingRequest, pk: int) -> HttpResponse:
    """What a library invoices by, as long as its statement is no invoice."""
    waiting = own_numbers.awaiting().select_related("organisation", "closing")
    return downloads.overview(get_object_or_404(waiting, pk=pk))


@require_safe
@requires_audience(Audience.CUBISS)
def einvoice(request: ActingRequest, pk: int) -> HttpResponse:
    """The e-invoice (XML) of a statement, the bytes that were kept."""
    return download(request, get_object_or_404(EInvoice, statement=pk))


def _page(
    request: ActingRequest, shown: Statement, form: InvoiceNumberForm | None = None, *, status: int = 200
) -> HttpResponse:
    page = Paginator(statement_view.lines_of(shown), LINES_PER_PAGE).get_page(request.GET.get("page"))
    coordinates = request.acting.may(Right.COORDINATE)
    failed = FailedDocument.objects.filter(statement=shown).first()
    read, asked = statement_view.context(shown, page, on=clock.today()), corrections.asked_corrections()
    context = read | {
        "may_confirm": coordinates and shown.status in steps.CONFIRMABLE,
        "may_approve": request.acting.may(Right.KEEP_BOOKS) and shown.status == "confirmed" and not shown.awaits_number,
        "may_correct": request.acting.may(Right.CORRECT),
        "lines": [replace(each, asked=asked.get(each.line.pk)) for each in read["lines"]],
        "may_number": coordinates and shown.awaits_number,
        "number_form": form or InvoiceNumberForm(),
        "why_failed": why_failed(failed.reason) if failed else "",
    }
    return render(request, "cubiss/statement.html", context, status=status)


def _get(pk: int) -> Statement:
    found = Statement.objects.select_related("organisation__participation", "closing", "own_number", "reminder")
    return get_object_or_404(found, pk=pk)


def _later_years(line: Line) -> int:
    """How many later membership years fall away with this line."""
    if line.membership_year is None:
        return 0
    years = MembershipYear.objects.standing().filter(enrolment=line.membership_year.enrolment_id)
    return years.filter(ordinal__gt=line.membership_year.ordinal).count()
