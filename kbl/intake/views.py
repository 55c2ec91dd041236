"""The pages of reading in: choose a kind, choose a file, see what would happen, say yes. For the coordinator alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.uploads import refused_file
from kbl.apart.reading import read
from kbl.facts import LateReason
from kbl.intake import saving, sentences
from kbl.intake.examining import ROW_COLUMN, WHY_COLUMN, Examined, WrongColumns, examine, own_columns
from kbl.intake.forms import IntakeFileForm, Told
from kbl.intake.kinds import KINDS
from kbl.intake.resource import DownloadableIntake, Intake, Judged, Upload, Verdict
from kbl.spreadsheets import CSV, XLSX, Cell, FileProblem, SheetTable, UnreadableFile, to_csv, to_xlsx
from kbl.spreadsheets.sentences import about_hidden

SHOWN = 100  # rows of each sort on the page; the rest is counted, and what is wrong can be downloaded whole

coordinator = requires_audience(Audience.CUBISS, Right.COORDINATE, because="Alleen de coördinator leest lijsten in.")


@dataclass(frozen=True)
class VerdictRows:
    """Rows of one verdict as the page shows them."""

    verdict: Verdict
    title: str
    words: str
    badge: tuple[str, str]
    rows: list[Judged]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def kind_or_404(slug: str) -> type[Intake]:
    """The kind of list with this slug. Raises Http404."""
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@require_safe
@coordinator
def choose(request: ActingRequest) -> HttpResponse:
    """The kinds of lists, in the order in which to read them in."""
    return render(request, "cubiss/intake.html", {"kinds": KINDS.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@coordinator
def upload(request: ActingRequest, kind: str) -> HttpResponse:
    """Choose a file, and see row by row what would happen. Nothing is saved yet."""
    intake = kind_or_404(kind)
    if request.method != "POST":
        return _form(request, intake, IntakeFileForm(intake=intake))
    form = IntakeFileForm(request.POST, request.FILES, intake=intake)
    if getattr(request, "upload_too_large", False):
        form.errors.pop("file", None)
        form.add_error("file", sentences.about_file(UnreadableFile(FileProblem.TOO_LARGE)))
    elif refused := refused_file(request, at=clock.now()):
        form.add_error("file", refused)
    if not form.is_valid():
        return _form(request, intake, form)
    try:
        whole = read("spreadsheet", form.cleaned_data["file"].read())
        table = own_columns(intake(), whole)
        carried = saving.carry(intake(), table, by=request.acting.user, told=form.told)
    except UnreadableFile as error:
        form.add_error("file", sentences.about_file(error))
    except WrongColumns as error:
        form.add_error("file", sentences.about_columns(error))
    except saving.TooManyRows:
        form.add_error("file", sentences.TOO_MUCH)
    if form.errors:
        return _form(request, intake, form)
    if hidden := about_hidden(whole.hidden):
        messages.info(request, hidden)
    examined = examine(intake(), table, _upload(request, form.told))
    return _shown(request, False, intake, examined, carried, form.told)


@require_POST
@coordinator
def confirm(request: ActingRequest, kind: str) -> HttpResponse:
    """Save the rows that can be; what could not stays behind as a list. Twice pressed changes nothing more."""
    intake = kind_or_404(kind)
    try:
        table, told = _carried(request, intake)
        examined = saving.save(intake, table, _upload(request, told))
    except saving.StaleRows:
        return _form(request, intake, IntakeFileForm(intake=intake), trouble=sentences.STALE)
    except saving.IntakeBusy:
        return _form(request, intake, IntakeFileForm(intake=intake), trouble=sentences.BUSY)
    return _shown(request, True, intake, examined, request.POST["carried"], told)


@require_POST
@coordinator
def failed(request: ActingRequest, kind: str) -> HttpResponse:
    """Only the rows that cannot be saved, each with the reason, as a file to put right and read in again."""
    intake = kind_or_404(kind)
    try:
        table, told = _carried(request, intake)
    except saving.StaleRows:
        return _form(request, intake, IntakeFileForm(intake=intake), trouble=sentences.STALE)
    examined = examine(intake(), table, _upload(request, told))
    headers = [*table.headers, ROW_COLUMN, WHY_COLUMN]
    rows: Iterable[list[Cell]] = ([*row.cells, row.number, " ".join(row.why)] for row in examined.of(Verdict.WRONG))
    csv = request.POST.get("vorm") == "csv"
    content = to_csv(headers, rows) if csv else to_xlsx(headers, rows, title=intake.title)
    return _file(content, f"kbl-{intake.slug}-niet-gelukt", csv=csv)


@require_safe
@coordinator
def example(request: ActingRequest, kind: str, form: str) -> HttpResponse:
    """A file with our headings and one example row, to fill in."""
    intake = kind_or_404(kind)()
    row = [column.example for column in intake.columns]
    content = to_csv(intake.headers, [row]) if form == "csv" else to_xlsx(intake.headers, [row], title=intake.title)
    return _file(content, f"kbl-{intake.slug}-voorbeeld", csv=form == "csv")


@require_safe
@coordinator
def download(request: ActingRequest, kind: str, form: str) -> HttpResponse:
    """What is there now, with the headings of the upload: read in again it changes nothing."""
    wanted = kind_or_404(kind)
    if not issubclass(wanted, DownloadableIntake):
        raise Http404
    intake = wanted()
    found = intake.export(queryset=intake.queryset())
    rows = list(found) if len(found) else []
    content = to_csv(found.headers, rows) if form == "csv" else to_xlsx(found.headers, rows, title=intake.title)
    return _file(content, f"kbl-{intake.slug}-{clock.today()}", csv=form == "csv")


def _carried(request: HttpRequest, intake: type[Intake]) -> tuple[SheetTable, Told]:
    return saving.unpack(request.POST.get("carried", ""), intake(), by=request.user)


def _upload(request: ActingRequest, told: Told) -> Upload:
    return Upload(
        by=request.acting.user,
        at=clock.now(),
        on=clock.today(),
        paid_before=told.paid_before,
        late_reason=told.late_reason,
    )


def _form(request: HttpRequest, intake: type[Intake], form: IntakeFileForm, trouble: str = "") -> HttpResponse:
    """The page to choose a file on; with what is wrong, when something is."""
    context = {"intake": intake, "columns": intake().columns, "form": form, "trouble": trouble}
    return render(request, "cubiss/intake_upload.html", context, status=422 if form.errors or trouble else 200)


def _shown(
    request: HttpRequest, saved: bool, intake: type[Intake], examined: Examined, carried: str, told: Told
) -> HttpResponse:
    """What every row would do, or (when it is saved) did."""
    counts = examined.count()
    return render(
        request,
        "cubiss/intake_done.html" if saved else "cubiss/intake_preview.html",
        {
            "intake": intake,
            "counts": counts,
            "total": len(examined.rows),
            "saves": counts[Verdict.NEW] + counts[Verdict.CHANGED],
            "groups": [group for verdict in Verdict if (group := _group(verdict, examined, saved)).count],
            "carried": carried,
            "paid_before": told.paid_before,
            "late_reason": LateReason(told.late_reason).label if told.late_reason else "",
            "again": reverse("cubiss:intake_kind", args=[intake.slug]),
        },
    )


WORDS = {
    Verdict.WRONG: ("Kan niet", "Deze regels slaan wij over. Bij elke regel staat waarom.", ("refusal", "kan niet")),
    Verdict.CHANGED: ("Verandert", "Deze staan er al, met iets anders.", ("attention", "verandert")),
    Verdict.NEW: ("Nieuw", "Deze komen erbij.", ("success", "nieuw")),
    Verdict.SAME: ("Staat er al", "Hier verandert niets.", ("neutral", "staat er al")),
}
AFTERWARDS = WORDS | {
    Verdict.WRONG: ("Niet gelukt", "Bij elke regel staat waarom.", ("refusal", "niet gelukt")),
    Verdict.CHANGED: ("Gewijzigd", "Dit is wat er veranderd is.", ("success", "gewijzigd")),
    Verdict.NEW: ("Erbij gekomen", "Deze zijn opgeslagen.", ("success", "opgeslagen")),
    Verdict.SAME: ("Stond er al", "Hier is niets veranderd.", ("neutral", "stond er al")),
}


def _group(verdict: Verdict, examined: Examined, saved: bool) -> VerdictRows:
    rows = examined.of(verdict)
    title, words, badge = (AFTERWARDS if saved else WORDS)[verdict]
    return VerdictRows(verdict, title, words, badge, rows[:SHOWN], len(rows))


def _file(content: bytes, name: str, *, csv: bool) -> HttpResponse:
    suffix, kind = ("csv", CSV) if csv else ("xlsx", XLSX)
    disposition = content_disposition_header(True, f"{name}.{suffix}") or ""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
