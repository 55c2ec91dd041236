"""Checking the books, packing a quarter's file and making a report's files as work in the background."""

from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from kbl.accounts.roles import Right
from kbl.clock import local_day
from kbl.jobs.models import Job
from kbl.jobs.work import Made, Progress, ask, work
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting import integrity
from reporting.audit import facts_file, figure_facts, integrity_check, quarter_file
from reporting.editions import files, interim, parts
from reporting.figures.query import FigureQuery
from reporting.models import KeptInterim, ReportEdition

CHECK_BOOKS, QUARTER_FILE, REPORT_FILES = "check_books", "quarter_file", "report_files"
INTERIM_FILES, REPORT_PARTS, FACTS_FILE = "interim_files", "report_parts", "facts_file"
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)


def under_way(kind: str, **arguments) -> Job | None:
    """The same work that somebody started already and that is not over: starting it again would be doing it twice."""
    jobs = Job.objects.filter(kind=kind, state__in=UNDER_WAY, arguments=arguments)
    return jobs.order_by("asked_at", "pk").first()


def ask_for_check(*, by, at: datetime, key: UUID | str) -> Job:
    """Start a check of the books, or return the one that is under way: one at a time is enough."""
    return under_way(CHECK_BOOKS) or ask(CHECK_BOOKS, {}, by=by, at=at, key=key, total=len(integrity.INVARIANTS))


def ask_for_file(quarter: Quarter, *, payment_files: bool, by, at: datetime, key: UUID | str) -> Job:
    """Start packing the file of a closed quarter, or return the job that is under way.

    With the payment files only for who may fetch those: a bank takes such a file from whoever has it.
    """
    arguments = {"quarter": str(quarter), "payment_files": payment_files}
    return under_way(QUARTER_FILE, **arguments) or ask(QUARTER_FILE, arguments, by=by, at=at, key=key)


def ask_for_facts(query: FigureQuery, *, total: int, by, at: datetime, key: UUID | str) -> Job:
    """Start making the file of a figure or an amount that is too long to send at once, or return what is under way."""
    arguments = {"asked": query.query_string, "what": query.what if query.is_fund_amount else ""}
    return under_way(FACTS_FILE, **arguments) or ask(FACTS_FILE, arguments, by=by, at=at, key=key, total=total)


def newest_file(quarter: Quarter, *, payment_files: bool) -> Job | None:
    """The last job that packed a quarter's file, with or without payment files, and whose file is still kept."""
    arguments = {"quarter": str(quarter), "payment_files": payment_files}
    jobs = Job.objects.filter(kind=QUARTER_FILE, arguments=arguments, file__isnull=False)
    return jobs.order_by("-finished_at", "-pk").first()


@work(
    CHECK_BOOKS,
    title="De boeken nakijken",
    result_url=lambda job: reverse("cubiss:audit_books"),
    result_label="Bekijk de uitkomst",
    form_url=lambda job: reverse("cubiss:audit_books"),
    in_transaction=False,
)
def check_books_job(job: Job, progress: Progress) -> int:
    """Every invariant, in one snapshot that sees one moment and writes nothing; then the answer is kept."""
    return integrity_check.check(by=job.asked_by, at=job.asked_at, progress=progress).pk


def _quarter(job: Job) -> Quarter:
    return Quarter.parse(job.arguments["quarter"])


def _has_payment_files(job: Job) -> bool:
    """Also one that was asked before they were left out for anybody."""
    return bool(job.arguments.get("payment_files", True))


@work(
    QUARTER_FILE,
    title=lambda job: f"Kwartaaldossier {_quarter(job).label}",
    result_url=lambda job: reverse("cubiss:audit_quarter", args=[_quarter(job)]),
    result_label="Naar het dossier",
    form_url=lambda job: reverse("cubiss:audit_quarter", args=[_quarter(job)]),
    file_right=lambda job: Right.KEEP_BOOKS if _has_payment_files(job) else None,
    in_transaction=False,
)
def quarter_file_job(job: Job, progress: Progress) -> Made:
    """A quarter's complete file; the same books give the same bytes."""
    closing = Closing.objects.get(quarter=_quarter(job))
    with integrity.snapshot():
        content = quarter_file.pack(closing, progress, payment_files=_has_payment_files(job))
        return Made(quarter_file.name(closing), "application/zip", content)


def _edition(job: Job) -> ReportEdition:
    return ReportEdition.objects.select_related("closing").get(pk=job.arguments["edition"])


@work(
    REPORT_FILES,
    title=lambda job: f"Rapportage {_edition(job).closing.quarter.label}: pdf, Excel en csv",
    result_url=lambda job: reverse("cubiss:report_texts", args=[_edition(job).closing.quarter]),
    result_label="Naar de rapportage",
    form_url=lambda job: reverse("cubiss:report_texts", args=[_edition(job).closing.quarter]),
)
def report_files_job(job: Job, progress: Progress) -> int:
    """The files of an edition, that a colleague looks at before the province does."""
    edition = _edition(job)
    files.make(edition, at=job.asked_at)
    return edition.pk


@work(
    REPORT_PARTS,
    title=lambda job: f"Per bibliotheek en gemeente, {_edition(job).closing.quarter.label}",
    result_url=lambda job: reverse("cubiss:report_parts", args=[_edition(job).closing.quarter]),
    result_label="Naar de bladzijden",
    form_url=lambda job: reverse("cubiss:report_parts", args=[_edition(job).closing.quarter]),
    in_transaction=False,
)
def report_parts_job(job: Job, progress: Progress) -> int:
    """The two pages of every library and municipality of a released edition; each is kept once it is made."""
    edition = _edition(job)
    for done, part in enumerate(parts.everybody(edition), start=1):
        parts.kept(edition, part, at=job.asked_at)
        progress(done)
    return edition.pk


@work(
    INTERIM_FILES,
    title=lambda job: f"Tussenstand {interim.name(_interim(job))}",
    result_url=lambda job: reverse("cubiss:reports"),
    result_label="Naar de rapportages",
    form_url=lambda job: reverse("cubiss:reports"),
)
def interim_files_job(job: Job, progress: Progress) -> int:
    """The paper and the list of an interim edition."""
    kept = _interim(job)
    interim.draw(kept, at=job.asked_at)
    return kept.pk


def _interim(job: Job) -> KeptInterim:
    return KeptInterim.objects.get(pk=job.arguments["interim"])


def _asked(job: Job) -> FigureQuery:
    return figure_facts.read_query(QueryDict(job.arguments["asked"]), job.arguments["what"])


@work(
    FACTS_FILE,
    title="Een lang bestand met feiten",
    form_url=lambda job: _asked(job).url,
    file_right=lambda job: None,
)
def facts_file_job(job: Job, progress: Progress) -> Made:
    """The whole file, as known when it was asked for."""
    file = facts_file.file_of(_asked(job), on=local_day(job.asked_at), at=job.asked_at)
    return Made(f"{file.name}.zip", "application/zip", facts_file.zipped(file, progress))
