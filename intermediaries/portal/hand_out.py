"""Handing out: first look what each number would do, then record the good ones. What was typed is never lost."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from intermediaries.access import organisation_of
from intermediaries.handouts import handout, lists
from intermediaries.handouts.files import DAY_HEADING, NUMBER_HEADING, WHY_HEADING
from intermediaries.handouts.handout import HandoutRefused
from intermediaries.handouts.lists import HandoutList, Looked
from intermediaries.handouts.sentences import about_refusal
from intermediaries.portal.forms import HandOutForm
from intermediaries.portal.handout_preview import left, preview
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import local_day, now, today
from kbl.facts import FutureDate, refuse_future
from kbl.formats import counted
from kbl.spreadsheets import XLSX, Cell, to_xlsx
from vouchers.lifecycle import Overtaken
from vouchers.sentences import about_future


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def hand_out(request: ActingRequest) -> HttpResponse:
    """Type or choose a file, look, confirm: one page. The confirm button names what was shown as good.

    When these are no longer the good ones (somebody changed the field, or was first), the page shows what is new.
    """
    if request.method == "GET":
        return _page(request, HandOutForm(initial={"on": today()}))
    form = HandOutForm(request.POST, request.FILES)
    if getattr(request, "upload_too_large", False):
        form.refuse_too_large()
    if not form.is_valid():
        return _page(request, form)
    organisation, at = organisation_of(request.acting), now()
    listed, on = form.cleaned_data["listed"], form.cleaned_data["on"]
    agreed = request.POST.get("agreed", "")
    try:
        refuse_future(on, at)
        looked = lists.look(organisation, listed, on=on, today=local_day(at))
        if not agreed or agreed != looked.digest:
            return _looked(request, form, looked, changed=bool(agreed))
        recorded = handout.hand_out_days(organisation, looked.good, by=request.acting.user, at=at)
    except FutureDate as refused:
        form.add_error("on", about_future(refused))
        return _page(request, form)
    except (HandoutRefused, Overtaken):  # somebody was first, between our look and our writing
        looked = lists.look(organisation, listed, on=on, today=local_day(at))
        return _looked(request, form, looked, changed=True)
    return _recorded(request, recorded, listed, looked, on)


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def hand_out_look(request: ActingRequest) -> HttpResponse:
    """The same look while somebody scans or types: the part of the page beside the field. Records nothing."""
    text, form = request.POST.get("numbers", ""), HandOutForm(request.POST)
    if not text.strip():
        return render(request, "intermediary/hand_out_waiting.html")
    at = now()
    shown = None
    if form.is_valid() and form.cleaned_data["on"] <= local_day(at):
        listed = lists.read(text, still_typing=True)
        looked = lists.look(organisation_of(request.acting), listed, on=form.cleaned_data["on"], today=local_day(at))
        shown = preview(organisation_of(request.acting), listed, looked, form.cleaned_data["on"])
        whole = len(listed.lines) == len(form.cleaned_data["listed"].lines)
        if not whole:  # a number that is not finished yet: what is shown is not what the button would record
            shown["agreed"] = ""
    scanned = text.endswith("\n")  # a line was finished just now: whoever switched the sound on hears what it is
    page = {"preview": shown, "form": form, "live": True, "scanned": scanned}
    return render(request, "intermediary/hand_out_preview.html", page)


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def hand_out_refused(request: ActingRequest) -> HttpResponse:
    """What could not go, each number with its reason, as a file: put right, it can be chosen again."""
    form = HandOutForm(request.POST)
    if not form.is_valid():
        return redirect("intermediary:hand_out")
    listed, on = form.cleaned_data["listed"], form.cleaned_data["on"]
    looked = lists.look(organisation_of(request.acting), listed, on=on, today=today())
    rows: list[list[Cell]] = []
    for (reason, day), ranges in looked.refused.items():
        advice = about_refusal(reason)
        rows += [[f"{serial:07}", day, f"{advice.title}. {advice.next_step}"] for each in ranges for serial in each]
    rows += [[each.typed, None, each.sentence] for _, each in listed.unreadable]
    return HttpResponse(
        to_xlsx([NUMBER_HEADING, DAY_HEADING, WHY_HEADING], rows, title="Nog niet gemeld"),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, "kbl-nog-niet-gemeld.xlsx")},
    )


def _looked(request: ActingRequest, form: HandOutForm, looked: Looked, *, changed: bool) -> HttpResponse:
    """The list (with the lines of a file in it) and what it would do."""
    asked = form.cleaned_data
    again = HandOutForm(initial={"numbers": asked["text"], "on": asked["on"]})
    shown = preview(organisation_of(request.acting), asked["listed"], looked, asked["on"])
    return _page(request, again, shown, changed=changed)


def _recorded(request: ActingRequest, count: int, listed: HandoutList, looked: Looked, on: date) -> HttpResponse:
    """Done. Numbers that could not go stay in the field, with what is wrong with them."""
    words = counted(count, "voucher is", "vouchers zijn") + " vastgelegd."
    over = left(listed, looked, on)
    if not over:
        messages.success(request, words)
        return redirect("intermediary:hand_out")
    form = HandOutForm(initial={"numbers": over, "on": on})
    rest = preview(organisation_of(request.acting), lists.read(over), Looked(refused=looked.refused), on)
    return _page(request, form, rest, recorded=words)


def _page(request: ActingRequest, form: HandOutForm, shown: dict | None = None, **more) -> HttpResponse:
    return render(request, "intermediary/hand_out.html", {"form": form, "preview": shown, **more})
