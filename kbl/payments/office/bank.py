"""The office's pages about the bank's statements: read one in, see what it meant, and what somebody has to look at."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.uploads import refused_file
from kbl.apart.reading import read
from kbl.formats import counted
from kbl.fund import instalments
from kbl.money import ZERO
from kbl.payments.bank import importing, refunds, sentences, worklist
from kbl.payments.bank.missing_statements import missing_statements
from kbl.payments.bank.reasons import ReturnReason, reason
from kbl.payments.bank.safe_xml import LARGEST_FILE
from kbl.payments.bank.unreadable import BankFileUnreadable, UnreadableReason
from kbl.payments.models import BankEntry, BankFile, Refund
from kbl.second_person.models import PendingChange

Outcome = BankEntry.Outcome
FILES_PER_PAGE, ROWS_PER_PAGE = 25, 50
OURS = (Outcome.PAID, Outcome.RETURNED, Outcome.DIFFERENT, Outcome.TWICE, Outcome.BATCH)
CHOOSE = "Kies een bestand."

cubiss = requires_audience(Audience.CUBISS)
finance = requires_audience(
    Audience.CUBISS,
    Right.KEEP_BOOKS,
    because="Afschriften leest de financiële medewerker in. U kunt wel alles bekijken.",
)


class BankFileForm(forms.Form):
    """One file of the bank."""

    use_required_attribute = False
    file = forms.FileField(
        label="Bestand van de bank",
        help_text=f"CAMT.053 (XML), hooguit {LARGEST_FILE // 1_000_000} MB.",
        error_messages={"required": CHOOSE, "invalid": CHOOSE, "empty": "Dit bestand is leeg."},
        max_length=300,
        widget=forms.FileInput(attrs={"accept": ".xml"}),
    )


@dataclass(frozen=True)
class ShownBooking:
    """A booking as the page shows it: with the reason why it came back, and how it is booked in the fund."""

    entry: BankEntry
    reason: ReturnReason | None = None
    is_booked: bool = False
    book_url: str = ""
    refund: Refund | None = None
    may_match: bool = False
    asked: PendingChange | None = None


@require_safe
@cubiss
def bank(request: ActingRequest) -> HttpResponse:
    """The statements that were read, newest first, and where one is missing."""
    files = list(BankFile.objects.select_related("imported_by"))
    missing = missing_statements(files)
    return render(
        request,
        "cubiss/bank.html",
        {
            "page": Paginator(files, FILES_PER_PAGE).get_page(request.GET.get("page")),
            "missing_statements": missing,
            "after_missing": {each.after.pk for each in missing},
            "count": len(worklist.items(clock.today())),
            "last": max((each.last_day for each in files), default=None),
            "accounts": importing.own_accounts(),
            "may_import": request.acting.may(Right.KEEP_BOOKS),
        },
    )


@require_safe
@cubiss
def todo(request: ActingRequest) -> HttpResponse:
    """What the bank said that somebody has to look at."""
    found = worklist.items(clock.today())
    groups = [(title, [each for each in found if each.kind == kind]) for kind, title in worklist.KINDS.items()]
    return render(request, "cubiss/bank_todo.html", {"groups": [group for group in groups if group[1]]})


@require_http_methods(["GET", "HEAD", "POST"])
@finance
def upload(request: ActingRequest) -> HttpResponse:
    """Choose a file, and see what it means. Nothing is saved yet."""
    if request.method != "POST":
        return _form(request, BankFileForm())
    form = BankFileForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        form.errors.pop("file", None)
        form.add_error(
            "file", sentences.about(BankFileUnreadable(UnreadableReason.TOO_LARGE, limit=LARGEST_FILE // 1_000_000))
        )
    elif refused := refused_file(request, at=clock.now()):
        form.add_error("file", refused)
    if not form.is_valid():
        return _form(request, form)
    content = form.cleaned_data["file"].read()
    sha256, by = hashlib.sha256(content).hexdigest(), request.acting.user
    try:
        statements = read("bank", content)
        result = importing.preview(statements, sha256=sha256, by=by, at=clock.now())
        carried = importing.carry(statements, sha256=sha256, by=by)
    except sentences.REFUSALS as why:
        form.add_error("file", sentences.about(why))
        return _form(request, form)
    parts = [(each.file, _ours(each.rows), _counts(each.rows)) for each in result.read]
    return render(request, "cubiss/bank_preview.html", {"parts": parts, "result": result, "carried": carried})


@require_POST
@finance
def confirm(request: ActingRequest) -> HttpResponse:
    """Read it in: all of it or nothing, and once however often it is pressed."""
    try:
        statements, sha256 = importing.unpack(request.POST.get("carried", ""), by=request.acting.user)
        result = importing.read_in(statements, sha256=sha256, by=request.acting.user, at=clock.now())
    except sentences.REFUSALS as refused:
        return _form(request, BankFileForm(), trouble=sentences.about(refused))
    paid = sum(len(each.of(Outcome.PAID)) for each in result.read)
    back = sum(len(each.of(Outcome.RETURNED, Outcome.DIFFERENT, Outcome.TWICE, Outcome.BATCH)) for each in result.read)
    told = counted(paid, "betaling is", "betalingen zijn") + " uitgevoerd." if paid else ""
    messages.success(request, f"Het afschrift is ingelezen. {told}".strip())
    if back:
        messages.warning(request, counted(back, "boeking vraagt", "boekingen vragen") + " om uw aandacht.")
    if len(result.read) == 1:
        return redirect("cubiss:bank_file", result.read[0].file.pk)
    return redirect("cubiss:bank")


@require_safe
@cubiss
def file(request: ActingRequest, pk: int) -> HttpResponse:
    """One statement: what it meant for our payments, what came in, and everything else as a day and an amount."""
    found = get_object_or_404(BankFile.objects.select_related("imported_by"), pk=pk)
    entries = found.entries.select_related(
        "payment__run",
        "payment__statement__organisation",
        "payment__statement__closing",
        "payment__statement__own_number",
        "repeats__file",
    )
    # What somebody has to look at first; the others as the bank had them.
    ours = entries.filter(outcome__in=OURS).annotate(
        is_paid=Case(When(outcome=Outcome.PAID, then=Value(1)), default=Value(0))
    )
    our_page = Paginator(ours.order_by("is_paid", "position"), ROWS_PER_PAGE).get_page(request.GET.get("onze"))
    others = Paginator(entries.filter(outcome__in=[Outcome.OTHER, Outcome.REPEAT]), ROWS_PER_PAGE)
    received = list(entries.filter(outcome=Outcome.RECEIVED))
    may_book = request.acting.may(Right.KEEP_BOOKS)
    return render(
        request,
        "cubiss/bank_file.html",
        {
            "file": found,
            "ours": _ours(our_page),
            "our_page": our_page,
            "received": _received(received, may_book=may_book),
            "may_book": may_book,
            "page": others.get_page(request.GET.get("page")),
            "counts": _counted(found),
        },
    )


def _form(request: ActingRequest, form: BankFileForm, trouble: str = "") -> HttpResponse:
    """The page to choose a file on; with what is wrong, when something is."""
    return render(
        request,
        "cubiss/bank_import.html",
        {"form": form, "trouble": trouble, "accounts": importing.own_accounts()},
        status=422 if form.errors or trouble else 200,
    )


def _ours(rows: Iterable[BankEntry]) -> list[ShownBooking]:
    """What it meant for our payments: what somebody has to look at first."""
    mine = [each for each in rows if each.outcome in OURS]
    shown = [
        ShownBooking(each, reason(each.return_code) if each.outcome == Outcome.RETURNED else None) for each in mine
    ]
    return sorted(shown, key=lambda each: each.entry.outcome == Outcome.PAID)


def _received(rows: Sequence[BankEntry], *, may_book: bool) -> list[ShownBooking]:
    """What came in: booked in the fund already, or where it can be booked."""
    booked = worklist.booked_in_fund(rows)
    by_hand = Refund.objects.filter(entry__in=[each.pk for each in rows], undone_at__isnull=True)
    matched = {each.entry_id: each for each in by_hand.select_related("payment__statement__organisation", "matched_by")}
    asked = refunds.asked_refunds()
    where = _where_to_book(rows) if may_book else lambda entry: ""
    return [
        ShownBooking(
            each,
            is_booked=each.pk in booked,
            book_url="" if each.pk in booked or each.pk in matched or each.pk in asked else where(each),
            refund=matched.get(each.pk),
            may_match=may_book and each.pk not in booked and each.pk not in matched and each.pk not in asked,
            asked=asked.get(each.pk),
        )
        for each in rows
    ]


def _where_to_book(rows: Sequence[BankEntry]) -> Callable[[BankEntry], str]:
    """The instalment that a receipt could be: the first with exactly that much open, else the first that is open.

    What is exactly the money of a statement is more likely a party that sends it back than a part of an instalment.
    """
    likely = refunds.likely_amounts(each.amount for each in rows)
    waiting = [each for each in instalments.standings(clock.today()) if each.open]

    def url(entry: BankEntry) -> str:
        fits = [each for each in waiting if each.open == entry.amount]
        if not fits and entry.amount not in likely:
            fits = waiting
        if not fits:
            return ""
        filled = urlencode({"bedrag": f"{entry.amount:.2f}".replace(".", ","), "op": entry.on.isoformat()})
        return f"{reverse('cubiss:fund_receive', args=[fits[0].instalment.pk])}?{filled}"

    return url


@dataclass(frozen=True)
class Count:
    """How many bookings had an outcome, and what they add up to in euros."""

    outcome: Outcome
    count: int
    amount: Decimal


def _counted(file: BankFile) -> list[Count]:
    """The same of a statement that was read in, added up by the database."""
    rows = file.entries.order_by().values_list("outcome").annotate(n=models.Count("pk"), total=models.Sum("amount"))
    found = {outcome: (count, amount) for outcome, count, amount in rows}
    return [Count(outcome, *found[outcome]) for outcome in Outcome if outcome in found]


def _counts(rows: Sequence[BankEntry]) -> list[Count]:
    found = []
    for outcome in Outcome:
        mine = [each.amount for each in rows if each.outcome == outcome]
        if mine:
            found.append(Count(outcome, len(mine), sum(mine, ZERO)))
    return found
