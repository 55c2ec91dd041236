"""Pages that follow one thing up and down: a line, a statement, a voucher, a booking, a payment, a bank booking."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from intermediaries.models import Handout
from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.fund.models import FundEntry
from kbl.payments.models import BankEntry, Payment
from kbl.settlements.models import Line, Statement
from kbl.settlements.statements import statement_view
from libraries.models import Enrolment, MembershipYear
from reporting.audit import fact_rows, statement_trail, where_counted
from reporting.audit.fact_rows import STANDING_OR_NOT
from vouchers.models import Voucher
from vouchers.viewing.trace import keep_view

LINES_PER_PAGE = 50


@require_safe
@requires_audience(Audience.CUBISS)
def line(request: ActingRequest, pk: int) -> HttpResponse:
    """One line: where it came from, and everything that followed. Opening it leaves a trace: it names a voucher."""
    shown = get_object_or_404(statement_trail.lines(), pk=pk)
    at = clock.now()
    keep_view(shown.serial, by=request.acting.user, at=at)
    statement = shown.statement
    fact = shown.handout or shown.membership_year
    assert fact is not None
    payments = list(statement_trail.payments(statement))
    context = {
        "line": shown,
        "words": statement_view.line_words(shown),
        "statement": statement,
        "fact": fact,
        "counted": where_counted.of_fact(_counting(shown), on=clock.today(), at=at),
        "files": statement_trail.files(statement),
        "draw": statement_trail.draw(statement),
        "payments": payments,
        "booked": statement_trail.booked_for(statement),
        "opposite": _opposite(shown),
    }
    return render(request, "cubiss/audit/line.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def statement(request: ActingRequest, pk: int) -> HttpResponse:
    """One statement: its lines in sums and one by one, its files, its money, and the figures that it is in."""
    shown = get_object_or_404(Statement.objects.select_related("organisation", "closing", "own_number"), pk=pk)
    payments = list(statement_trail.payments(shown))
    draw = statement_trail.draw(shown)
    lines = statement_view.lines_of(shown).order_by("on", "serial", "pk")
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "statement": shown,
        "sums": statement_trail.sums(shown),
        "files": statement_trail.files(shown),
        "draw": draw,
        "payments": payments,
        "booked": statement_trail.booked_for(shown),
        "steps": statement_view.steps_of(shown),
        "counted": where_counted.of_statement(shown),
        "money": where_counted.of_entry(draw) if draw else where_counted.of_unapproved(shown),
        "page": page,
        "lines": statement_view.read(list(page.object_list)),
    }
    return render(request, "cubiss/audit/statement.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def voucher(request: ActingRequest, serial: int) -> HttpResponse:
    """Every fact about one voucher, with its line and where it counts; a first year is its enrolment.

    Opening it leaves a trace.
    """
    if not Voucher.objects.filter(pk=serial).exists():
        raise Http404
    at = clock.now()
    keep_view(serial, by=request.acting.user, at=at)
    enrolments = list(Enrolment.objects.filter(STANDING_OR_NOT, voucher=serial).order_by("pk"))
    years = MembershipYear.objects.filter(STANDING_OR_NOT, enrolment__in=[each.pk for each in enrolments])
    found = [
        *Handout.objects.filter(STANDING_OR_NOT, voucher=serial).order_by("pk"),
        *enrolments,
        *years.filter(ordinal__gt=1).select_related("enrolment").order_by("pk"),
    ]
    facts = []
    for each in found:
        rows = type(each)._default_manager.filter(pk=each.pk)
        (row,) = fact_rows.read(rows.select_related(*fact_rows.RELATED[type(each)]))
        facts.append((row, each, where_counted.of_fact(each, on=clock.today(), at=at)))
    return render(request, "cubiss/audit/voucher.html", {"serial": serial, "facts": facts})


@require_safe
@requires_audience(Audience.CUBISS)
def entry(request: ActingRequest, pk: int) -> HttpResponse:
    """One entry of the fund: what it is for, and the amounts that it is in."""
    related = ["recorded_by", "instalment", "reverses", "reversed_by"]
    shown = get_object_or_404(FundEntry.objects.select_related(*related), pk=pk)
    statement = statement_trail.statement_of(shown)
    context = {
        "entry": shown,
        "statement": statement,
        "sums": statement_trail.sums(statement) if statement else [],
        "money": where_counted.of_entry(shown),
    }
    return render(request, "cubiss/audit/entry.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def payment(request: ActingRequest, pk: int) -> HttpResponse:
    """One payment: its run and file, what the bank said, and the statement that it is for."""
    related = ["run__prepared_by", "run__released_by", "statement__organisation", "statement__closing", "run__file"]
    rows = Payment.objects.select_related(*related).defer("run__file__content").prefetch_related("bank_entries__file")
    shown = get_object_or_404(rows, pk=pk)
    context = {
        "payment": shown,
        "file": getattr(shown.run, "file", None),
        "booked": statement_trail.booked(shown),
        "draw": statement_trail.draw(shown.statement),
    }
    return render(request, "cubiss/audit/payment.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def bank_entry(request: ActingRequest, pk: int) -> HttpResponse:
    """One booking on Cubiss' account: the file it was read from, and the payment that it belongs to."""
    of_payment = [f"payment__{name}" for name in ("run", "statement__organisation", "statement__closing")]
    related = ["file__imported_by", "repeats__file", *of_payment]
    shown = get_object_or_404(BankEntry.objects.select_related(*related), pk=pk)
    return render(
        request,
        "cubiss/audit/bank_entry.html",
        {"entry": shown, "refund": shown.refunds.filter(undone_at__isnull=True).first()},
    )


def _counting(line: Line) -> where_counted.Counting:
    """What is counted where a line is billed: of a first year the enrolment, which is a new member."""
    year = line.membership_year
    if year is None:
        assert line.handout is not None
        return line.handout
    return year.enrolment if year.ordinal == 1 else year


def _opposite(line: Line) -> Line | None:
    """The other half of a correction pair: what this line takes back, or what took it back."""
    return line.corrects or getattr(line, "corrected_by", None)
