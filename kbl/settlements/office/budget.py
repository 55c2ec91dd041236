"""Budget and realisation: the plan's table beside what came of it, on any day; for the screen, print and a file."""

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.formats import percent_value
from kbl.fund.budget import FEES, FUND_POST, HANDLING
from kbl.settlements.fund_figures import realisation
from kbl.settlements.fund_figures.realisation import BudgetRow, BudgetTable
from kbl.settlements.office.fund_forms import BudgetForm
from kbl.spreadsheets import CSV, XLSX, Cell, to_csv, to_xlsx


@require_safe
@requires_audience(Audience.CUBISS)
def budget(request: ActingRequest) -> HttpResponse:
    """All posts beside their realisation: all years in whole euros, or one year to the cent."""
    form, table, year = _asked(request)
    context = {
        "form": form,
        "table": table,
        "year": year,
        "years": table.years,
        "rows": [_shown(row, table, year) for row in table.rows],
        "total": _shown(table.total, table, year),
        "cover": [_shown(row, table, year) for row in table.cover],
        "query": request.GET.urlencode(),
        "today": clock.today(),
    }
    return render(request, "cubiss/fund_budget.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def export(request: ActingRequest, form: str) -> HttpResponse:
    """The same table as a file: a row per post, per year and in all; below it the cover per payer."""
    _, table, _ = _asked(request)
    headers, rows = _headers(table), list(_rows(table))
    name = f"kbl-begroting-{table.as_of}.{form}"
    content = to_csv(headers, rows, comma=True) if form == "csv" else to_xlsx(headers, rows, title="Begroting")
    return HttpResponse(
        content,
        content_type=CSV if form == "csv" else XLSX,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


def _asked(request: ActingRequest) -> tuple[BudgetForm, BudgetTable, int | None]:
    """The day and the year that the address asks for; what cannot be is said on the page."""
    today = clock.today()
    asked = request.GET.dict()
    form = BudgetForm({**asked, "op": asked.get("op") or today.isoformat()}, today=today)
    form.is_valid()  # what cannot be is said beside its field; today and all years take its place
    as_of = form.cleaned_data.get("op") or today
    table = realisation.table(as_of, clock.now() if as_of == today else clock.end_of(as_of))
    return form, table, form.cleaned_data.get("jaar")


def _shown(row: BudgetRow, table: BudgetTable, year: int | None) -> dict[str, object]:
    """A row as the page has it; what was entered by hand can be followed to its documents."""
    by_hand = row.post and row.post not in (FEES, HANDLING, FUND_POST)
    has_any = year is not None and row.of(year).realised
    return {
        "costs_url": f"{reverse('cubiss:fund_costs')}?post={row.post}&jaar={year}" if by_hand and has_any else "",
        "row": row,
        "years": [(each, row.of(each).whole) for each in table.years],
        "whole": row.of(year).whole,
        "cells": row.of(year),
        "has_commitments": not row.post or row.post.split(".")[0] == FUND_POST,
    }


def _headers(table: BudgetTable) -> list[str]:
    years = [f"{what} {year}" for year in table.years for what in ("begroot", "gerealiseerd", "toegezegd")]
    whole = ["begroot", "gerealiseerd", "toegezegd", "verschil", "gerealiseerd in %"]
    return ["soort", "post", "omschrijving", "dekking", *years, *whole, "stand op"]


def _rows(table: BudgetTable) -> Iterator[list[Cell]]:
    for row in table.rows:
        yield _line(table, "hoofdpost" if row.is_main else "post", row)
    yield _line(table, "totaal", table.total)
    for row in table.cover:
        yield _line(table, "dekking", row)


def _line(table: BudgetTable, kind: str, row: BudgetRow) -> list[Cell]:
    cells: list[Cell] = [kind, row.post, row.name, row.paid_by if row.post else ""]
    for year in table.years:
        each = row.of(year)
        cells += [each.budget, each.realised, each.committed]
    whole = row.of(None)
    share = None if whole.share is None else percent_value(whole.share, 1)
    return [*cells, whole.budget, whole.realised, whole.committed, whole.difference, share, table.as_of]
