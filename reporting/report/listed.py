"""The kept reports in a row: the few figures of each that lists and start pages show.

A report of a whole country is two megabytes, and a list would read eleven of them for ten figures each. What was kept
never changes, so those few are remembered by the process, by the report's own hash; the text is read only once. With
very many vouchers a task keeps them apart as well (`KEEPER`), for a process that has just begun.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from kbl import clock
from kbl.jobs.kept import Keeper
from kbl.jobs.models import KeptCount
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures.counting import ProgrammeTotals
from reporting.figures.measures import Measure
from reporting.figures.suppression import LIBRARIES, PublishedFigure
from reporting.models import KeptReport
from reporting.report import kept_reports, payload
from reporting.report.periods import PublishedFund

LETTERS = str.maketrans("0123456789", "ghijklmnop")
REMEMBERED = 64  # sixteen years of quarters, of some tens of kilobytes each


@dataclass(frozen=True)
class ListedReport:
    """What a list tells of a report: its totals as published, target A per library, and the words of its row."""

    quarter: Quarter
    added: ProgrammeTotals
    fund: PublishedFund
    totals: Mapping[Measure, PublishedFigure]
    libraries: Mapping[int, PublishedFigure]
    in_list: Sequence[str]


def listed() -> list[ListedReport]:
    """Every closed quarter's, the oldest first. One from before reports were kept is kept now."""
    there = {
        pk: (report, sha256)
        for pk, report, sha256 in KeptReport.objects.order_by().values_list("closing_id", "pk", "sha256")
    }
    found = []
    for closing in Closing.objects.order_by("quarter"):
        if closing.pk not in there:
            kept = kept_reports.keep(closing, at=clock.now())
            there[closing.pk] = (kept.pk, kept.sha256)
        found.append(_remembered(*there[closing.pk]))
    return found


def _remembered(pk: int, sha256: str) -> ListedReport:
    """Within a transaction nothing is remembered: a report that is kept there may still be taken back."""
    return _few.__wrapped__(pk, sha256) if connection.in_atomic_block else _few(pk, sha256)


def of(closing: Closing) -> ListedReport:
    """That of one closing."""
    known = KeptReport.objects.filter(closing=closing).values_list("pk", "sha256").first()
    if known is None:
        kept = kept_reports.keep(closing, at=clock.now())
        known = (kept.pk, kept.sha256)
    return _remembered(*known)


@lru_cache(maxsize=REMEMBERED)
def _few(pk: int, sha256: str) -> ListedReport:
    """Those figures of one report. `sha256` is its hash, so that another text is another report."""
    apart = KeptCount.objects.filter(pk=KEEPER.name).values_list(f"content__{_key(sha256)}", flat=True).first()
    return ListedReport(**(payload.load(json.dumps(apart).encode()) if apart else _read(pk)))


def _read(pk: int) -> dict[str, Any]:
    read = kept_reports.ReadReport(KeptReport.objects.defer("content").get(pk=pk))
    period, measures = read.period, read.period.measures
    return {
        "quarter": period.quarter,
        "added": period.added,
        "fund": period.fund,
        "totals": {measure: each.total for measure, each in measures.items()},
        "libraries": dict(measures[Measure.PLUS].tables[LIBRARIES].rows),
        "in_list": read.shown["report"].in_list,
    }


def _plain(at: datetime) -> dict[str, Any]:
    """By the hash of each report, as a report itself is kept."""
    there = KEEPER.latest()
    known = there.content if there else {}
    reports = KeptReport.objects.order_by().values_list("pk", "sha256")
    keys = {_key(sha256): pk for pk, sha256 in reports}
    return {key: known.get(key) or json.loads(payload.dump(_read(pk))) for key, pk in keys.items()}


def _key(sha256: str) -> str:
    """A hash in letters alone: the search for personal data would take its digits for somebody's number."""
    return sha256.translate(LETTERS)


KEEPER = Keeper("listed_reports", _plain)
