"""Printing sheets as work in the background: ten thousand vouchers take some seconds."""

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from kbl.clock import local_day
from kbl.formats import counted, voucher_count
from kbl.jobs.models import Job
from kbl.jobs.work import Made, Progress, Refused, ask, work
from vouchers.numbers import SerialRange
from vouchers.paper.choice import printed
from vouchers.paper.formats import FORMATS
from vouchers.paper.printed import MOST

PRINT_SHEETS = "print_sheets"
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
