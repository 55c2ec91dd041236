"""Renewals: which memberships ran a year, and what the library says of them. No answer is no renewal."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now
from kbl.organisations import closing_lock
from libraries import renewal
from libraries.access import end_for, ends_of, library_of, renewal_for, years_of
from libraries.eligibility import renewing, undoing
from libraries.eligibility.renewing import NotRenewable
from libraries.eligibility.undoing import NotUndoable
from libraries.models import MembershipYear
from libraries.portal.forms import NumbersForm, UndoAtLibraryForm
from libraries.sentences import about_undo
from vouchers import entry
from vouchers.fields import LONGEST_TEXT
from vouchers.numbers import ranges_of, show_serial

ROWS, RECENT, SOON, PASTED = 100, 5, 8, 1_000
ANSWERS: dict[str, tuple[Callable, str, str]] = {
    "renewed": (renewal.renew, "1 lidmaatschap is verlengd.", "{} lidmaatschappen zijn verlengd."),
    "ended": (renewal.end, "1 lidmaatschap is gestopt.", "{} lidmaatschappen zijn gestopt."),
}


@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def renewals(request: ActingRequest) -> HttpResponse:
    """The worklist; a pasted column of numbers is shown number by number before it is recorded with one press."""
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
    """Write the answer for every ticked row; one that cannot get it does not stop the others.

    `rest` is what could not be used of a pasted column: it goes back into the field, so that nothing is lost.
    """
    write, one, more = ANSWERS[answer]
    ticked = [int(pk) for pk in request.POST.getlist("year") if pk.isdecimal() and len(pk) < 19]
    if not ticked:
        messages.warning(request, "Vink eerst een of meer lidmaatschappen aan.")
    done = 0
    refused: dict[str, list[str]] = {}
    for year in years_of(request.acting).filter(pk__in=ticked[:PASTED]).order_by("on", "pk"):
        try:
            write(year, by=request.acting.user, at=at)
            done += 1
        except NotRenewable as why:
            refused.setdefault(str(why.advice), []).append(show_serial(year.enrolment.voucher_id))
    if done:
        messages.success(request, one if done == 1 else more.format(done))
    for sentence, serials in sorted(refused.items()):
        messages.warning(request, f"{', '.join(serials)}: {sentence}")
    if rest := request.POST.get("rest", "")[:LONGEST_TEXT]:
        messages.info(request, "Wat nog niet kon, staat in het veld bij “Plak nummers”.")
        form = NumbersForm(initial={"numbers": rest, "meant": answer})
        return _page(request, local_day(at), form, left_over=True)
    return redirect("library:renewals")


def _paste(request: ActingRequest, on: date, form: NumbersForm) -> HttpResponse:
    """Per number what would happen: the memberships that wait, ticked, and of every other number why not."""
    asked = entry.read(form.cleaned_data["numbers"])
    if asked.count > PASTED:
        form.add_error("numbers", f"Plak hoogstens {PASTED:,} nummers tegelijk.".replace(",", "."))
        return _page(request, on, form)
    library = library_of(request.acting)
    serials = {serial for serials in asked.ranges for serial in serials}
    rows = list(renewal.answerable(library, on=on).filter(enrolment__voucher__in=serials))
    others = renewing.refused_numbers(library, serials, today=on)
    rest = [*map(show_serial, others), *(each.typed for each in asked.unreadable)]
    return _page(
        request,
        on,
        form,
        pasted=rows,
        meant=form.cleaned_data["meant"],
        others=_by_reason(others),
        unreadable=asked.unreadable,
        rest="\n".join(rest),
    )


def _by_reason(others: dict[int, NotRenewable]) -> list[tuple[str, str]]:
    """Numbers beside the one sentence about them: neighbours with the same sentence stand together as a range."""
    sentences: dict[str, set[int]] = {}
    for serial, refused in others.items():
        sentences.setdefault(str(refused.advice), set()).add(serial)
    spread = [(serials, sentence) for sentence, found in sentences.items() for serials in ranges_of(found)]
    return [(str(serials), sentence) for serials, sentence in sorted(spread, key=lambda pair: pair[0].first)]


def _page(
    request: ActingRequest, on: date, form: NumbersForm, *, pasted: list[MembershipYear] | None = None, **more
) -> HttpResponse:
    library = library_of(request.acting)
    waiting = Paginator(renewal.answerable(library, on=on), ROWS)
    page = None if pasted is not None else waiting.get_page(request.GET.get("page"))
    soon = renewal.due(library, on=on).exclude(pk__in=renewal.answerable(library, on=on).order_by().values("pk"))
    renewed = years_of(request.acting).filter(ordinal__gt=1, revoked_at__isnull=True).order_by("-recorded_at", "-pk")
    ended = ends_of(request.acting).filter(revoked_at__isnull=True).order_by("-recorded_at", "-pk")
    answered = renewed[:RECENT]
    context = {
        "form": form,
        "page": page,
        "rows": page if pasted is None else pasted,
        "pasted": pasted is not None,
        "soon": soon[:SOON],
        "later": max(soon.count() - SOON, 0),
        "answered": answered,
        "can_be_undone": undoing.renewals_that_can_be_undone(list(answered), today=on),
        "ended": ended[:RECENT],
        "counts": {"unknown": waiting.count, "renewed": renewed.count(), "ended": ended.count()},
    }
    return render(request, "library/renewals.html", context | more)


@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def undo_renewal(request: ActingRequest, pk: int) -> HttpResponse:
    """Take a renewal back; the membership is on the worklist again."""
    return _undo(request, renewal_for(request.acting, pk), renewal.undo, "De verlenging is teruggedraaid.")


@requires_audience(Audience.LIBRARY)
@require_http_methods(["GET", "POST"])
def undo_end(request: ActingRequest, pk: int) -> HttpResponse:
    """Take back that a membership stopped; it is on the worklist again."""
    return _undo(request, end_for(request.acting, pk), renewal.undo_end, "Dit lidmaatschap staat weer in de lijst.")


def _undo(request: ActingRequest, fact, take_back: Callable, words: str) -> HttpResponse:
    form = UndoAtLibraryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back(fact, reason=form.cleaned_data["reason"], by=request.acting.user, at=now())
            messages.success(request, words)
        except (NotUndoable, closing_lock.BooksBusy) as refused:
            messages.error(request, about_undo(refused))
        return redirect("library:renewals")
    return render(request, "library/undo_answer.html", {"fact": fact, "form": form})
