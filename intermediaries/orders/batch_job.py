"""Making a batch as work in the background: 100,000 vouchers take longer than a page should."""

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from intermediaries import accreditation
from intermediaries.accreditation import NotAccredited
from intermediaries.orders import sources
from intermediaries.sentences import about_accreditation
from kbl.clock import local_day
from kbl.formats import plural, voucher_count
from kbl.jobs.models import Job
from kbl.jobs.work import Progress, Refused, ask, work
from kbl.organisations.models import Organisation
from vouchers import batches
from vouchers.batches import BatchRefused
from vouchers.sentences import about_batch

MAKE_BATCH = "make_batch"
NOT_ACCREDITED = "not_accredited"


def ask_for_batch(
    intermediary: Organisation | None,
    *,
    count: int,
    medium: str,
    valid_until: date,
    by,
    at: datetime,
    key: UUID | str,
) -> Job:
    """Ask for a batch, in our own stock or straight for an intermediary; the same key gives the same job.

    What can be refused at once is: raises BatchRefused, NotAccredited. Raises AlreadyAsked for a key of another batch.
    """
    if not Job.objects.filter(key=key).exists():  # a second press is answered by the first, whatever happened since
        on = local_day(at)
        batches.assert_makeable(count, valid_until=valid_until, on=on)
        if intermediary is not None and accreditation.accreditation_on(intermediary, on) is None:
            raise NotAccredited(intermediary, on)
    arguments = {
        "intermediary": intermediary.pk if intermediary else None,
        "count": count,
        "medium": medium,
        "valid_until": valid_until.isoformat(),
    }
    return ask(MAKE_BATCH, arguments, by=by, at=at, key=key, total=count)


def _intermediary(job: Job) -> Organisation | None:
    """Whom the batch goes to; for what a page says, also when that organisation was taken off the list since."""
    return Organisation.objects.filter(pk=job.arguments["intermediary"]).first()


def _title(job: Job) -> str:
    goes_to = _intermediary(job)
    return f"{voucher_count(job.arguments['count'])} maken{f' voor {goes_to}' if goes_to else ''}"


def _done(job: Job) -> str:
    goes_to, count = _intermediary(job), job.arguments["count"]
    is_made = f"Er {plural(count, 'is', 'zijn')} {voucher_count(count)}"
    return f"{is_made} gemaakt{f' en toegewezen aan {goes_to}' if goes_to else ''}."


def _refusal(job: Job) -> str:
    goes_to = _intermediary(job)
    if job.refusal == NOT_ACCREDITED and goes_to:
        return about_accreditation(NotAccredited(goes_to, local_day(job.asked_at)))
    return about_batch(BatchRefused(BatchRefused.Reason(job.refusal)))


@work(
    MAKE_BATCH,
    title=_title,
    done=_done,
    refusal=_refusal,
    result_url=lambda job: reverse("cubiss:batch", args=[job.result]),
    result_label="Naar de serie",
    form_url=lambda job: reverse("cubiss:batch_new"),
)
def make_batch_job(job: Job, progress: Progress) -> int:
    """The batch that was asked for; gives its id."""
    pk = job.arguments["intermediary"]
    try:
        batch = sources.make_batch_for(
            Organisation.objects.get(pk=pk) if pk else None,
            count=job.arguments["count"],
            medium=job.arguments["medium"],
            valid_until=date.fromisoformat(job.arguments["valid_until"]),
            on=local_day(job.asked_at),
            by=job.asked_by,
            at=job.asked_at,
            progress=progress,
        )
    except NotAccredited as refused:
        raise Refused(NOT_ACCREDITED) from refused
    except BatchRefused as refused:
        raise Refused(refused.reason) from refused
    return batch.pk
