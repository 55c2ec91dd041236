"""Printing sheets as work in the background: ten thousand vouchers take some seconds."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.urls import reverse

from kbl.clock import local_day
from kbl.formats import counted, voucher_count
from kbl.jobs.models import Job
from kbl.jobs.work import Made, Progress, Refused, ask, work
from kbl.spreadsheets import zipped
from vouchers.models import Batch
from vouchers.numbers import SerialRange
from vouchers.paper import printing_house
from vouchers.paper.choice import printed
from vouchers.paper.formats import FORMATS
from vouchers.paper.printed import MOST

PRINT_SHEETS, PRINTING_LIST = "print_sheets", "printing_list"
CHANGED = "changed"


class TooManyToPrint(ValueError):
    """More vouchers than go into one file; `MOST` says how many do."""


def ask_for_sheets(ranges: Sequence[SerialRange], per_page: int, *, by, at: datetime, key: UUID | str) -> Job:
    """Ask for sheets with these vouchers; the same key gives the same job. Raises TooManyToPrint, AlreadyAsked."""
    count = sum(map(len, ranges))
    if count > MOST:
        raise TooManyToPrint
    arguments = {"ranges": [[each.first, each.last] for each in ranges], "per_page": per_page, "count": count}
    return ask(PRINT_SHEETS, arguments, by=by, at=at, key=key, total=count)


def _ranges(job: Job) -> list[SerialRange]:
    return [SerialRange(first, last) for first, last in job.arguments["ranges"]]


def _title(job: Job) -> str:
    return voucher_count(job.arguments["count"]) + " afdrukken"


def _done(job: Job) -> str:
    count, per_page = job.arguments["count"], job.arguments["per_page"]
    pages = -(-count // per_page)
    return f"Klaar: {counted(pages, 'vel', 'vellen')}. Druk ze af op ware grootte (100 %) en snij bij de streepjes."


@work(
    PRINT_SHEETS,
    title=_title,
    done=_done,
    refusal=lambda job: "Intussen is er iets veranderd aan deze nummers. Kies ze opnieuw: dan ziet u wat er nu kan.",
    form_url=lambda job: reverse("cubiss:print_sheets"),
    in_transaction=False,
)
def print_sheets_job(job: Job, progress: Progress) -> Made:
    """A PDF with the vouchers that were asked for: all of them, or none when one of them can no longer be used."""
    from vouchers.paper.sheets import print_sheets  # only where sheets are made: see kbl/pdf

    ranges, on = _ranges(job), local_day(job.asked_at)
    chosen = list(printed(ranges, on=on))
    if len(chosen) != job.arguments["count"]:
        raise Refused(CHANGED)
    first, last = ranges[0].first, ranges[-1].last
    name = f"waardebonnen {SerialRange(first, last)}"
    out = io.BytesIO()
    print_sheets(
        chosen,
        FORMATS[job.arguments["per_page"]],
        out,
        title=name.capitalize(),
        made_at=job.asked_at,
        identifier=str(job.key),
        progress=progress,
    )
    return Made(f"{name.replace(' ', '-')}.pdf", "application/pdf", out.getvalue())


def list_under_way(batch: Batch) -> Job | None:
    """The list of this batch that is being made already: whoever presses twice gets the same."""
    jobs = Job.objects.filter(kind=PRINTING_LIST, arguments__batch=batch.pk)
    return jobs.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).order_by("asked_at").first()


def ask_for_list(batch: Batch, count: int, *, by, at: datetime) -> Job:
    """Ask for the list of a batch for a printing house, of so many numbers; that it is taken was kept before."""
    return ask(PRINTING_LIST, {"batch": batch.pk}, by=by, at=at, key=uuid4(), total=count)


def _batch(job: Job) -> Batch:
    return Batch.objects.get(pk=job.arguments["batch"])


@work(
    PRINTING_LIST,
    title=lambda job: f"Lijst voor de drukker: serie {_batch(job).range}",
    form_url=lambda job: f"{reverse('cubiss:print_sheets')}?serie={job.arguments['batch']}",
    in_transaction=False,
)
def printing_list_job(job: Job, progress: Progress) -> Made:
    """The whole list, zipped; only the coordinator fetches it, because of the whole numbers."""
    batch, done = _batch(job), 0

    def pieces() -> Iterator[bytes]:
        nonlocal done
        for piece in printing_house.csv_lines(batch, on=local_day(job.asked_at)):
            done += piece.count("\n")
            progress(done)
            yield piece.encode()

    name = f"drukker-{batch.range}"
    return Made(f"{name}.zip", "application/zip", zipped(f"{name}.csv", pieces()))
