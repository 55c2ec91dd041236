"""Handing out: first what each number would do, then record the good ones. What was typed is never lost."""

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
from intermediaries.handouts.lists import HandoutList, ListPreview
from intermediaries.portal.forms import HandOutForm
from intermediaries.portal.handout_preview import left, preview
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.accounts.uploads import refused_file
from kbl.clock import local_day, now, today
from kbl.formats import counted
from kbl.organisations.models import Organisation
from kbl.spreadsheets import XLSX, Cell, to_xlsx
from vouchers.lifecycle import Overtaken


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def hand_out(request: ActingRequest) -> HttpResponse:
    """Type or choose a file, see what would happen, confirm: one page. The confirm button names what was shown as good.

    When these are no longer the good ones (somebody changed the field, or was first), the page shows what is new.
    """
    if request.method == "GET":
        return _page(request, HandOutForm(initial={"on": today()}))
    refused = refused_file(request, at=now())
    form = HandOutForm(request.POST, None if refused else request.FILES)
    if refused:
        form.add_error("file", refused)
    if getattr(request, "upload_too_large", False):
        form.refuse_too_large()
    if not form.is_valid():
        return _page(request, form)
    if form.hidden:
        messages.info(request, form.hidden)
    organisation, at = organisation_of(request.acting), now()
    listed, on = form.cleaned_data["listed"], form.cleaned_data["on"]
    if _wrong_day(form, organisation, today=local_day(at)):
        return _page(request, form)
    agreed = request.POST.get("agreed", "")
    seen = lists.preview(organisation, listed, on=on, today=local_day(at))
    if not agreed or agreed != seen.digest:
        return _seen(request, form, seen, changed=bool(agreed))
    try:
        recorded = handout.hand_out_days(organisation, seen.good, by=request.acting.user, at=at)
    except (HandoutRefused, Overtaken):  # somebody was first, between our preview and our writing
        seen = lists.preview(organisation, listed, on=on, today=local_day(at))
        return _seen(request, form, seen, changed=True)
    return _recorded(request, recorded, listed, seen, on)


def _wrong_day(form: HandOutForm, organisation: Organisation, *, today: date) -> bool:
    """Say beside the day of a valid form what is wrong with it, whatever the numbers are."""
    if advice := handout.wrong_day(organisation, on=form.cleaned_data["on"], today=today):
        form.add_error("on", str(advice))
    return advice is not None


@require_POST
@requires_audience(Audience.INTERMEDIARY)
def hand_out_preview(request: ActingRequest) -> HttpResponse:
    """The same preview while somebody scans or types: the part of the page beside the field. Records nothing."""
    text, form = request.POST.get("numbers", ""), HandOutForm(request.POST)
    if not text.strip():
        return render(request, "intermediary/hand_out_waiting.html")
    organisation, today = organisation_of(request.acting), local_day(now())
    shown = None
    if form.is_valid() and not _wrong_day(form, organisation, today=today):
        listed, on = lists.read(text, still_typing=True), form.cleaned_data["on"]
        seen = lists.preview(organisation, listed, on=on, today=today)
        shown = preview(organisation, listed, seen, on)
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
    seen = lists.preview(organisation_of(request.acting), listed, on=on, today=today())
    rows: list[list[Cell]] = []
    for refusal in seen.refused:
        why = str(refusal.advice)
        rows += [[f"{serial:07}", refusal.on, why] for each in refusal.serials for serial in each]
    rows += [[each.typed, line.day, each.sentence] for line, each in listed.unreadable]
    return HttpResponse(
        to_xlsx([NUMBER_HEADING, DAY_HEADING, WHY_HEADING], rows, title="Nog niet gemeld"),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, "kbl-nog-niet-gemeld.xlsx")},
    )


def _seen(request: ActingRequest, form: HandOutForm, seen: ListPreview, *, changed: bool) -> HttpResponse:
    """The list (with the lines of a file in it) and what it would do."""
    asked = form.cleaned_data
    again = HandOutForm(initial={"numbers": asked["text"], "on": asked["on"]})
    shown = preview(organisation_of(request.acting), asked["listed"], seen, asked["on"])
    return _page(request, again, shown, changed=changed)


def _recorded(request: ActingRequest, count: int, listed: HandoutList, seen: ListPreview, on: date) -> HttpResponse:
    """Done. Numbers that could not go stay in the field, with what is wrong with them."""
    words = counted(count, "voucher is", "vouchers zijn") + " vastgelegd."
    over = left(listed, seen, on)
    if not over:
        messages.success(request, words)
        return redirect("intermediary:hand_out")
    form = HandOutForm(initial={"numbers": over, "on": on})
    rest = preview(organisation_of(request.acting), lists.read(over), ListPreview(refused=seen.refused), on)
    return _page(request, form, rest, recorded=words)


def _page(request: ActingRequest, form: HandOutForm, shown: dict | None = None, **more) -> HttpResponse:
    return render(request, "intermediary/hand_out.html", {"form": form, "preview": shown, **more})
