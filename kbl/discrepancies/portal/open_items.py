"""An intermediary's open items: what it still has to report, and what it may know about vouchers nobody used."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from intermediaries.access import organisation_of
from intermediaries.handouts.handout import HandoutNotUndoable
from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.discrepancies import own_items
from kbl.discrepancies.answers import AnswerRefused, pauses
from kbl.discrepancies.models import PAUSES, AnswerWords
from kbl.discrepancies.portal.forms import REPORTED, KnownNumbersForm, UnreportedForm, UnusedForm
from kbl.discrepancies.sentences import about_refused
from kbl.formats import counted, voucher_count
from vouchers.entry import AT_ONCE

SHOWN = 200
UNUSED, NUMBERS = "ongebruikt_%s", "nummers_%s"  # three forms on one page, each with ids of its own
TICK = "Zet eerst een vinkje voor een of meer regels."


@require_safe
@requires_audience(Audience.INTERMEDIARY)
def open_items(request: ActingRequest) -> HttpResponse:
    """Both lists, each with its own form."""
    return _page(request)


def _page(
    request: ActingRequest,
    *,
    unreported_form: UnreportedForm | None = None,
    unused_form: UnusedForm | None = None,
    numbers_form: KnownNumbersForm | None = None,
    ticked: tuple = (),
    refused: tuple = (),
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    organisation, today = organisation_of(request.acting), clock.today()
    serials = list(own_items.unreported(organisation, today).order_by("voucher").values_list("voucher_id", flat=True))
    context = {
        "serials": serials[:SHOWN],
        "more": max(0, len(serials) - SHOWN),
        "count": len(serials),
        "groups": own_items.groups(organisation, today),
        "unreported_form": unreported_form or UnreportedForm(today=today),
        "unused_form": unused_form or UnusedForm(auto_id=UNUSED),
        "numbers_form": numbers_form or KnownNumbersForm(auto_id=NUMBERS),
        "ticked": ticked,
        "refused": [(each, each.advice) for each in refused],
        "refusal": refusal,
    }
    return render(request, "intermediary/open_items.html", context, status=status)


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def report(request: ActingRequest) -> HttpResponse:
    """The used vouchers that are ticked: handed out on a day, not ours, or later. What cannot be keeps its tick."""
    organisation, at = organisation_of(request.acting), clock.now()
    today = clock.local_day(at)
    form = UnreportedForm(request.POST, today=today)
    serials = _numbers(request, "voucher")
    if not serials or not form.is_valid():
        return _page(request, unreported_form=form, ticked=serials, refusal="" if serials else TICK, status=422)
    words = form.cleaned_data["wat"]
    if words == REPORTED:
        day = form.cleaned_data["on"]
        count, refused = own_items.report(organisation, serials, on=day, by=request.acting.user, at=at)
        if refused:
            if count:
                messages.success(request, f"{voucher_count(count)} gemeld.")
            left = tuple(serial for each in refused for part in each.serials for serial in part)
            return _page(request, unreported_form=form, ticked=left, refused=refused, status=422)
        if count:
            messages.success(request, f"{voucher_count(count)} gemeld. De vergoeding komt op uw volgende declaratie.")
        else:
            messages.info(request, "Er was niets meer te melden. Misschien deed een collega het al.")
        return redirect("intermediary:open_items")
    until = today + PAUSES[AnswerWords(words)] if pauses(words) else None
    told = {"words": words, "until": until, "by": request.acting.user, "at": at}
    seen = own_items.answer_unreported(organisation, serials, **told)
    _say(
        request,
        len(seen.good),
        "Dank u wel. Cubiss zoekt het uit." if until is None else "Wij vragen het later weer.",
    )
    return redirect("intermediary:open_items")


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def unused(request: ActingRequest) -> HttpResponse:
    """Whole quarters of vouchers that nobody used: under way, or not used any more."""
    organisation, at = organisation_of(request.acting), clock.now()
    today = clock.local_day(at)
    form = UnusedForm(request.POST, auto_id=UNUSED)
    keys = tuple(request.POST.getlist("groep"))
    if not keys or not form.is_valid():
        return _page(request, unused_form=form, ticked=keys, refusal="" if keys else TICK, status=422)
    words = form.cleaned_data["antwoord"]
    until = today + PAUSES[AnswerWords(words)] if pauses(words) else None
    count = 0
    try:
        for group in own_items.groups(organisation, today):
            if group.key in keys:
                told = {"words": words, "until": until, "by": request.acting.user, "at": at}
                count += len(own_items.answer_group(organisation, group, **told).good)
    except AnswerRefused as refused:
        return _page(request, unused_form=form, ticked=keys, refusal=about_refused(refused), status=422)
    _say(request, count, "Dank u wel." if until is None else "Wij vragen het over 90 dagen weer.", told_count=False)
    return redirect("intermediary:open_items")


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def numbers(request: ActingRequest) -> HttpResponse:
    """Numbers that came back or got lost. Of which there was nothing to tell is said, and never why."""
    form = KnownNumbersForm(request.POST, auto_id=NUMBERS)
    if not form.is_valid():
        return _page(request, numbers_form=form, status=422)
    entry = form.cleaned_data["nummers"]
    if entry.count > AT_ONCE // 10:
        form.add_error("nummers", f"Dit zijn er te veel voor één keer. Geef er hooguit {AT_ONCE // 10}.")
        return _page(request, numbers_form=form, status=422)
    organisation = organisation_of(request.acting)
    act = own_items.came_back if form.cleaned_data["wat"] == "terug" else own_items.are_lost
    serials = [serial for each in entry.ranges for serial in each]
    try:
        told = act(organisation, serials, by=request.acting.user, at=clock.now())
    except HandoutNotUndoable as refused:
        form.add_error(None, str(refused.advice))
        return _page(request, numbers_form=form, status=422)
    if told.undone:
        messages.success(request, counted(told.undone, "voucher ligt", "vouchers liggen") + " weer in uw voorraad.")
    if told.answered:
        messages.success(request, f"{voucher_count(told.answered)} genoteerd. Dank u wel.")
    if told.nothing:
        named = ", ".join(map(str, told.nothing[:10]))
        messages.info(request, f"Van deze nummers hoeven wij niets te weten: {named}.")
    for each in entry.unreadable[:5]:
        messages.warning(request, f"‘{each.typed[:30]}’: {each.sentence}")
    return redirect("intermediary:open_items")


def _numbers(request: ActingRequest, name: str) -> tuple[int, ...]:
    return tuple(int(each) for each in request.POST.getlist(name) if each.isdecimal() and len(each) <= 7)


def _say(request: ActingRequest, count: int, words: str, *, told_count: bool = True) -> None:
    if count:
        messages.success(request, f"{voucher_count(count)} beantwoord. {words}" if told_count else words)
    else:
        messages.info(request, "Er was niets meer te beantwoorden. Misschien deed een collega het al.")
