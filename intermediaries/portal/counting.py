"""Counting: what did not come with a parcel, and what lies in the drawer too many or too few."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from intermediaries.access import organisation_of
from intermediaries.counting import differences
from intermediaries.counting.differences import CountPreview, CountRefused
from intermediaries.counting.sentences import about_count
from intermediaries.orders.models import Order
from intermediaries.orders.orders import OrderRefused
from intermediaries.orders.sentences import about_order
from intermediaries.portal.counting_forms import CountForm
from intermediaries.portal.orders import order_for
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import now
from kbl.eligibility import Advice
from vouchers.entry import NumberEntry, write
from vouchers.numbers import SerialRange


@dataclass(frozen=True)
class RefusedNumbers:
    """A row of the preview: numbers of which the same is true."""

    serials: tuple[SerialRange, ...]
    count: int
    advice: Advice


@dataclass(frozen=True)
class FieldPreview:
    """What the preview shows of one of the two fields."""

    title: str
    good_words: str
    counted: CountPreview
    entry: NumberEntry

    @property
    def refused(self) -> list[RefusedNumbers]:
        return [RefusedNumbers(each.serials, each.count, about_count(each)) for each in self.counted.refused]

    @property
    def has_any(self) -> bool:
        return bool(self.entry.ranges or self.entry.unreadable)


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def order_difference(request: ActingRequest, pk: int) -> HttpResponse:
    """Something else came than was on the packing list."""
    order = order_for(request.acting, pk)
    if request.method == "GET" and order.status != Order.Status.SHIPPED:
        return redirect("intermediary:order", pk=pk)
    return _count(request, order)


@requires_audience(Audience.INTERMEDIARY)
@require_http_methods(["GET", "POST"])
def count(request: ActingRequest) -> HttpResponse:
    """We counted our drawer."""
    return _count(request, None)


def _count(request: ActingRequest, order: Order | None) -> HttpResponse:
    """Type, preview, confirm: the button carries the numbers that were shown as good, and only those are told."""
    organisation, form = organisation_of(request.acting), CountForm(request.POST or None)
    page: dict = {"form": form, "order": order}
    if request.method == "POST" and form.is_valid():
        missing, extra = form.cleaned_data["missing"], form.cleaned_data["extra"]
        lacking = differences.preview_missing(organisation, missing.ranges, order=order)
        more = differences.preview_extra(organisation, extra.ranges)
        agreed = request.POST.get("agreed", "")
        if agreed and agreed == _agreed(lacking, more):
            try:
                differences.report(
                    organisation,
                    missing=lacking.good,
                    extra=more.good,
                    order=order,
                    by=request.acting.user,
                    at=now(),
                )
            except OrderRefused as refused:
                messages.error(request, about_order(refused))
                return redirect("intermediary:order", pk=refused.order.pk if refused.order else 0)
            except CountRefused:  # somebody was first, between our preview and our writing
                lacking = differences.preview_missing(organisation, missing.ranges, order=order)
                more = differences.preview_extra(organisation, extra.ranges)
            else:
                messages.success(request, "Dank u wel. Cubiss zoekt het uit. Wat u wel hebt, kunt u gewoon uitreiken.")
                return redirect("intermediary:order", pk=order.pk) if order else redirect("intermediary:stock")
        page |= {
            "parts": [
                each
                for each in (
                    FieldPreview("Dit mist u", "Meldt u als vermist", lacking, missing),
                    FieldPreview("Dit hebt u extra", "Meldt u als extra", more, extra),
                )
                if each.has_any
            ],
            "agreed": _agreed(lacking, more),
            "total": lacking.count + more.count,
            "changed": bool(agreed),
        }
    return render(request, "intermediary/order_count.html", page, status=422 if form.errors else 200)


def _agreed(lacking: CountPreview, more: CountPreview) -> str:
    """What the confirm button carries; empty when nothing can be told."""
    if not (lacking.good or more.good):
        return ""
    return f"{write(lacking.good)} + {write(more.good)}"
