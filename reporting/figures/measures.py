"""What can be counted per library, municipality, track and kind, and where the facts of each measure are."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Model, Q, QuerySet

from intermediaries.models import Handout
from libraries.models import Enrolment, MembershipYear
from reporting.figures.places import PLACE


class Measure(StrEnum):
    """What can be counted per library, municipality and track."""

    HANDED_OUT = "handed_out"
    NEW = "new"
    CONVERSION = "conversion"
    FREE = "free_anyway"
    PLUS = "plus"
    RENEWED = "renewed"
    REDEEMED = "redeemed"


@dataclass(frozen=True)
class Source:
    """Where a measure's facts are, and how to reach their dimensions and their voucher's hand-out."""

    model: type[Model]
    only: Q
    dimensions: dict[str, str]
    handout: str = ""


_ENROLMENT = {"library": "library_id", PLACE: "branch__municipality_id", "year": "on__year"}
_YEAR = {"library": "library_id", PLACE: "enrolment__branch__municipality_id", "year": "on__year"}
_HANDOUT = {"intermediary": "organisation_id", PLACE: "organisation__municipality_id", "year": "on__year"}
PLUS_KINDS = [Enrolment.Kind.NEW, Enrolment.Kind.CONVERSION]

SOURCES = {
    Measure.HANDED_OUT: Source(Handout, Q(), _HANDOUT),
    Measure.PLUS: Source(Enrolment, Q(kind__in=PLUS_KINDS), _ENROLMENT, "voucher__handouts"),
    Measure.REDEEMED: Source(Enrolment, Q(), _ENROLMENT, "voucher__handouts"),
    Measure.RENEWED: Source(
        MembershipYear,
        Q(ordinal__gt=1) & ~Q(enrolment__kind=Enrolment.Kind.FREE_ANYWAY),
        _YEAR,
        "enrolment__voucher__handouts",
    ),
    **{
        measure: Source(Enrolment, Q(kind=measure.value), _ENROLMENT, "voucher__handouts")
        for measure in (Measure.NEW, Measure.CONVERSION, Measure.FREE)
    },
}


def measures_of(model: type[Model]) -> list[Measure]:
    """What a kind of fact can count for."""
    return [measure for measure, source in SOURCES.items() if source.model is model]


def dimensions(measure: Measure) -> dict[str, str]:
    """Along which lines a measure is counted, apart from the track, with where a fact has it."""
    return dict(SOURCES[measure].dimensions)


def is_served(source: Source) -> bool:
    """Whether the municipality of a source's facts is told by service areas."""
    return source.model is Handout


def facts_of(source: Source) -> QuerySet:
    return source.model._default_manager.filter(source.only).order_by()
