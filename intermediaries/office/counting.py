"""Cubiss settles what was counted differently."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries.accreditation import NotAccredited
from intermediaries.counting import settling
from intermediaries.counting.models import Difference, Settlement
from intermediaries.counting.sentences import about_settlement
from intermediaries.counting.settling import SettlementRefused
from intermediaries.office.counting_forms import OUTCOME_WORDS, SettleForm
from intermediaries.sentences import about_accreditation
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.formats import counted
from kbl.organisations.models import Organisation
from vouchers.custody.stock import StockRefused
from vouchers.entry import write
from vouchers.lifecycle import Overtaken
from vouchers.models import Voucher
from vouchers.office.two_steps import TOOK_TOO_LONG, patiently
from vouchers.runs import runs
from vouchers.sentences import about_obstacle

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss handelt verschillen af. U kunt ze wel bekijken."


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS)
def difference(request: ActingRequest, pk: int) -> HttpResponse:
    """One range that was counted differently: where our books have it, and how it can be settled."""
    rows = Difference.objects.select_related("organisation", "order", "recorded_by").prefetch_related("settlements__by")
    shown = get_object_or_404(rows, pk=pk)
    page: dict = {"difference": shown, "today": today(), "age": (today() - shown.on).days}
    if request.method == "POST":
        request.acting.require(Right.COORDINATE, because=ONLY_COORDINATOR)
    if request.method == "GET" or not shown.left:
        page["form"] = SettleForm(initial={"serials": write(tuple(shown.open_ranges()))}, difference=shown)
        return _page(request, page)
    form = page["form"] = SettleForm(request.POST, difference=shown)
    if not form.is_valid() or "back" in request.POST:
        return _page(request, page, status=422 if form.errors else 200)
    entry, outcome = form.cleaned_data["serials"], form.cleaned_data["outcome"]
    agreed = request.POST.get("agreed", "")
    try:
        with patiently():
            found = settling.preview_settlement(shown, entry.ranges, outcome, on=today())
        if found.good and agreed == write(found.good):
            with patiently():
                settling.settle(shown, found.good, outcome=outcome, by=request.acting.user, at=now())
            messages.success(request, _done(shown, found.count))
            return redirect("cubiss:difference", pk=pk)
    except OperationalError:
        form.add_error("serials", TOOK_TOO_LONG)
        return _page(request, page, status=422)
    except NotAccredited as refused:
        form.add_error("outcome", about_accreditation(refused))
        return _page(request, page, status=422)
    except SettlementRefused as refused:
        messages.error(request, about_settlement(refused))
        return redirect("cubiss:difference", pk=pk)
    except (StockRefused, Overtaken):  # somebody was first, between our preview and our writing
        found = settling.preview_settlement(shown, entry.ranges, outcome, on=today())
    page |= {
        "preview": found,
        "obstacles": [(each, about_obstacle(each, holder=_holder(shown, outcome))) for each in found.obstacles],
        "unreadable": entry.unreadable,
        "twice": entry.twice,
        "agreed": write(found.good),
        "changed": bool(agreed),
        "outcome_words": OUTCOME_WORDS[Settlement.Outcome(outcome)],
        "danger": outcome == Settlement.Outcome.LOST,
    }
    return _page(request, page, status=200 if found.good else 422)


def _page(request: ActingRequest, page: dict, *, status: int = 200) -> HttpResponse:
    shown = page["difference"]
    found = runs(Voucher.objects.within(shown.range))
    names = Organisation.objects.in_bulk({run.holder_id for run in found if run.holder_id})
    page["runs"] = [(run, names.get(run.holder_id)) for run in found[:20]]
    return render(request, "cubiss/difference.html", page, status=status)


def _holder(shown: Difference, outcome: str) -> str:
    return str(shown.organisation) if outcome != Settlement.Outcome.GIVEN else ""


def _done(shown: Difference, count: int) -> str:
    rest = f" Nog {shown.left} open." if shown.left else " Het verschil is nu rond."
    return f"{counted(count, 'nummer', 'nummers')} afgehandeld.{rest}"
