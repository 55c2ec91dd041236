"""The pages of work in the background: what there is, how far one job is, its file, and asking once more."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from kbl import clock
from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.jobs.heartbeat import done_so_far
from kbl.jobs.models import Job, JobFile
from kbl.jobs.running import FILES_LAST
from kbl.jobs.work import again, work_of

ONLY_COORDINATOR = "Alleen de coördinator van Cubiss kan dit opnieuw laten doen. U kunt wel zien hoe ver het is."
FILES_FOR = {
    Right.COORDINATE: "Alleen de coördinator van Cubiss haalt deze bestanden op: er staan nummers van vouchers in.",
    Right.KEEP_BOOKS: "Alleen de financiële medewerker haalt dit op: er zitten betaalbestanden in.",
}
STOPS_ASKING = 286  # htmx: here is the last answer, do not ask again


@require_safe
@requires_audience(Audience.CUBISS)
def jobs(request: ActingRequest) -> HttpResponse:
    """What was asked lately, newest first."""
    page = Paginator(Job.objects.select_related("asked_by"), 25).get_page(request.GET.get("page"))
    rows = [(job, work_of(job).title_of(job)) for job in page]
    return render(request, "cubiss/jobs.html", {"page": page, "rows": rows})


@require_safe
@requires_audience(Audience.CUBISS)
def job(request: ActingRequest, pk: int) -> HttpResponse:
    """One job. The page asks every second how far it is; when it is done it says so, and goes on to what was made.

    Going on is a request of its own: asking goes on until the answer is here, so several may hear that it is done.
    """
    asked = get_object_or_404(Job.objects.select_related("asked_by"), pk=pk)
    page = _told(asked, request)
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "cubiss/job.html", page)
    page["changed"] = request.GET.get("stand") != asked.state
    if page["result_url"] and "verder" in request.GET:
        if page["sentence"]:
            messages.success(request, page["sentence"])
        return HttpResponse(headers={"HX-Redirect": page["result_url"]})
    page["goes_on"] = page["result_url"]
    return render(request, "cubiss/_job_progress.html", page, status=STOPS_ASKING if asked.is_over else 200)


@require_POST
@requires_audience(Audience.CUBISS, Right.COORDINATE, because=ONLY_COORDINATOR)
def job_again(request: ActingRequest, pk: int) -> HttpResponse:
    """Ask once more for what was refused or failed."""
    asked = get_object_or_404(Job, pk=pk)
    again(asked, at=clock.now(), by=request.acting.user)
    return redirect("cubiss:job", pk=pk)


@require_safe
@requires_audience(Audience.CUBISS)
def job_file(request: ActingRequest, pk: int) -> HttpResponse:
    """What a job made, while it is kept: for whom its kind of work says."""
    made = get_object_or_404(JobFile.objects.select_related("job"), job=pk)
    if right := work_of(made.job).file_right(made.job):
        request.acting.require(right, because=FILES_FOR[right])
    return HttpResponse(
        bytes(made.content),
        content_type=made.content_type,
        headers={"Content-Disposition": content_disposition_header(True, made.filename)},
    )


def _told(asked: Job, request: ActingRequest) -> dict:
    """What a page says about a job, in the words of its kind of work."""
    work = work_of(asked)
    is_done = asked.state == Job.State.DONE
    told = {Job.State.DONE: work.done, Job.State.REFUSED: work.refusal}.get(Job.State(asked.state))
    made = JobFile.objects.filter(job=asked).defer("content").annotate(size=Length("content")).first()
    kept_until = asked.finished_at + FILES_LAST if asked.finished_at else None
    return {
        "job": asked,
        "title": work.title_of(asked),
        "so_far": done_so_far(asked),
        "sentence": told(asked) if told else "",
        "file": made,
        "kept_until": kept_until,
        "thrown_away": is_done and not made and kept_until is not None and kept_until < clock.now(),
        "result_url": work.result_url(asked) if work.result_url and is_done else "",
        "result_label": work.result_label,
        "form_url": work.form_url(asked) if work.form_url else "",
        "may_press": request.acting.may(Right.COORDINATE),
        "may_fetch": (right := work.file_right(asked)) is None or request.acting.may(right),
    }
