"""Pages of figures taken apart, down to their facts, and the same as files."""

from functools import partial
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.models import Audience
from kbl.spreadsheets import CSV, XLSX, csv_pieces, to_xlsx
from reporting import jobs
from reporting.audit import fact_rows, facts_file, figure_facts, fund_amounts
from reporting.audit.integrity_views import on_to_the_work
from reporting.figures.query import FUND_AMOUNTS, FigureQuery, FundAmount

ROWS_PER_PAGE = 50
MOST_IN_XLSX = 20_000  # a workbook is made whole, while somebody waits; a CSV is sent as it is read
FILES = ("csv", "xlsx")


@require_safe
@requires_audience(Audience.CUBISS)
def facts(request: ActingRequest) -> HttpResponse:
    """The facts that make a figure: `?wat=plus&tot=2025-Q4&sinds=2025-Q3&bibliotheek=3`."""
    query = figure_facts.read_query(request.GET)
    if query.is_fund_amount:
        raise Http404
    found = figure_facts.facts_of(query, on=clock.today(), at=clock.now())
    # The page is chosen by keys alone, and only its own rows are read whole: there may be hundreds of thousands.
    paginator = Paginator(fact_rows.listed(found.rows).values_list("pk", flat=True), ROWS_PER_PAGE)
    if found.count is not None:
        paginator.count = found.count
    page = paginator.get_page(request.GET.get("page"))
    shown = list(fact_rows.listed(found.rows.filter(pk__in=list(page.object_list))))
    is_stock = query.what in figure_facts.STOCK_MEASURES
    context = {
        "query": query,
        "title": figure_facts.title_of(query),
        "about": figure_facts.about(query),
        "number": found.number,
        "parts": found.parts(),
        "page": page,
        "rows": list(fact_rows.read(shown, at=found.span.as_of.at)),
        **_files(query, page.paginator.count),
        "taken_off": any(row.counts < 0 for row in shown),
    }
    return render(request, "cubiss/audit/stock.html" if is_stock else "cubiss/audit/facts.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def facts_download(request: ActingRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same facts as a file."""
    query = figure_facts.read_query(request.GET)
    if query.is_fund_amount:
        raise Http404
    return _file(kind, query)


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
        **_files(found.query, page.paginator.count),
    }
    return render(request, "cubiss/audit/amount.html", context)


@require_safe
@requires_audience(Audience.CUBISS)
def amount_file(request: ActingRequest, what: str, kind: str) -> HttpResponse | StreamingHttpResponse:
    """The same rows as a file."""
    return _file(kind, _money(request, what).query)


@require_POST
@requires_audience(Audience.CUBISS)
def make_file(request: ActingRequest) -> HttpResponse:
    """Make a long file in the background: `vraag` is the question as it stands in an address, `wat` an amount."""
    query = figure_facts.read_query(QueryDict(request.POST.get("vraag", "")), request.POST.get("wat", ""))
    count = facts_file_of(query).count()
    ask = partial(jobs.ask_for_facts, query, total=count, by=request.acting.user, at=clock.now())
    return on_to_the_work(request, lambda key: ask(key=key))


def _money(request: ActingRequest, what: str) -> fund_amounts.FundAmountFacts:
    if what not in FUND_AMOUNTS:
        raise Http404
    query = figure_facts.read_query(request.GET, what)
    return fund_amounts.FundAmountFacts(query, figure_facts.span_of(query, on=clock.today(), at=clock.now()).as_of)


def _when(query: FigureQuery) -> str:
    if query.day:
        return f"Stand aan het eind van {date_format(query.day, 'j F Y')}"
    return f"Stand bij de afsluiting van het {query.until.label}" if query.until else "Stand van nu"


def _files(query: FigureQuery, count: int) -> dict[str, object]:
    """The files that can be downloaded: a workbook of what fits, a CSV of what can be sent at once, else work."""
    limits = {"csv": facts_file.MOST_AT_ONCE, "xlsx": MOST_IN_XLSX}
    return {
        "files": [(kind.upper(), query.file_url(kind)) for kind in FILES if count <= limits[kind]],
        "long_file": {"query": query, "key": uuid4(), "count": count} if count > facts_file.MOST_AT_ONCE else None,
    }


def facts_file_of(query: FigureQuery) -> facts_file.FactsFile:
    """The file of a question, as known now."""
    return facts_file.file_of(query, on=clock.today(), at=clock.now())


def _file(kind: str, query: FigureQuery) -> HttpResponse | StreamingHttpResponse:
    """A file of rows. Raises Http404 for a workbook that would be too long; a long CSV is asked for on its page."""
    file = facts_file_of(query)
    if kind not in FILES or (kind == "xlsx" and file.count() > MOST_IN_XLSX):
        raise Http404
    if kind == "csv" and file.is_long:
        return redirect(query.url)
    disposition = {"Content-Disposition": content_disposition_header(True, f"{file.name}.{kind}") or ""}
    if kind == "csv":
        return StreamingHttpResponse(csv_pieces(file.headers, file.rows()), content_type=CSV, headers=disposition)
    return HttpResponse(to_xlsx(file.headers, file.rows()), content_type=XLSX, headers=disposition)
