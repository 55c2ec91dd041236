"""The office pays: what can be paid now, a run with its file, and its steps."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, Denied, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.formats import counted
from kbl.money import ZERO
from kbl.organisations.models import AccountChange
from kbl.payments import payment_view
from kbl.payments.bank import not_executed as not_executed_by_bank
from kbl.payments.bank_days import next_bank_day
from kbl.payments.models import Payment, PaymentRun
from kbl.payments.office import choosing
from kbl.payments.office.forms import RunForm
from kbl.payments.runs import payable, runs
from kbl.payments.sentences import REFUSALS, WHY_NOT_PAYABLE, sentence
from kbl.settlements.models import Statement

RUNS_PER_PAGE, PAYMENTS_PER_PAGE = 20, 100
STEPS = "Een betaalrun geeft de coördinator of de financiële medewerker vrij."
FILES = "Het bestand voor de bank haalt alleen de financiële medewerker op. U kunt wel alles van deze run bekijken."
OTHERS_CHANGED = "Aan de andere afrekeningen veranderde intussen iets. Kijk ze nog eens na en kies opnieuw."
PREPARES = "Een betaalrun zet de financiële medewerker klaar."


@require_safe
@requires_audience(Audience.CUBISS)
def payments(request: ActingRequest) -> HttpResponse:
    """What can be paid now, the runs that wait, and those that were before."""
    return _payments(request, RunForm(initial={"execute_on": next_bank_day(clock.today() + timedelta(days=1))}))


@require_POST
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=PREPARES)
def prepare(request: ActingRequest) -> HttpResponse:
    """Make a run of what was ticked, as it was shown; pressed twice, it is the same run."""
    form, more = RunForm(request.POST), _others(request)
    keys = {int(key) for key in request.POST.getlist("statement") if key.isdecimal() and len(key) < 10}
    if not form.is_valid():
        return _payments(request, form, ticked=keys)
    if more is None:
        day, others = form.cleaned_data["execute_on"], request.POST["others"]
        if run_there := choosing.prepared_already(keys, others, on=day, by=request.acting.user):
            messages.info(request, f"{run_there} stond al klaar.")
            return redirect("cubiss:payment_run", run_there.number)
        return _payments(request, form, ticked=keys, refusal=OTHERS_CHANGED)
    wanted = keys | more.keys()
    chosen = list(Statement.objects.filter(pk__in=wanted).select_related("organisation", "closing"))
    seen = {key: request.POST.get(f"seen-{key}", "") for key in keys} | more
    on, user = form.cleaned_data["execute_on"], request.acting.user
    try:
        run = runs.prepare(chosen, execute_on=on, by=user, at=clock.now(), seen=seen)
    except runs.DayRefused as refused:
        form.add_error("execute_on", sentence(refused))
        return _payments(request, form, ticked=keys)
    except runs.NotPayable as refused:
        if run_there := runs.prepared_with(chosen, on=on, by=user):
            messages.info(request, f"{run_there} stond al klaar.")
            return redirect("cubiss:payment_run", run_there.number)
        return _payments(request, form, ticked=keys, refusal=sentence(refused))
    except REFUSALS as refused:
        return _payments(request, form, ticked=keys, refusal=sentence(refused))
    messages.success(request, f"{run} staat klaar. Een collega kijkt hem na en geeft hem vrij.")
    return redirect("cubiss:payment_run", run.number)


@require_safe
@requires_audience(Audience.CUBISS)
def payment_run(request: ActingRequest, number: int) -> HttpResponse:
    """A run: its payments, its totals, who did what, and what can be done now."""
    run = _get(number)
    page = Paginator(payment_view.payments_of(run), PAYMENTS_PER_PAGE).get_page(request.GET.get("page"))
    acting, is_open = request.acting, run.status == PaymentRun.Status.PREPARED
    context = {
        "run": run,
        "page": page,
        "rows": payment_view.rows(run, page),
        "total": run.payments.aggregate(total=Sum("amount"))["total"] or ZERO,
        "totals": payment_view.totals(run),
        "new_accounts": payment_view.new_accounts(run),
        "moved": runs.changed_accounts(run) if is_open else [],
        "refused_accounts": runs.refused_accounts(run) if is_open else [],
        "pays_old": runs.changed_accounts(run) if run.status == PaymentRun.Status.RELEASED else [],
        "may_step": acting.may(Right.RELEASE),
        "may_fetch": acting.may(Right.KEEP_BOOKS),
        "may_release": acting.may(Right.RELEASE) and is_open and run.prepared_by_id != acting.user.pk,
        "is_own": run.prepared_by_id == acting.user.pk,
        "is_late": is_open and run.execute_on < clock.today(),
        "may_refuse": acting.may(Right.RELEASE)
        and run.status in ("released", "executed")
        and not_executed_by_bank.certain_from(run) <= clock.today()
        and runs.unseen(run).exists(),
        "refused": run.payments.filter(ended=Payment.Ended.REFUSED).exists(),
        "may_execute": acting.may(Right.RELEASE) and run.status == "released" and run.execute_on <= clock.today(),
    }
    return render(request, "cubiss/payment_run.html", context)


@require_safe
@requires_audience(Audience.CUBISS, Right.KEEP_BOOKS, because=FILES)
def payment_file(request: ActingRequest, number: int) -> HttpResponse:
    """The file for the bank, the bytes that were kept; only once a second person released it."""
    run = _get(number)
    if run.released_at is None:
        raise Denied("Het bestand is er pas na de vrijgave door een collega.")
    if run.payments.filter(ended=Payment.Ended.REFUSED).exists():
        raise Denied("De bank voerde deze run niet uit. Lever dit bestand niet nog eens aan: maak een nieuwe run.")
    return HttpResponse(
        bytes(run.file.content),
        content_type="application/xml",
        headers={
            "Content-Disposition": content_disposition_header(True, run.file.filename),
            "ETag": f'"{run.file.sha256}"',
            "Cache-Control": "private, no-store",
        },
    )


@require_POST
@requires_audience(Audience.CUBISS, Right.RELEASE, because=STEPS)
def release(request: ActingRequest, number: int) -> HttpResponse:
    """A second person lets the file go to the bank."""
    return _step(request, number, runs.release, "{} is vrijgegeven. Haal het bestand op en lever het aan bij de bank.")


@require_POST
@requires_audience(Audience.CUBISS, Right.RELEASE, because=STEPS)
def cancel(request: ActingRequest, number: int) -> HttpResponse:
    """Take a run back before its release."""
    return _step(request, number, runs.cancel, "{} is ingetrokken. De afrekeningen kunnen weer betaald worden.")


@require_POST
@requires_audience(Audience.CUBISS, Right.RELEASE, because=STEPS)
def executed(request: ActingRequest, number: int) -> HttpResponse:
    """Somebody saw at the bank that the run was executed."""
    words = "Bij {} staat nu dat de bank hem uitvoerde. Lees het afschrift in: dan staan de afrekeningen op betaald."
    return _step(request, number, runs.mark_executed, words)


@require_POST
@requires_audience(Audience.CUBISS, Right.RELEASE, because=STEPS)
def not_executed(request: ActingRequest, number: int) -> HttpResponse:
    """The bank refused the run: what it never booked can be paid again."""
    words = "Wat de bank van {} niet uitvoerde, kan opnieuw betaald worden."
    return _step(request, number, not_executed_by_bank.not_executed, words)


def _others(request: ActingRequest) -> dict[int, str] | None:
    """What was seen of the statements without a line of their own, when those are chosen; None: it changed since."""
    if not (seen := request.POST.get("others")):
        return {}
    shown = {int(name[5:]) for name in request.POST if name.startswith("seen-") and name[5:].isdecimal()}
    good = [each for each in payable.payable_statements() if not each.obstacle]
    others = choosing.Others.than(shown, good)
    return {each.statement.pk: each.seen for each in others.payables} if others.seen == seen else None


def _step(request: ActingRequest, number: int, step, words: str) -> HttpResponse:
    run = _get(number)
    try:
        step(run, by=request.acting.user, at=clock.now())
        messages.success(request, words.format(run))
    except REFUSALS as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:payment_run", number)


def _payments(
    request: ActingRequest, form: RunForm, *, ticked: set[int] | None = None, refusal: str = ""
) -> HttpResponse:
    found = payable.payable_statements()
    good = [each for each in found if not each.obstacle]
    shown = choosing.shown_first(good)
    others = choosing.Others.than({each.statement.pk for each in shown}, good)
    every = PaymentRun.objects.select_related("prepared_by").annotate(
        total=Sum("payments__amount"), count=Count("payments")
    )
    every = every.order_by("-number")
    context = {
        "form": form,
        "refusal": refusal,
        "good": shown,
        "others": others,
        "others_ticked": ticked is None or bool(request.POST.get("others")),
        "good_note": counted(len(good), "afrekening", "afrekeningen"),
        "blocked": [(each, WHY_NOT_PAYABLE[each.obstacle]) for each in found if each.obstacle],
        "ticked": {each.statement.pk for each in shown} if ticked is None else ticked,
        "total": sum((each.amount for each in good), ZERO),
        "on_their_way": payment_view.on_their_way(),
        "overpaid": payable.overpaid_statements(),
        "waiting": every.filter(status=PaymentRun.Status.PREPARED),
        "page": Paginator(every.exclude(status="prepared"), RUNS_PER_PAGE).get_page(request.GET.get("page")),
        "accounts_waiting": AccountChange.objects.filter(decided_at__isnull=True).count(),
        "may_prepare": request.acting.may(Right.KEEP_BOOKS),
    }
    return render(request, "cubiss/payments.html", context, status=422 if ticked is not None else 200)


def _get(number: int) -> PaymentRun:
    every = PaymentRun.objects.select_related("prepared_by", "released_by", "cancelled_by", "executed_by")
    return get_object_or_404(every, number=number)
