"""Pages of figures taken apart, down to their facts, and the same as files."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.spreadsheets import CSV, XLSX, Cell, csv_pieces, to_xlsx
from reporting.audit import fact_rows, figure_facts, fund_amounts
from reporting.figures.query import FUND_AMOUNTS, FigureQuery, FundAmount

ROWS_PER_PAGE = 50
MOST_IN_XLSX = 20_000  # a workbook is made whole, while somebody waits; a CSV of any length is sent as it is read
FILES = ("csv", "xlsx")


@require_safe
@requires_audience(Audience.CUBISS)
def facts(request: ActingRequest) -> HttpResponse:
    """The facts that make a figure: `?wat=plus&tot=2025-Q4&sinds=2025-Q3&bibliotheek=3`."""
    query = figure_facts.read_query(request.GET)
    if query.is_fund_amount:
        raise Http404
    found = figure_facts.facts_of(query, on=clock.today(), at=clock.now())
    page = Paginator(fact_rows.listed(found.rows), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    is_stock = query.what in figure_facts.STOCK_MEASURES
    context = {
        "query": query,
        "title": figure_facts.title_of(query),
        "about": figure_facts.about(query),
        "number": found.number,
        "parts": found.parts(),
        "page": page,
        "rows": list(fact_rows.read(page.object_list, at=found.span.as_of.at)),
        "files": _files(query, page.paginator.count),
        "taken_off": any(row.counts < 0 for row in page.object_list),
    }
    return render(request, "cubiss/audit/stock.html" if is_stock else "cubiss/audit/facts.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def facts_file(request: ActingRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same facts as a file."""
    query = figure_facts.read_query(request.GET)
    if query.is_fund_amount:
        raise Http404
    found = figure_facts.facts_of(query, on=clock.today(), at=clock.now())
    headers = fact_rows.STOCK_HEADERS if query.what in figure_facts.STOCK_MEASURES else fact_rows.FACT_HEADERS
    rows = fact_rows.listed(found.rows)
    chunks = rows.iterator(chunk_size=fact_rows.CHUNK)
    cells = (row.cells for row in fact_rows.read(chunks, at=found.span.as_of.at))
    return _file(kind, f"kbl-{query.what}-{query.until or clock.today()}", headers, cells, rows.count)


@require_safe
@requires_audience(Audience.CUBISS)
def fund(request: ActingRequest) -> HttpResponse:
    """Every amount of the fund at the closing of a quarter, or now: `?tot=2025-Q4`."""
    found = _money(request, FundAmount.FREE)
    rows = [
        (fund_amounts.TITLES[name], fund_amounts.MEANINGS[name], found.amounts[name], found.at(name))
        for name in FundAmount
    ]
    return render(request, "cubiss/audit/fund.html", {"query": found.query, "when": _when(found.query), "rows": rows})


@require_safe
@requires_audience(Audience.CUBISS)
def amount(request: ActingRequest, what: str) -> HttpResponse:
    """What adds up to one amount of the fund."""
    found = _money(request, what)
    page = Paginator(found.rows(), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": found.query,
        "title": fund_amounts.TITLES[found.what],
        "meaning": fund_amounts.MEANINGS[found.what],
        "when": _when(found.query),
        "amount": found.amount,
        "unpriced": found.unpriced if found.what in fund_amounts.WITH_WAITING else 0,
        "parts": found.parts(),
        "page": page,
        "files": _files(found.query, page.paginator.count),
    }
    return render(request, "cubiss/audit/amount.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def amount_file(request: ActingRequest, what: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same rows as a file."""
    found = _money(request, what)
    rows = found.rows()
    cells = (row.cells for row in rows)
    return _file(
        kind,
        f"kbl-{what}-{found.query.day or found.query.until or clock.today()}",
        fund_amounts.HEADERS,
        cells,
        lambda: len(rows),
    )


def _money(request: ActingRequest, what: str) -> fund_amounts.FundAmountFacts:
    if what not in FUND_AMOUNTS:
        raise Http404
    query = figure_facts.read_query(request.GET, what)
    return fund_amounts.FundAmountFacts(query, figure_facts.span_of(query, on=clock.today(), at=clock.now()).as_of)


def _when(query: FigureQuery) -> str:
    if query.day:
        return f"Stand aan het eind van {date_format(query.day, 'j F Y')}"
    return f"Stand bij de afsluiting van het {query.until.label}" if query.until else "Stand van nu"


def _files(query: FigureQuery, count: int) -> list[tuple[str, str]]:
    """The files that can be downloaded: a workbook only of a list that fits."""
    return [(kind.upper(), query.file_url(kind)) for kind in FILES if kind == "csv" or count <= MOST_IN_XLSX]


def _file(kind: str, name: str, headers: list[str], rows: Iterable[list[Cell]], count):
    """A file of rows; `count` says how many there are. Raises Http404 for a workbook that would be too long."""
    if kind not in FILES or (kind == "xlsx" and count() > MOST_IN_XLSX):
        raise Http404
    disposition = {"Content-Disposition": content_disposition_header(True, f"{name}.{kind}")}
    if kind == "csv":
        return StreamingHttpResponse(csv_pieces(headers, rows), content_type=CSV, headers=disposition)
    return HttpResponse(to_xlsx(headers, rows), content_type=XLSX, headers=disposition)
