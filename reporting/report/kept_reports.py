"""The reports as they were kept: made once, in the transaction of their closing, and never counted again.

The page, the PDF and the lists read what was kept, so a later target, budget, name, tariff or correction changes
nothing that was said. The next report starts from what was published in the one before it, as that was kept.
"""

import hashlib
from datetime import datetime
from functools import cached_property

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from kbl import clock
from kbl.periods import Quarter
from kbl.settlements.models import Closing
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.figures.suppression import LastPublished
from reporting.models import KeptInterim, KeptReport
from reporting.report import page, payload
from reporting.report.periods import ReportPeriod, report_period
from reporting.report.progress_report import ProgressReport, progress_report


class ReadReport:
    """A kept report, read: each part when it is asked for."""

    def __init__(self, kept: KeptReport) -> None:
        self.kept = kept

    @cached_property
    def _parts(self) -> payload.Parts:
        return payload.parts(bytes(self.kept.content))

    @property
    def period(self) -> ReportPeriod:
        return self._parts["period"]

    @property
    def published(self) -> dict[Measure, LastPublished]:
        return self._parts["published"]

    @cached_property
    def shown(self) -> payload.Parts:
        """What its page and paper show, by name."""
        return self._parts.part("shown")


def keep_with_closing(closing: Closing) -> KeptReport:
    """Keep the report inside the transaction that closes the quarter: there is no moment between the two."""
    return keep(closing, at=closing.closed_at, later=False)


def keep(closing: Closing, *, at: datetime, later: bool = True) -> KeptReport:
    """The kept report of a closing: the one that is there, else made now, after those of all closings before it.

    `later` when the quarter was closed before reports were kept with their closing.
    """
    if found := KeptReport.objects.filter(closing=closing).first():
        return found
    content = content_of(closing, history_of(closing, at=at))
    try:
        with transaction.atomic():
            return KeptReport.objects.create(
                closing=closing,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                kept_at=at,
                made_later=later,
            )
    except IntegrityError:
        return KeptReport.objects.get(closing=closing)


def content_of(closing: Closing, history: list[ReadReport]) -> bytes:
    """Everything that the report of a closing says, after those before it: the same bytes whoever makes it."""
    made, published = _make(closing, history)
    return payload.dump({"period": made.period, "published": published, "shown": page.context(made)})


def history_of(closing: Closing, *, at: datetime) -> list[ReadReport]:
    """The kept reports of all closings before one, oldest first."""
    return [_read(each) for each in _all_kept(Closing.objects.filter(quarter__lt=closing.quarter), at=at)]


def made_now(closing: Closing) -> ProgressReport:
    """The report as it would be made now, from the books of today; what was kept before it is taken as it is."""
    return _make(closing, history_of(closing, at=clock.now()))[0]


def read(closing: Closing) -> ReadReport:
    """What was kept of a closing. One from before reports were kept is kept now, once, and says so (`made_later`)."""
    return _read(keep(closing, at=clock.now()))


def periods() -> list[ReportPeriod]:
    """Every closed quarter with what its report shows, oldest first."""
    return [_read(each).period for each in _all_kept(Closing.objects.all(), at=clock.now())]


def _all_kept(closings: QuerySet[Closing], *, at: datetime) -> list[KeptReport]:
    """The kept reports of these closings, oldest first; what was not kept yet is kept now."""
    there = {each.closing_id: each for each in KeptReport.objects.filter(closing__in=closings)}
    return [there.get(each.pk) or keep(each, at=at) for each in closings.order_by("quarter")]


def _make(closing: Closing, history: list[ReadReport]) -> tuple[ProgressReport, dict[Measure, LastPublished]]:
    """The report of a closing, after those before it and after what was published between (an interim edition)."""
    last, moment = history[-1] if history else None, AsOf.at_closing(closing)
    published, between = published_before(closing.quarter, last)
    period, after = report_period(closing.quarter, moment, last.period if last else None, published, between=between)
    return progress_report(moment, [*(each.period for each in history), period]), after


def published_before(quarter: Quarter, last: ReadReport | None) -> tuple[dict[Measure, LastPublished], bool]:
    """What was published before a report of a quarter, and whether an interim edition of that quarter was the last."""
    if interim := KeptInterim.objects.filter(quarter=quarter).order_by("-until").first():
        return payload.load(bytes(interim.content))["published"], True
    return (last.published if last else {}), False


def _read(kept: KeptReport) -> ReadReport:
    return ReadReport(kept)
