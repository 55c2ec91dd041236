"""Handing out: first look what each number would do, then record the good ones. What was typed is never lost."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries import handout
from intermediaries.access import organisation_of
from intermediaries.accreditation import accreditation_on
from intermediaries.handout import HandoutRefused, Preview
from intermediaries.portal.forms import HandOutForm
from intermediaries.sentences import Advice, about_refusal
from kbl.accounts.access import ActingRequest, behind
from kbl.accounts.models import Audience
from kbl.clock import now, today
from kbl.facts import FutureDate, refuse_future
from kbl.organisations.models import ClosedQuarter, Organisation
from kbl.periods import Quarter
from vouchers.entry import Entry, write
from vouchers.lifecycle import Overtaken
from vouchers.numbers import SerialRange
from vouchers.sentences import about_future


@dataclass(frozen=True)
class Group:
    """A row of the preview: numbers of which the same is true."""

    serials: tuple[SerialRange, ...]
    count: int
    advice: Advice


@behind(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def hand_out(request: ActingRequest) -> HttpResponse:
    """Type, look, confirm: one page. The confirm button carries the numbers that were shown as good.

    When these are no longer the good ones (somebody changed the field, or was first), the page shows what is new.
    """
    if request.method == "GET":
        return _page(request, HandOutForm(initial={"on": today()}))
    form = HandOutForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    organisation, entry, on, at = organisation_of(request.acting), *_asked(form), now()
    try:
        refuse_future(on, at)
        looked = handout.preview(organisation, list(entry.ranges), on=on)
        agreed = request.POST.get("agreed", "")
        if not agreed or agreed != write(looked.good):
            return _page(request, form, _preview(organisation, entry, looked, on), changed=bool(agreed))
        recorded = handout.hand_out(organisation, list(looked.good), on=on, by=request.acting.user, at=at)
    except FutureDate as refused:
        form.add_error("on", about_future(refused))
        return _page(request, form)
    except (HandoutRefused, Overtaken):  # somebody was first, between our look and our writing
        looked = handout.preview(organisation, list(entry.ranges), on=on)
        return _page(request, form, _preview(organisation, entry, looked, on), changed=True)
    return _recorded(request, recorded, entry, looked, on)


def _asked(form: HandOutForm) -> tuple[Entry, date]:
    return form.cleaned_data["numbers"], form.cleaned_data["on"]


def _recorded(request: ActingRequest, count: int, entry: Entry, looked: Preview, on: date) -> HttpResponse:
    """Done. Numbers that could not go stay in the field, with what is wrong with them."""
    left = [str(serials) for refusal in looked.refused for serials in refusal.serials]
    left += [each.typed for each in entry.unreadable]
    words = "1 voucher is vastgelegd." if count == 1 else f"{count} vouchers zijn vastgelegd."
    if not left:
        messages.success(request, words)
        return redirect("intermediary:hand_out")
    form = HandOutForm(initial={"numbers": "\n".join(left), "on": on})
    rest = _preview(organisation_of(request.acting), entry, Preview((), looked.refused), on)
    return _page(request, form, rest, recorded=words)


def _preview(organisation: Organisation, entry: Entry, looked: Preview, on: date) -> dict:
    """What the page shows of a look at the numbers."""
    return {
        "good": looked.good,
        "count": looked.count,
        "agreed": write(looked.good),
        "refused": [Group(each.serials, each.count, about_refusal(each)) for each in looked.refused],
        "unreadable": entry.unreadable,
        "twice": entry.twice,
        "late": ClosedQuarter.objects.filter(quarter=Quarter.of(on)).exists(),
        "unaccredited": accreditation_on(organisation, on) is None,
    }


def _page(request: ActingRequest, form: HandOutForm, preview: dict | None = None, **more) -> HttpResponse:
    return render(request, "intermediary/hand_out.html", {"form": form, "preview": preview, **more})
