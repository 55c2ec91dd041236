"""Renewals: which memberships ran a year, and what the library says of them. No answer is no renewal."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.facts import FutureDate
from kbl.organisations import books
from kbl.periods import years_later
from libraries import renewal
from libraries.access import end_for, ends_of, library_of, renewal_for, years_of
from libraries.models import MembershipYear
from libraries.portal.forms import NumbersForm, UndoForm
from libraries.renewal import NotRenewable
from libraries.sentences import about_renewal
from vouchers.numbers import NumberError, SerialRange, join, parse_range, ranges_of, split_entries
from vouchers.sentences import about_serials

ROWS, RECENT, PASTED = 100, 10, 1_000
ANSWERS: dict[str, tuple[Callable, str, str]] = {
    "renewed": (renewal.renew, "1 lidmaatschap is verlengd.", "{} lidmaatschappen zijn verlengd."),
    "ended": (renewal.end, "1 lidmaatschap is gestopt.", "{} lidmaatschappen zijn gestopt."),
}


@behind(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def renewals(request: ActingRequest) -> HttpResponse:
    """The worklist; a pasted list of numbers ticks its own rows, so that somebody sees them before answering."""
    at = now()
    if request.method == "GET":
        return _page(request, local_day(at), NumbersForm())
    if request.POST.get("answer") in ANSWERS:
        return _answer(request, request.POST["answer"], at)
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return _page(request, local_day(at), form)
    return _paste(request, local_day(at), form)


def _answer(request: ActingRequest, answer: str, at: datetime) -> HttpResponse:
    """Write the answer for every ticked row; one that cannot get it does not stop the others."""
    write, one, more = ANSWERS[answer]
    ticked = [int(pk) for pk in request.POST.getlist("year") if pk.isdecimal() and len(pk) < 19]
    if not ticked:
        messages.warning(request, "Vink eerst een of meer lidmaatschappen aan.")
        return redirect("library:renewals")
    done, refused = 0, set()
    for year in years_of(request.acting).filter(pk__in=ticked[:PASTED]).order_by("on", "pk"):
        try:
            write(year, by=request.acting.user, at=at)
            done += 1
        except (NotRenewable, FutureDate) as why:
            refused.add(about_renewal(why))
    if done:
        messages.success(request, one if done == 1 else more.format(done))
    for sentence in sorted(refused):
        messages.warning(request, sentence)
    return redirect("library:renewals")


def _paste(request: ActingRequest, on: date, form: NumbersForm) -> HttpResponse:
    """Show only the pasted memberships, ticked; what is not on the list is said back and stays in the field."""
    asked: list[SerialRange] = []
    unreadable: list[str] = []
    for each in split_entries(form.cleaned_data["numbers"]):
        try:
            asked.append(parse_range(each))
        except NumberError as error:
            unreadable.append(about_serials(error))
    wanted = join(asked)
    if sum(map(len, wanted)) > PASTED:
        form.add_error("numbers", f"Plak hoogstens {PASTED:,} nummers tegelijk.".replace(",", "."))
        return _page(request, on, form)
    serials = {serial for serials in wanted for serial in serials}
    rows = list(_answerable(request, on).filter(enrolment__voucher__in=serials))
    missing = ranges_of(serials - {row.enrolment.voucher_id for row in rows})
    return _page(request, on, form, pasted=rows, missing=missing, unreadable=unreadable)


def _answerable(request: ActingRequest, on: date):
    """Due rows whose new year has begun: a year is confirmed once it runs."""
    return renewal.due(library_of(request.acting), on=on).filter(on__lte=years_later(on, -1))


def _page(
    request: ActingRequest, on: date, form: NumbersForm, *, pasted: list[MembershipYear] | None = None, **more
) -> HttpResponse:
    page = None if pasted is not None else Paginator(_answerable(request, on), ROWS).get_page(request.GET.get("page"))
    answered = (
        years_of(request.acting).filter(ordinal__gt=1, revoked_at__isnull=True).order_by("-recorded_at", "-pk")[:RECENT]
    )
    context = {
        "form": form,
        "page": page,
        "rows": page if pasted is None else pasted,
        "pasted": pasted is not None,
        "soon": renewal.due(library_of(request.acting), on=on).filter(on__gt=years_later(on, -1)),
        "answered": answered,
        "frozen": books.frozen(answered),
        "ended": ends_of(request.acting).filter(revoked_at__isnull=True).order_by("-recorded_at", "-pk")[:RECENT],
    }
    return render(request, "library/renewals.html", context | more)


@behind(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def undo_renewal(request: ActingRequest, pk: int) -> HttpResponse:
    """Take a renewal back; the membership is on the worklist again."""
    return _undo(request, renewal_for(request.acting, pk), renewal.undo, "De verlenging is teruggedraaid.")


@behind(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def undo_end(request: ActingRequest, pk: int) -> HttpResponse:
    """Take back that a membership stopped; it is on the worklist again."""
    return _undo(request, end_for(request.acting, pk), renewal.undo_end, "Dit lidmaatschap staat weer in de lijst.")


def _undo(request: ActingRequest, fact, take_back: Callable, words: str) -> HttpResponse:
    form = UndoForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(fact, reason=form.cleaned_data["reason"], by=request.acting.user, at=now())
            messages.success(request, words)
        except (NotRenewable, books.QuarterClosed, books.BooksBusy) as refused:
            messages.error(request, about_renewal(refused))
        return redirect("library:renewals")
    return render(request, "library/undo_answer.html", {"fact": fact, "form": form})
