"""A party's own statements: read, download, agree or ask.

The same pages in two portals: an intermediary finds its declarations, a library its invoices. Who reports for
others sees theirs too; a neighbour's statement does not exist.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kbl import clock
from kbl.accounts.access import ActingRequest
from kbl.accounts.models import Audience
from kbl.accounts.roles import Right
from kbl.settlements.closing import after_closing
from kbl.settlements.documents import downloads
from kbl.settlements.documents.downloads import download
from kbl.settlements.models import Document, EInvoice, Statement
from kbl.settlements.portal.forms import DisputeForm, InvoiceNumberForm
from kbl.settlements.sentences import sentence
from kbl.settlements.statements import own_numbers, statement_view, steps
from kbl.settlements.statements.steps import NumbersRefused, StepRefused

STATEMENTS_PER_PAGE = 20
LINES_PER_PAGE = 50
ACCOUNT = "Dit document noemt de rekening van uw bibliotheek. Die ziet alleen de beheerder. Vraag het hem of haar."


@dataclass(frozen=True)
class PartyPages:
    """What differs between the two portals: which statements, in which frame, and what people call them."""

    audience: Audience
    kind: Statement.Kind
    plural: str
    lead: str

    def address(self, name: str) -> str:
        return f"{self.audience.value}:{name}"

    def context(self) -> dict:
        """What the shared templates need to know about the portal."""
        names = [
            "statements",
            "statement",
            "statement_document",
            "statement_einvoice",
            "statement_confirm",
            "statement_dispute",
            "statement_number",
        ]
        return {
            "base": f"{self.audience.value}/base.html",
            "plural": self.plural,
            "lead": self.lead,
            "word": self.kind.label,
            "kind": self.kind.value,
            "address": {name: self.address(name) for name in names},
        }


INTERMEDIARY = PartyPages(
    Audience.INTERMEDIARY,
    Statement.Kind.DECLARATION,
    "Declaraties",
    "Per kwartaal: de vouchers die u uitreikte en de vergoeding die u daarvoor krijgt.",
)
LIBRARY = PartyPages(
    Audience.LIBRARY,
    Statement.Kind.INVOICE,
    "Facturen",
    "Per kwartaal: de lidmaatschappen die begonnen en het bedrag dat u daarvoor krijgt.",
)


def list_statements(request: ActingRequest, *, pages: PartyPages) -> HttpResponse:
    """The party's statements, newest first; what waits for its agreement stands out."""
    mine = _mine(request, pages)
    page = Paginator(mine, STATEMENTS_PER_PAGE).get_page(request.GET.get("page"))
    organisation = request.acting.organisation
    context = pages.context() | {
        "page": page,
        "waiting": mine.filter(status=Statement.Status.DRAFT).count(),
        "numberless": mine.filter(pk__in=own_numbers.awaiting().values("pk")).count(),
        "has_offices": organisation is not None and organisation.offices.exists(),
    }
    return render(request, "party/statements.html", context)


def show(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """One statement with its lines, and what the party can answer."""
    statement = _get(request, pages, pk)
    return _page(request, statement, pages)


def confirm(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """The party agrees; who numbers its own invoices gives the number with it, or says that it comes later.

    A number that is refused leaves the agreement unsaid: the page asks for another, or for the agreement alone.
    """
    statement = _get(request, pages, pk)
    now, user = clock.now(), request.acting.user
    if statement.awaits_number and "later" not in request.POST and statement.status in steps.CONFIRMABLE:
        number = InvoiceNumberForm(request.POST)
        if not number.give(statement, by=user, at=now):
            return _page(request, statement, pages, number=number, status=422)
        after_closing.start_document(statement)
    try:
        steps.confirm(statement, by=user, at=now)
        messages.success(request, "Dank u wel. Uw akkoord is vastgelegd; Cubiss keurt nu goed.")
    except StepRefused as refused:
        messages.error(request, sentence(refused))
    return redirect(pages.address("statement"), pk)


def give_number(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """A library that numbers its own invoices gives this one its number; the document is made of it."""
    statement = _get(request, pages, pk)
    form = InvoiceNumberForm(request.POST)
    if not form.give(statement, by=request.acting.user, at=clock.now()):
        return _page(request, statement, pages, number=form, status=422)
    after_closing.start_document(statement)
    messages.success(request, f"Nummer {statement.invoice_number} is vastgelegd. Wij maken nu het document.")
    return redirect(pages.address("statement"), pk)


def dispute(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """The party has a question, with a reason from the list and the numbers concerned."""
    statement = _get(request, pages, pk)
    form = DisputeForm(request.POST, statement=statement)
    if not form.is_valid():
        return _page(request, statement, pages, question=form, status=422)
    try:
        asked = form.cleaned_data
        steps.dispute(statement, reason=asked["reason"], numbers=asked["named"], by=request.acting.user, at=clock.now())
        messages.success(request, "Uw vraag is doorgegeven. Cubiss neemt contact met u op.")
    except (StepRefused, NumbersRefused) as refused:
        messages.error(request, sentence(refused))
    return redirect(pages.address("statement"), pk)


def document(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """The statement's document, the bytes that were kept; the overview while it is no invoice yet."""
    request.acting.require(Right.OWN_ACCOUNT, because=ACCOUNT)
    statement = _get(request, pages, pk)
    if statement.awaits_number:
        return downloads.overview(statement)
    mine = Document.objects.filter(statement__in=_mine(request, pages).order_by())
    return download(request, get_object_or_404(mine, statement=pk))


def einvoice(request: ActingRequest, pk: int, *, pages: PartyPages) -> HttpResponse:
    """The statement's e-invoice (XML), the bytes that were kept."""
    request.acting.require(Right.OWN_ACCOUNT, because=ACCOUNT)
    mine = EInvoice.objects.filter(statement__in=_mine(request, pages).order_by())
    return download(request, get_object_or_404(mine, statement=pk))


def _page(
    request: ActingRequest,
    statement: Statement,
    pages: PartyPages,
    *,
    question: DisputeForm | None = None,
    number: InvoiceNumberForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(statement_view.lines_of(statement), LINES_PER_PAGE).get_page(request.GET.get("page"))
    context = pages.context() | statement_view.context(statement, page, on=clock.today())
    context |= {
        "may_see_account": True,
        "form": question or DisputeForm(statement=statement),
        "number_form": number or InvoiceNumberForm(),
    }
    if not request.acting.may(Right.OWN_ACCOUNT):
        context |= {"iban": "", "may_see_account": False}
    return render(request, "party/statement.html", context, status=status)


def _mine(request: ActingRequest, pages: PartyPages) -> QuerySet[Statement]:
    organisation = request.acting.organisation
    if organisation is None:  # requires_audience lets nobody in without one
        raise Http404
    mine = steps.statements_of(organisation).filter(kind=pages.kind)
    return mine.select_related("organisation", "closing", "own_number", "reminder").order_by(
        "-closing__quarter", "organisation__name"
    )


def _get(request: ActingRequest, pages: PartyPages, pk: int) -> Statement:
    return get_object_or_404(_mine(request, pages), pk=pk)
