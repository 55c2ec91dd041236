"""Interim editions on the pages: Cubiss makes and releases one, Cubiss and the province fetch its files."""

from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.accounts.waiting import MadeByYou, TooNew
from kbl.jobs import work
from kbl.settlements.sentences import sentence
from kbl.spreadsheets.writing import CSV
from reporting import jobs
from reporting.editions import interim
from reporting.editions.interim import SENTENCES, InterimRefused
from reporting.models import KeptInterim

FORMS = {"pdf": "application/pdf", "csv": CSV}


@require_POST
@requires_audience(Audience.CUBISS, right=Right.REPORT)
def interim_make(request: ActingRequest) -> HttpResponse:
    """The first click: keep how it stands after the newest month, and draw it."""
    try:
        with transaction.atomic():
            made = interim.make(by=request.user, at=clock.now())
            wanted = {"interim": made.pk}
            job = work.ask(jobs.INTERIM_FILES, wanted, by=request.user, at=clock.now(), key=uuid4())
    except InterimRefused as refused:
        messages.error(request, SENTENCES[refused.reason])
        return redirect("cubiss:reports")
    return redirect("cubiss:job", job.pk)


@require_POST
@requires_audience(Audience.CUBISS, right=Right.REPORT)
def interim_release(request: ActingRequest, pk: int) -> HttpResponse:
    """The second click, by a colleague."""
    kept = get_object_or_404(KeptInterim.objects.select_related("made_by"), pk=pk)
    try:
        interim.release(kept, by=request.user, at=clock.now())
        messages.success(request, "Vrijgegeven. De provincie krijgt een mail.")
    except InterimRefused as refused:
        messages.error(request, SENTENCES[refused.reason])
    except (TooNew, MadeByYou) as refused:
        messages.error(request, sentence(refused))
    return redirect("cubiss:reports")


@require_safe
@requires_audience(Audience.CUBISS)
def interim_file(request: ActingRequest, pk: int, form: str) -> HttpResponse:
    """A file of an interim edition, also before it is released."""
    return _file(get_object_or_404(KeptInterim, pk=pk), form)


@require_safe
@requires_audience(Audience.PROVINCE)
def released_interim_file(request: ActingRequest, pk: int, form: str) -> HttpResponse:
    """A file of an interim edition that was released."""
    return _file(get_object_or_404(KeptInterim, pk=pk, released_at__isnull=False), form)


def _file(kept: KeptInterim, form: str) -> HttpResponse:
    content = {"pdf": kept.pdf, "csv": kept.csv}.get(form)
    if content is None:
        raise Http404
    named = content_disposition_header(True, f"tussenstand-{kept}.{form}") or ""
    return HttpResponse(bytes(content), content_type=FORMS[form], headers={"Content-Disposition": named})
