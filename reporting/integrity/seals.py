"""Closed quarters: what was sealed is still so, in tables, chain and outside; figures are those of the facts."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from kbl.settlements.models import Closing, Document
from reporting.figures import counting, fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.integrity.invariants import Violation, Violations, invariant
from reporting.models import KeptReport, QuarterSeal
from reporting.report import payload
from reporting.report.periods import ReportPeriod, ShownAmount
from reporting.seals import digest, sealing
from reporting.seals.sources import SOURCES


@invariant("Wat bij een afsluiting bekend was, is nog precies zo")
def sealed_quarters_are_untouched() -> Violations:
    return touched()


def touched(tables: Collection[str] | None = None) -> Iterator[Violation]:
    """Per quarter the tables that are not what was sealed; `tables` looks at some of them only."""
    before: dict[str, Any] | None = None
    for seal in QuarterSeal.objects.exclude(closing__in=Closing.objects.all()).order_by("pk"):
        yield {"seal": seal.pk, "table": Closing._meta.db_table, "problem": "its closing is gone"}
    for seal in _seals():
        try:
            window = digest.window(seal.closing, before, seal.parts)
            for source in SOURCES:
                if source.name in seal.parts and (tables is None or source.name in tables):
                    found = digest.part(source, window, seal.parts[source.name])
                    if found != seal.parts[source.name]:
                        rows = (seal.parts[source.name]["rows"], found["rows"])
                        yield {"quarter": seal.closing.quarter, "table": source.name, "rows": rows}
        except (KeyError, TypeError):
            yield {"quarter": seal.closing.quarter, "table": "reporting_quarterseal", "problem": "cannot be read"}
            return
        before = seal.parts


@invariant("De zegels van de kwartalen vormen één keten, op papier en buiten de database gelijk")
def seals_are_one_chain() -> Violations:
    """No seal was changed, taken away or put in: each holds the digest of the one before, and of what it says."""
    before: QuarterSeal | None = None
    sealed = {}
    for seal in _seals():
        said = digest.whole(seal.closing.quarter, seal.parts, digest.link(before))
        if seal.previous != (before.digest if before else "") or seal.digest != said:
            yield {"quarter": seal.closing.quarter, "problem": "the seal is not that of the chain"}
        if seal.sealed_at < seal.closing.closed_at:
            yield {"quarter": seal.closing.quarter, "problem": "the seal is older than its closing"}
        path = sealing.file_of(seal)
        if path and path.exists() and path.read_text(encoding="utf-8") != sealing.words(seal):
            yield {"quarter": seal.closing.quarter, "problem": "the file outside says something else"}
        before = sealed[seal.closing_id] = seal
    yield from _printed_otherwise(sealed)
    for path in _files():
        if path.stem.removeprefix("zegel-") not in {str(seal.closing.quarter) for seal in sealed.values()}:
            yield {"file": path.name, "problem": "the file outside has no seal here"}
    last = max((seal.closing.quarter for seal in sealed.values()), default=None)
    for closed in Closing.objects.all():
        if closed.pk not in sealed and last and closed.quarter < last:
            yield {"quarter": closed.quarter, "problem": "has no seal"}


def _printed_otherwise(sealed: dict[int, QuarterSeal]) -> Violations:
    """Reports that carry another seal, or one that was made after them."""
    for report in Document.objects.filter(kind=Document.Kind.REPORT).exclude(seal="").defer("content"):
        seal = sealed.get(report.closing_id)
        if seal is None or seal.digest != report.seal:
            yield {"closing": report.closing_id, "problem": "the report carries another seal"}
        elif seal.sealed_at > report.made_at:
            yield {"closing": report.closing_id, "problem": "the seal is younger than its report"}


def _files() -> list[Path]:
    """The seals that are kept outside, when there is a folder for them."""
    return sorted(Path(settings.SEALS_FOLDER).glob("zegel-*.txt")) if settings.SEALS_FOLDER else []


def _seals() -> list[QuarterSeal]:
    return list(QuarterSeal.objects.select_related("closing").order_by("closing__quarter"))


@invariant("De cijfers van een uitgegeven rapportage zijn die van de feiten")
def kept_figures_are_those_of_the_facts() -> Violations:
    """Totals and money, counted again as they were known; budgets and names are free to change since."""
    before = counting.NOTHING
    every = KeptReport.objects.select_related("closing").order_by("closing__quarter")
    for kept in every.iterator(chunk_size=1):  # of a whole country one is two megabytes
        try:
            period: ReportPeriod = payload.load(bytes(kept.content))["period"]
        except (ValueError, KeyError, TypeError):
            yield {"quarter": kept.closing.quarter, "problem": "cannot be read"}
            continue
        added = ("added", period.added, period.totals - before)
        before = period.totals
        for name, said, found in [added, *_recounted(period, AsOf.at_closing(kept.closing))]:
            if said != found:
                yield {"quarter": kept.closing.quarter, "figure": name, "says": said, "books": found}


def _recounted(period: ReportPeriod, moment: AsOf) -> Iterator[tuple[str, Any, Any]]:
    yield "totals", period.totals, counting.totals([moment])[0]
    for measure in (Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE):
        shown = period.measures[measure].total
        if not shown.held:
            yield measure, shown.value, counting.count(measure, [moment])[()][0]
    money = fund_position.fund(moment).position
    shown_fund = period.fund
    yield "received", str(shown_fund.received), str(ShownAmount(money.received))
    yield "spent", str(shown_fund.spent), str(ShownAmount.of(money.spent, shown_fund.spent.exact))
    yield "committed", str(shown_fund.committed), str(ShownAmount.of(money.committed, shown_fund.committed.exact))
