"""The office's fund: where it stands on a day, what came in, what is agreed, and what was booked."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Sum, Window
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.formats import euro, percent
from kbl.fund import asked, budget, instalments, ledger
from kbl.fund.instalments import AlreadyAgreed
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import FundEntry, Instalment
from kbl.organisations.models import Programme
from kbl.second_person import second_person
from kbl.second_person.second_person import ChangeRefused, Kind
from kbl.settlements.fund_figures import commitments, thresholds, unbilled_amounts
from kbl.settlements.office.fund_forms import AsOfForm, InstalmentForm, ReceiptForm
from kbl.settlements.sentences import sentence
from kbl.settlements.tariffs.tariffs import MissingTariff

BOOKS = "Boeken in het lidmaatschapsfonds doet de financiële medewerker. U kunt wel alles bekijken."
ENTRIES_PER_PAGE = 25
MONEY = (Kind.RECEIPT, Kind.COST, Kind.REVERSAL)


@require_safe
@requires_audience(Audience.CUBISS)
def fund(request: ActingRequest) -> HttpResponse:
    """Where the fund stands today or on an earlier day, and how it came there."""
    today, now = clock.today(), clock.now()
    form = AsOfForm(request.GET or None, today=today)
    chosen = form.cleaned_data.get("op") if form.is_bound and form.is_valid() else None
    as_of = chosen or today
    moment = now if as_of == today else clock.end_of(as_of)
    waiting = unbilled_amounts.unbilled_at(moment)
    trouble = ""
    try:
        waiting.checked()
    except MissingTariff as missing:
        trouble = sentence(missing)
    running = Window(Sum("amount"), order_by=[F("on").asc(), F("pk").asc()])
    entries = (
        FundEntry.objects.filter(on__lte=as_of)
        .annotate(running=running)
        .select_related("recorded_by", "reversed_by", "evidence")
        .defer("evidence__content")
        .order_by("-on", "-pk")
    )
    programme = Programme.current()
    position = commitments.position(as_of, waiting=waiting.total)
    uses = thresholds.uses(as_of, moment, waiting)
    standings = instalments.standings(as_of)
    subsidy = budget.subsidy(programme.commissioner)
    return render(
        request,
        "cubiss/fund.html",
        {
            "form": form if form.is_bound else AsOfForm(initial={"op": as_of}, today=today),
            "as_of": as_of,
            "today": today,
            "position": position,
            "uses": [(each, _label(each), _of(each.used, each.budget), _tone(each)) for each in uses],
            "reached": thresholds.reached(uses),
            "received_words": _of(position.received, position.budget),
            "subsidy_words": _of(position.received, subsidy),
            "trouble": trouble,
            "programme": programme,
            "subsidy": subsidy,
            "instalments": standings,
            "totals": instalments.totals(standings),
            "page": Paginator(entries, ENTRIES_PER_PAGE).get_page(request.GET.get("page")),
            "reversible": ledger.REVERSIBLE,
            "waits": second_person.waiting(*MONEY),
            "may_book": request.acting.may(Right.KEEP_BOOKS),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=BOOKS)
def instalment(request: ActingRequest) -> HttpResponse:
    """The province agreed to pay another instalment."""
    form = InstalmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agreed = form.cleaned_data
        try:
            instalments.agree(agreed["description"], due_on=agreed["due_on"], amount=agreed["amount"])
        except AlreadyAgreed:
            form.add_error("description", "Deze termijn staat er al, met dezelfde naam en dag.")
        else:
            messages.success(request, f"De termijn {agreed['description']} staat erbij.")
            return redirect("cubiss:fund")
    programme = Programme.current()
    standings = instalments.standings(clock.today())
    context = {
        "form": form,
        "commissioner": programme.commissioner,
        "agreed": instalments.totals(standings).agreed,
        "fund": budget.fund(),
        "subsidy": budget.subsidy(programme.commissioner),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "cubiss/fund_instalment.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=BOOKS)
def receive(request: ActingRequest, pk: int) -> HttpResponse:
    """The province paid (a part of) an instalment: booked once a second person saw it too."""
    today, now = clock.today(), clock.now()
    instalment = get_object_or_404(Instalment, pk=pk)
    standing = next(each for each in instalments.standings(today) if each.instalment == instalment)
    initial: dict[str, object] = {
        "amount": request.GET.get("bedrag") or standing.open or instalment.amount,  # as the bank said (office/bank.py)
        "on": request.GET.get("op") or today,
    }
    form = ReceiptForm(request.POST if request.method == "POST" else None, initial=initial, today=today)
    if request.method == "POST" and form.is_valid():
        amount: Decimal = form.cleaned_data["amount"]
        try:
            change = asked.ask_receipt(
                instalment, amount=amount, on=form.cleaned_data["on"], by=request.acting.user, at=now
            )
        except (AlreadyBooked, ChangeRefused) as refused:
            form.add_error(None, sentence(refused))
        else:
            messages.success(request, f"De ontvangst van {instalment} is gevraagd. {second_person.who_looks(change)}")
            return redirect("cubiss:fund")
    return render(
        request,
        "cubiss/fund_receive.html",
        {"form": form, "standing": standing},
        status=422 if request.method == "POST" else 200,
    )


@require_POST
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=BOOKS)
def reverse(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask to take an entry back with its opposite; both stay visible."""
    entry = get_object_or_404(FundEntry, pk=pk)
    try:
        change = asked.ask_reversal(entry, by=request.acting.user, at=clock.now())
        messages.success(request, f"De tegenboeking is gevraagd. {second_person.who_looks(change)}")
    except (AlreadyBooked, NotReversible, ChangeRefused) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:fund")


def _label(use: thresholds.BudgetUse) -> str:
    return f"Uitgegeven en toegezegd, {use.year}" if use.year else "Uitgegeven en toegezegd, hele fonds"


def _tone(use: thresholds.BudgetUse) -> str:
    return "attention" if use.level else ""


def _of(part: Decimal, whole: Decimal) -> str:
    """A part and its denominator, always named together."""
    return f"{euro(part)} van {euro(whole)} ({percent(part / whole, 1)})" if whole else euro(part)
