"""Cubiss prints vouchers: sheets for its own printer, or a list for a printing house."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from kbl.accounts.access import requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import now, today
from kbl.jobs.fields import renew_key
from kbl.jobs.work import AlreadyAsked
from kbl.spreadsheets import CSV, MOST_AT_ONCE, XLSX
from vouchers.custody.preview import StockPreview
from vouchers.entry import NumberEntry, write
from vouchers.fields import LONGEST_TEXT
from vouchers.jobs import ask_for_list, ask_for_sheets, list_under_way
from vouchers.models import Batch, ListTaken
from vouchers.numbers import SerialRange
from vouchers.paper import printing_house
from vouchers.paper.choice import printable
from vouchers.paper.forms import PrintForm
from vouchers.paper.printed import MOST
from vouchers.paper.printing_house import MOST_IN_XLSX, ListRefused
from vouchers.sentences import about_obstacle

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss drukt vouchers af: wie het hele nummer heeft, heeft de voucher."


@require_http_methods(["GET", "POST"])
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def print_sheets(request: HttpRequest) -> HttpResponse:
    """Ask for sheets; the job's page has the file. Numbers that cannot be printed are shown first, with the reason."""
    batch = _batch(request.GET.get("serie", ""))
    page: dict = {"batch": batch, "most": MOST, "most_in_xlsx": MOST_IN_XLSX}
    form = PrintForm(request.POST or None, initial=_start(batch, page) if batch else {})
    page["form"] = form
    if request.method == "POST" and form.is_valid():
        entry: NumberEntry = form.cleaned_data["serials"]
        found = printable(entry.ranges, on=today())
        whole = not (found.obstacles or entry.unreadable)
        if found.good and (whole or request.POST.get("agreed") == write(found.good)):
            try:
                job = ask_for_sheets(
                    found.good, form.cleaned_data["per_page"], by=request.user, at=now(), key=form.cleaned_data["key"]
                )
                return redirect("cubiss:job", pk=job.pk)
            except AlreadyAsked as asked:
                page["asked_before"] = asked.job
                renew_key(form)
        else:
            page |= _shown(entry, found)
    wrong = request.method == "POST"
    return render(request, "cubiss/print_sheets.html", page, status=422 if wrong else 200)


def _batch(typed: str) -> Batch | None:
    return get_object_or_404(Batch, pk=typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _start(batch: Batch, page: dict) -> dict:
    """A batch's own page starts with what can be printed of it: all of it, or as much as goes into one file."""
    found = printable([batch.range], on=today())
    page |= {"usable": found.count, "taken": batch.lists_taken.select_related("taken_by")[:10]}
    typed = write(tuple(_at_most(found.good, MOST)))
    return {"serials": typed if len(typed) <= LONGEST_TEXT else str(batch.range)}


def _at_most(ranges: Iterable[SerialRange], count: int) -> Iterator[SerialRange]:
    """The first so many numbers of ranges."""
    for each in ranges:
        if count < 1:
            return
        yield SerialRange(each.first, min(each.last, each.first + count - 1))
        count -= len(each)


def _shown(entry: NumberEntry, found: StockPreview) -> dict:
    return {
        "preview": found,
        "obstacles": [(each, about_obstacle(each)) for each in found.obstacles],
        "unreadable": entry.unreadable,
        "agreed": write(found.good),
    }


REFUSED: dict[ListRefused.Reason, str] = {
    ListRefused.Reason.EMPTY: (
        "Van deze serie is geen nummer meer te drukken: alles is uitgereikt, ongeldig of verlopen."
    ),
    ListRefused.Reason.TOO_LARGE: "Dit zijn te veel nummers voor Excel. Neem de lijst als CSV.",
}


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def print_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The list of a batch for a printing house. That it was taken is kept before the first line leaves."""
    batch = get_object_or_404(Batch, pk=pk)
    on, at = today(), now()
    kind = ListTaken.Kind.XLSX if request.POST.get("kind") == ListTaken.Kind.XLSX else ListTaken.Kind.CSV
    if kind == ListTaken.Kind.CSV and (under_way := list_under_way(batch)):
        return redirect("cubiss:job", under_way.pk)
    try:
        taken = printing_house.take(batch, kind=kind, on=on, by=request.user, at=at)
    except ListRefused as refused:
        messages.error(request, REFUSED[refused.reason])
        return redirect(f"{reverse('cubiss:print_sheets')}?serie={batch.pk}")
    if kind == ListTaken.Kind.CSV and taken.count > MOST_AT_ONCE:
        return redirect("cubiss:job", ask_for_list(batch, taken.count, by=request.user, at=at).pk)
    headers = {"Content-Disposition": content_disposition_header(True, f"drukker-{batch.range}.{kind}") or ""}
    if kind == ListTaken.Kind.XLSX:
        return HttpResponse(printing_house.xlsx(batch, on=on), content_type=XLSX, headers=headers)
    return StreamingHttpResponse(printing_house.csv_lines(batch, on=on), content_type=CSV, headers=headers)
