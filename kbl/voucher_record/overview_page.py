"""The overview of the stock as a page and as a file; both come from the same figures."""

from collections.abc import Callable
from typing import assert_never

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from intermediaries.models import Track
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.clock import today
from kbl.formats import percent_value
from kbl.organisations.models import Municipality, Organisation
from kbl.organisations.picking import municipality_filter
from kbl.spreadsheets import CSV, XLSX, to_csv, to_xlsx
from kbl.voucher_record.overview import (
    Grouping,
    Overview,
    OverviewFilter,
    OverviewRow,
    overview,
)

HEADERS = [
    "stand op",
    "gemaakt",
    "bij Cubiss",
    "bij intermediairs",
    "waarvan verlopen",
    "uitgereikt",
    "ingewisseld",
    "ongeldig",
    "ingewisseld van wat uitging (%)",
    "uitgereikt in 13 weken",
    "genoeg voor (weken)",
    "onder het minimum",
]
ROWS_PER_PAGE = 100
WRITERS: dict[str, tuple[Callable[..., bytes], str]] = {"csv": (to_csv, CSV), "xlsx": (to_xlsx, XLSX)}


class OverviewForm(forms.Form):
    """What to look at; anything strange shows everything."""

    spoor = forms.TypedChoiceField(
        label="Spoor", choices=[("", "Alle sporen"), *Track.choices], coerce=int, empty_value=None, required=False
    )
    gemeente = municipality_filter()
    laag = forms.BooleanField(label="Alleen met te weinig voorraad", required=False)


def _asked(request: ActingRequest) -> tuple[OverviewForm, Overview]:
    form = OverviewForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    municipality = chosen.get("gemeente")
    only = OverviewFilter(chosen.get("spoor"), municipality.pk if municipality else None, chosen.get("laag", False))
    asked = request.GET.get("per")
    grouping = Grouping(asked) if asked and asked in Grouping else Grouping.INTERMEDIARY
    return form, overview(today(), grouping=grouping, only=only)


@require_safe
@requires_audience(Audience.CUBISS)
def page(request: ActingRequest) -> HttpResponse:
    """The overview, with tabs for the grouping and a filter."""
    form, found = _asked(request)
    asked = {name: str(request.GET[name]) for name in ("spoor", "gemeente", "laag") if request.GET.get(name)}
    shown = Paginator(found.rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "cubiss/stock_overview.html",
        {
            "form": form,
            "found": found,
            "rows": [(row, _address(row)) for row in shown],
            "page": shown,
            "tabs": [(name, words, _query({**asked, "per": name})) for name, words in Grouping.choices],
            "files": [(kind, _query({**asked, "per": found.grouping})) for kind in WRITERS],
            "filtered": bool(asked),
            "today": today(),
            "heading": found.grouping.label.removeprefix("Per ").capitalize(),
        },
    )


@require_safe
@requires_audience(Audience.CUBISS)
def download(request: ActingRequest, kind: str) -> HttpResponse:
    """The same lines as a file for a spreadsheet. No cell can start a formula."""
    if kind not in WRITERS:
        raise Http404
    _, found = _asked(request)
    write, content_type = WRITERS[kind]
    on = today()
    lines = [_line(row.name, row, on) for row in found.rows]
    lines.append(_line("Samen", OverviewRow("Samen", found.total), on))
    content = write([found.grouping, *HEADERS], lines)
    name = f"voorraad-per-{found.grouping}-{on:%Y-%m-%d}.{kind}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _line(name: str, row: OverviewRow, on) -> list:
    figures = row.figures
    conversion = None if figures.conversion is None else percent_value(figures.conversion)
    return [
        name,
        on,
        figures.made,
        figures.in_stock,
        figures.allocated,
        figures.expired,
        figures.handed_out,
        figures.redeemed,
        figures.void,
        conversion,
        figures.used,
        figures.weeks,
        len(row.low),
    ]


def _address(row: OverviewRow) -> str:
    """Where a line leads: the organisation, or the intermediaries behind a municipality or a track."""
    match row.key:
        case Organisation():
            return reverse("cubiss:organisation", args=[row.key.slug])
        case Municipality():
            return _query({"gemeente": str(row.key.pk)})
        case Track():
            return _query({"spoor": str(row.key.value)})
        case None:
            return reverse("cubiss:stock") if row.is_cubiss else ""
        case _:
            assert_never(row.key)


def _query(wanted: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(wanted)
    return f"?{query.urlencode()}"
