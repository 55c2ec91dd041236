"""Closed quarters: what was sealed is still so, in tables, chain and outside; figures are those of the facts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from kbl.settlements.fund_figures.commitments import Position
from kbl.settlements.models import Closing, Document
from reporting.figures import counting, fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.figures.suppression import PublishedFigure
from reporting.integrity.invariants import Violation, Violations, invariant
from reporting.models import KeptReport, QuarterSeal
from reporting.report import payload
from reporting.report.periods import PublishedFund, ReportPeriod, ShownAmount
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
    told: list[tuple[Closing, _Told]] = []
    every = KeptReport.objects.select_related("closing").order_by("closing__quarter")
    for kept in every.iterator(chunk_size=1):  # of a whole country one is two megabytes
        try:
            said = _Told.of(payload.parts(bytes(kept.content))["period"])
        except (ValueError, KeyError, TypeError):
            yield {"quarter": kept.closing.quarter, "problem": "cannot be read"}
            continue
        if said.added != (found := said.totals - before):
            yield {"quarter": kept.closing.quarter, "figure": "added", "says": said.added, "books": found}
        before = said.totals
        told.append((kept.closing, said))
    yield from _other_than_the_facts(told)


@dataclass(frozen=True)
class _Told:
    """What a kept report says that is counted again; of the rest of it nothing is held."""

    totals: counting.ProgrammeTotals
    added: counting.ProgrammeTotals
    shown: Mapping[Measure, PublishedFigure]
    fund: PublishedFund

    @classmethod
    def of(cls, period: ReportPeriod) -> "_Told":
        shown = {each: period.measures[each].total for each in COUNTED}
        return cls(period.totals, period.added, shown, period.fund)


COUNTED = (Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE)


def _other_than_the_facts(told: Sequence[tuple[Closing, _Told]]) -> Violations:
    """Every figure counted anew: once for all reports, as of each of their closings."""
    moments = [AsOf.at_closing(closing) for closing, _ in told]
    if not moments:
        return
    totals, funds = counting.totals(moments), fund_position.funds(moments)
    counts = {measure: counting.count(measure, moments)[()] for measure in COUNTED}
    for place, (closing, said) in enumerate(told):
        figures: list[tuple[str, Any, Any]] = [("totals", said.totals, totals[place])]
        figures += [
            (measure, shown.value, counts[measure][place]) for measure, shown in said.shown.items() if not shown.held
        ]
        for name, says, found in [*figures, *_of_the_fund(said.fund, funds[place].position)]:
            if says != found:
                yield {"quarter": closing.quarter, "figure": name, "says": says, "books": found}


def _of_the_fund(shown: PublishedFund, money: Position) -> Iterator[tuple[str, Any, Any]]:
    yield "received", str(shown.received), str(ShownAmount(money.received))
    yield "spent", str(shown.spent), str(ShownAmount.of(money.spent, shown.spent.exact))
    yield "committed", str(shown.committed), str(ShownAmount.of(money.committed, shown.committed.exact))
