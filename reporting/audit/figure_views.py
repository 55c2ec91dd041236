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
from reporting.figures.query import AMOUNTS, Ask, Money

ROWS_PER_PAGE = 50
MOST_IN_XLSX = 20_000  # a workbook is made whole, while somebody waits; a CSV of any length is sent as it is read
FILES = ("csv", "xlsx")


@require_safe
@requires_audience(Audience.CUBISS)
def facts(request: ActingRequest) -> HttpResponse:
    """The facts that make a figure: `?wat=plus&tot=2025-Q4&sinds=2025-Q3&bibliotheek=3`."""
    ask = figure_facts.read_ask(request.GET)
    if ask.is_money:
        raise Http404
    found = figure_facts.drill(ask, on=clock.today(), at=clock.now())
    page = Paginator(fact_rows.listed(found.rows), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    is_paper = ask.what in figure_facts.PAPERS
    context = {
        "ask": ask,
        "title": figure_facts.title_of(ask),
        "about": figure_facts.about(ask),
        "number": found.number,
        "parts": found.parts(),
        "page": page,
        "rows": list(fact_rows.read(page.object_list)),
        "files": _files(ask, page.paginator.count),
        "taken_off": any(row.counts < 0 for row in page.object_list),
    }
    return render(request, "cubiss/audit/paper.html" if is_paper else "cubiss/audit/facts.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def facts_file(request: ActingRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same facts as a file."""
    ask = figure_facts.read_ask(request.GET)
    if ask.is_money:
        raise Http404
    found = figure_facts.drill(ask, on=clock.today(), at=clock.now())
    headers = fact_rows.PAPER_HEADERS if ask.what in figure_facts.PAPERS else fact_rows.FACT_HEADERS
    rows = fact_rows.listed(found.rows)
    cells = (row.cells for row in fact_rows.read(rows.iterator(chunk_size=fact_rows.CHUNK)))
    return _file(kind, f"kbl-{ask.what}-{ask.until or clock.today()}", headers, cells, rows.count)


@require_safe
@requires_audience(Audience.CUBISS)
def fund(request: ActingRequest) -> HttpResponse:
    """Every amount of the fund at the closing of a quarter, or now: `?tot=2025-Q4`."""
    found = _money(request, Money.FREE)
    rows = [
        (fund_amounts.TITLES[name], fund_amounts.MEANINGS[name], found.amounts[name], found.at(name)) for name in Money
    ]
    return render(request, "cubiss/audit/fund.html", {"ask": found.ask, "when": _when(found.ask), "rows": rows})


@require_safe
@requires_audience(Audience.CUBISS)
def amount(request: ActingRequest, what: str) -> HttpResponse:
    """What adds up to one amount of the fund."""
    found = _money(request, what)
    page = Paginator(found.rows(), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "ask": found.ask,
        "title": fund_amounts.TITLES[found.what],
        "meaning": fund_amounts.MEANINGS[found.what],
        "when": _when(found.ask),
        "amount": found.amount,
        "unpriced": found.unpriced if found.what in fund_amounts.WITH_WAITING else 0,
        "parts": found.parts(),
        "page": page,
        "files": _files(found.ask, page.paginator.count),
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
        f"kbl-{what}-{found.ask.day or found.ask.until or clock.today()}",
        fund_amounts.HEADERS,
        cells,
        lambda: len(rows),
    )


def _money(request: ActingRequest, what: str) -> fund_amounts.MoneyDrill:
    if what not in AMOUNTS:
        raise Http404
    ask = figure_facts.read_ask(request.GET, what)
    return fund_amounts.MoneyDrill(ask, figure_facts.moments(ask, on=clock.today(), at=clock.now()).known)


def _when(ask: Ask) -> str:
    if ask.day:
        return f"Stand aan het eind van {date_format(ask.day, 'j F Y')}"
    return f"Stand bij de afsluiting van het {ask.until.label}" if ask.until else "Stand van nu"


def _files(ask: Ask, count: int) -> list[tuple[str, str]]:
    """The files that can be asked for: a workbook only of a list that fits."""
    return [(kind.upper(), ask.file_url(kind)) for kind in FILES if kind == "csv" or count <= MOST_IN_XLSX]


def _file(kind: str, name: str, headers: list[str], rows: Iterable[list[Cell]], count):
    """A file of rows; `count` says how many there are. Raises Http404 for a workbook that would be too long."""
    if kind not in FILES or (kind == "xlsx" and count() > MOST_IN_XLSX):
        raise Http404
    disposition = {"Content-Disposition": content_disposition_header(True, f"{name}.{kind}")}
    if kind == "csv":
        return StreamingHttpResponse(csv_pieces(headers, rows), content_type=CSV, headers=disposition)
    return HttpResponse(to_xlsx(headers, rows), content_type=XLSX, headers=disposition)
