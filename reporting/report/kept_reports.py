"""The reports as they were kept: made once, in the transaction of their closing, and never counted again.

The page, the PDF and the lists read what was kept, so a later target, budget, name, tariff or correction changes
nothing that was said. The next report starts from what was published in the one before it, as that was kept. A text
never changes, so a process remembers the last ones that it read.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db import IntegrityError, connection, transaction
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

REMEMBERED = 2  # texts by a process: of a whole country one is 2 MB, and 30 MB when all of it was read


class ReadReport:
    """A kept report, read: each part when it is asked for."""

    def __init__(self, kept: KeptReport) -> None:
        self.kept = kept

    @cached_property
    def _text(self) -> "_Text":
        """Within a transaction nothing is remembered: a report that is kept there may still be taken back."""
        key = (self.kept.pk, self.kept.sha256)
        return _text.__wrapped__(*key) if connection.in_atomic_block else _text(*key)

    @property
    def period(self) -> ReportPeriod:
        return self._text.parts["period"]

    @cached_property
    def published(self) -> dict[Measure, LastPublished]:
        """What was published with it; the next report moves on from these, so nobody else has the same ones."""
        return self._text.parts.anew("published")

    @property
    def shown(self) -> payload.Parts:
        """What its page and paper show, by name."""
        return self._text.shown


@dataclass(frozen=True)
class _Text:
    """The text of a kept report, and of that what its page shows."""

    parts: payload.Parts
    shown: payload.Parts


@lru_cache(maxsize=REMEMBERED)
def _text(pk: int, sha256: str) -> _Text:
    """One text. `sha256` is its hash, so that another text is another report."""
    parts = payload.parts(bytes(KeptReport.objects.values_list("content", flat=True).get(pk=pk)))
    return _Text(parts, parts.part("shown"))


def keep_with_closing(closing: Closing) -> KeptReport:
    """Keep the report inside the transaction that closes the quarter: there is no moment between the two."""
    return keep(closing, at=closing.closed_at, later=False)


def keep(closing: Closing, *, at: datetime, later: bool = True) -> KeptReport:
    """The kept report of a closing: the one that is there, else made now, after those of all closings before it.

    `later` when the quarter was closed before reports were kept with their closing.
    """
    if found := _kept().filter(closing=closing).first():
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
        return _kept().get(closing=closing)


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
    there = {each.closing_id: each for each in _kept().filter(closing__in=closings)}
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


def _kept() -> QuerySet[KeptReport]:
    """The kept reports without their texts, of which a process mostly knows the one that is asked for."""
    return KeptReport.objects.defer("content")


def _read(kept: KeptReport) -> ReadReport:
    return ReadReport(kept)
