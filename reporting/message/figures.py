"""The figures of a quarterly message: those of the released report, and a reader's own, suppressed in the same way.

Nothing is counted as of today: a message that goes a day later says the same.
"""

from dataclasses import dataclass

from kbl.accounts.roles import Audience
from kbl.formats import number
from kbl.organisations.models import Municipality, Organisation
from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.as_of import AsOf, closings
from reporting.figures.measures import Measure
from reporting.figures.suppression import LIBRARIES, MUNICIPALITIES, CountedMeasure, PublishedFigure, publish
from reporting.report import kept_reports

TOO_SMALL = "te klein om te noemen"


@dataclass(frozen=True)
class ReaderFigure:
    """One figure of a reader's own: what it counts, in the quarter and since the start, in words."""

    name: str
    added: str
    whole: str


def own_figures(closing: Closing, audience: Audience, organisation: Organisation | None) -> list[ReaderFigure]:
    """The reader's own figures, none for who has no organisation."""
    if organisation is None:
        return []
    if audience is Audience.LIBRARY:
        return _of_row(closing, LIBRARIES, organisation.pk)
    if audience is Audience.MUNICIPALITY:
        own = Municipality.objects.filter(authority=organisation).first()
        return _of_row(closing, MUNICIPALITIES, own.pk) if own else []
    return [_own("Uitgereikte vouchers", _handed_out(closing, organisation))]


def _of_row(closing: Closing, table: str, key: int) -> list[ReaderFigure]:
    """What the report shows of a library or a municipality."""
    measures = kept_reports.read(closing).period.measures
    told = (("Nieuwe leden", Measure.PLUS), ("Verlengd", Measure.RENEWED))
    rows = [(name, measures[measure].tables[table].rows.get(key)) for name, measure in told]
    return [_own(name, row or PublishedFigure(0, 0)) for name, row in rows]


def _handed_out(closing: Closing, organisation: Organisation) -> PublishedFigure:
    """What an intermediary handed out, as each report until this one could have told it."""
    moments = [AsOf.at_closing(each) for each in closings(until=closing)]
    counts = counting.count(Measure.HANDED_OUT, moments, of={"intermediary": organisation.pk})[()]
    key = organisation.pk
    return publish([CountedMeasure({(key, key): count}) for count in counts])[-1].total


def _own(name: str, figure: PublishedFigure) -> ReaderFigure:
    whole = TOO_SMALL if figure.held and not figure.value else number(figure.value)
    return ReaderFigure(name, TOO_SMALL if figure.added is None else number(figure.added), whole)
