"""The office's desk for a report: write in it, put it before a colleague, and release it."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.jobs import work
from kbl.settlements.models import Closing
from kbl.settlements.sentences import sentence as refusal
from reporting import jobs
from reporting.editions import found, parts, release, texts
from reporting.editions.forms import AskForm, TextsForm
from reporting.editions.models import ReportEdition, ReportText
from reporting.editions.refused import EditionRefused, sentence
from reporting.report import kept_reports


@require_http_methods(["GET", "HEAD", "POST"])
@requires_audience(Audience.CUBISS, right=Right.REPORT)
def report_texts(request: ActingRequest, quarter: str) -> HttpResponse:
    """The texts of a report, with what still lacks and who can release it."""
    closing = found.closing_of(quarter)
    form = _form(closing, request)
    if request.method == "POST" and form.is_valid() and not form.overtaken(texts.standing(closing), request.user):
        try:
            with transaction.atomic():
                for place, text in form.changes():
                    texts.write(closing, place, text, by=request.user, at=clock.now())
        except EditionRefused as refused:
            form.add_error(None, sentence(refused))
        else:
            messages.success(request, "Bewaard.")
            return redirect("cubiss:report_texts", closing.quarter)
    if form.errors:
        form.data = {**request.POST.dict(), "seen": _newest(closing)}
    return _page(request, closing, form, AskForm())


@require_POST
@requires_audience(Audience.CUBISS, right=Right.REPORT)
def report_ask(request: ActingRequest, quarter: str) -> HttpResponse:
    """Put the report before a colleague; its files are made."""
    closing, form = found.closing_of(quarter), AskForm(request.POST)
    try:
        with transaction.atomic():
            said = form.cleaned_data["changes"] if form.is_valid() else request.POST.get("changes", "")
            edition = release.ask(closing, changes=said, by=request.user, at=clock.now())
            job = work.ask(jobs.REPORT_FILES, {"edition": edition.pk}, by=request.user, at=clock.now(), key=uuid4())
    except EditionRefused as refused:
        form.is_valid()
        form.add_error(None, sentence(refused))
    except ValidationError as error:
        form.is_valid()
        form.add_error("changes", error)
    else:
        return redirect("cubiss:job", job.pk)
    return _page(request, closing, _form(closing), form)


@require_POST
@requires_audience(Audience.CUBISS, right=Right.REPORT)
def report_decide(request: ActingRequest, quarter: str, pk: int) -> HttpResponse:
    """Release the edition, or give it back."""
    closing = found.closing_of(quarter)
    edition = get_object_or_404(ReportEdition.objects.filter(closing=closing).select_related("closing"), pk=pk)
    try:
        if "vrijgeven" in request.POST:
            with transaction.atomic():
                release.release(edition, by=request.user, at=clock.now())
                wanted, total = {"edition": edition.pk}, len(parts.everybody(edition))
                work.ask(jobs.REPORT_PARTS, wanted, by=request.user, at=clock.now(), key=uuid4(), total=total)
            messages.success(request, "Vrijgegeven. De provincie leest de rapportage nu en krijgt een mail.")
        else:
            release.give_back(edition, by=request.user, at=clock.now())
            messages.success(request, "De rapportage is terug bij u en uw collega. De teksten staan er nog.")
    except EditionRefused as refused:
        messages.error(request, sentence(refused))
    except (TooNew, MadeByYou) as refused:
        messages.error(request, refusal(refused))
    return redirect("cubiss:report_texts", closing.quarter)


@require_safe
@requires_audience(Audience.CUBISS)
def edition_file(request: ActingRequest, quarter: str, pk: int, form: str) -> HttpResponse:
    """A file of an edition, also before it is released: what a colleague looks at."""
    edition = get_object_or_404(ReportEdition.objects.filter(closing=found.closing_of(quarter)), pk=pk)
    return found.handed_over(request, found.file_of(edition, form))


@require_safe
@requires_audience(Audience.CUBISS)
def report_parts(request: ActingRequest, quarter: str) -> HttpResponse:
    """The two pages of every library and municipality of a released report, to download and send."""
    edition = found.edition_of(quarter)
    read = kept_reports.read(edition.closing)
    groups = [(str(about.label), about.value, parts.parts(read, about)) for about in parts.About]
    return render(request, "cubiss/report_parts.html", {"edition": edition, "quarter": quarter, "groups": groups})


@require_safe
@requires_audience(Audience.CUBISS)
def report_part(request: ActingRequest, quarter: str, about: str, pk: int) -> HttpResponse:
    """The two pages of one of them, as a PDF: the bytes that were kept."""
    edition = found.edition_of(quarter)
    if about not in parts.About.values:
        raise Http404
    part = parts.find(kept_reports.read(edition.closing), parts.About(about), pk)
    if part is None:
        raise Http404
    return found.handed_over(request, parts.kept(edition, part, at=clock.now()))


def _form(closing: Closing, request: ActingRequest | None = None) -> TextsForm:
    missed = kept_reports.read(closing).shown.get("missed", ())
    data = request.POST if request and request.method == "POST" else None
    return TextsForm(data, there=texts.standing(closing), missed=missed, initial={"seen": _newest(closing)})


def _newest(closing: Closing) -> int:
    newest = ReportText.objects.filter(closing=closing).order_by("-pk").first()
    return newest.pk if newest else 0


def _page(request: ActingRequest, closing: Closing, form: TextsForm, ask: AskForm) -> HttpResponse:
    waiting, before = release.waiting(closing), release.released(closing)
    read = kept_reports.read(closing)
    context = {
        **read.shown,
        "form": form,
        "ask": ask,
        "waiting": waiting,
        "files": list(waiting.files.defer("content")) if waiting else [],
        "who": release.who_may(waiting, at=clock.now()) if waiting else [],
        "lacks": release.unexplained(closing),
        "stories": release.stories_of(closing, at=clock.now()),
        "before": before,
        "editions": closing.report_editions.select_related("asked_by", "decided_by").order_by("-pk"),
    }
    return render(request, "cubiss/report_texts.html", context)
