"""The office's worklists of discrepancies: one class at a time, filtered, as a page and as a file."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.discrepancies import kept_overview, reconciliation, worklist
from kbl.discrepancies.discrepancy import Discrepancy, WorklistRow
from kbl.discrepancies.kept_overview import Overview
from kbl.discrepancies.models import Answer
from kbl.discrepancies.office.forms import AnswerForm, FilterForm
from kbl.discrepancies.sentences import about_answer
from kbl.spreadsheets import CSV, XLSX, to_csv, to_xlsx
from vouchers.numbers import show_serial

ROWS_PER_PAGE = 25
MOST_IN_A_FILE = 20_000
MORE_FILTERS = ("gemeente", "spoor", "van", "tot", "volgorde")  # behind a fold until one is chosen
WRITERS: dict[str, tuple[Callable[..., bytes], str]] = {"csv": (to_csv, CSV), "xlsx": (to_xlsx, XLSX)}
HEADERS = [
    "voucher",
    "organisatie",
    "gemeente",
    "wat er gebeurde",
    "dag",
    "dagen",
    "wie pakt het op",
    "volgende stap",
    "antwoord",
    "door",
    "op",
]


@require_safe
@requires_audience(Audience.CUBISS)
def discrepancies(request: ActingRequest) -> HttpResponse:
    """All classes with their numbers, and the rows of the chosen one (the first that has any)."""
    found = kept_overview.overview(clock.today())
    chosen = _chosen(found.counts, request.GET.get("soort"))
    return show(request, chosen.discrepancy, found=found)


def show(
    request: ActingRequest,
    discrepancy: Discrepancy,
    *,
    found: Overview | None = None,
    form: AnswerForm | None = None,
    ticked: tuple[int, ...] = (),
    everything: bool = False,
    refusal: str = "",
) -> HttpResponse:
    """The page of one class. After an answer that could not be read: with what was ticked and typed, as 422."""
    today = clock.today()
    found = found or kept_overview.overview(today)
    filter_form = FilterForm(request.GET, parties=found.parties(discrepancy))
    only = filter_form.chosen()
    page = Paginator(found.rows(discrepancy, only), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    said = discrepancy.latest([fact.pk for fact in page]) if page.object_list else {}
    asked = query_of(request.GET, "page", "soort")
    context = {
        "found": found.counts,
        "kept_at": found.kept_at,
        "chosen": next(each for each in found.counts if each.discrepancy is discrepancy),
        "page": page,
        "rows": [(discrepancy.row(fact, today), said.get(fact.pk)) for fact in page],
        "filter_form": filter_form,
        "filtered": any(value for name, value in request.GET.items() if name not in ("soort", "page")),
        "more_filters": any(request.GET.get(name) for name in MORE_FILTERS),
        "answered": only.state is worklist.RowState.ANSWERED,
        "form": form or AnswerForm(of=discrepancy, on=today),
        "ticked": ticked,
        "everything": everything,
        "refusal": refusal,
        "may_answer": request.acting.may(Right.ANSWER),
        "asked": asked,
        "files": list(WRITERS),
        "own_steps": discrepancy.steps_differ,
        "conversions": found.conversions if discrepancy.with_conversion else [],
    }
    status = 422 if refusal or (form and form.errors) else 200
    return render(request, "cubiss/discrepancies.html", context, status=status)


@require_safe
@requires_audience(Audience.CUBISS)
def download(request: ActingRequest, kind: str) -> HttpResponse:
    """The rows that the filter shows as a file for a spreadsheet. No cell can start a formula."""
    if kind not in WRITERS:
        raise Http404
    today = clock.today()
    discrepancy = class_of(request.GET.get("soort") or reconciliation.DISCREPANCIES[0].slug)
    only = FilterForm(request.GET, parties=worklist.parties(discrepancy, today)).chosen()
    facts = list(
        worklist.rows(discrepancy, only, today).select_related(f"{discrepancy.party}__municipality")[:MOST_IN_A_FILE]
    )
    said = discrepancy.latest([fact.pk for fact in facts])
    write, content_type = WRITERS[kind]
    content = write(HEADERS, [_line(discrepancy.row(fact, today), said.get(fact.pk)) for fact in facts])
    name = f"verschillen-{discrepancy.slug}-{today:%Y-%m-%d}.{kind}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _line(row: WorklistRow, answer: Answer | None) -> list:
    party = row.organisation
    return [
        show_serial(row.serial),
        str(party or "Cubiss"),
        str(party.municipality or "") if party else "",
        row.words,
        row.on,
        row.age,
        row.owner,
        row.next_step,
        about_answer(answer) if answer else "",
        str(answer.recorded_by) if answer else "",
        answer.on if answer else None,
    ]


def class_of(slug: str) -> Discrepancy:
    """The class that an address names. Raises Http404."""
    try:
        return reconciliation.BY_SLUG[slug]
    except KeyError:
        raise Http404 from None


def query_of(asked: QueryDict, *without: str) -> str:
    """The filter as it stands in the address, to take along."""
    kept = asked.copy()
    for name in without:
        kept.pop(name, None)
    return kept.urlencode()


def _chosen(found: list[reconciliation.OpenCount], slug: str | None) -> reconciliation.OpenCount:
    for each in found:
        if each.discrepancy.slug == slug or (slug is None and each.count):
            return each
    if slug is None:
        return found[0]
    raise Http404
