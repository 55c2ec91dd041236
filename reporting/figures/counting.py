"""The programme's figures, counted from the facts every time: what was done, where, and along which track.

A figure is always *as known*: what was recorded by a moment of everything that happened up to a day. The figure of a
quarter is the difference between what was known at its closing and at the closing before. So late reports count in the
quarter in which they came in, like the lines of the statements; quarters add up to the total; and what a closed
quarter counted for the whole programme stays so for ever, because facts are never edited (`AsOf.known`). So does what
was known of the service areas. The rest of its division follows today's records: where a seat or branch lies, which
track an accreditation is in.

| figure | counts |
|---|---|
| made, void | vouchers, by the ranges of batches and stock movements |
| allocated | vouchers that went to intermediaries, less what came back |
| handed out | standing hand-outs, reported by an intermediary |
| new, conversion, free | standing enrolments by kind; *plus* is new and conversion together: target A |
| redeemed | all standing enrolments |
| renewed | standing membership years after the first, of memberships that the fund pays |

The municipality of a membership is that of its branch. That of a hand-out is the one that its intermediary served that
day; None when it served several, so that it cannot be told (intermediaries/service_areas/areas.py). The track of
anything is that of the accreditation under which its voucher was handed out; its kind is that of the intermediary that
did so, as was known at the moment (intermediaries/kinds/kinds.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from django.db.models import Case, Count, F, FilteredRelation, Model, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.fields import IntegerField

from intermediaries.kinds.kinds import UNKNOWN, Kinds
from intermediaries.models import Handout
from intermediaries.service_areas.areas import ServiceAreas
from kbl.organisations.models import YearTarget
from kbl.periods import Quarter
from libraries.models import Enrolment, MembershipYear
from reporting.figures.as_of import AsOf, closings
from reporting.figures.places import PLACE, count_by_place
from reporting.figures.stock import count_stock

__all__ = [
    "AsOf",
    "Measure",
    "ProgrammeTotals",
    "closings",
    "count",
    "count_by_kind",
    "count_by_quarter",
    "count_by_track",
    "facts",
    "target_years",
    "totals",
]

# Beside the tracks 1 to 4: the library told us first, or the intermediary was not accredited that day.
NOT_REPORTED, NOT_ACCREDITED = -1, 0


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
class _Source:
    """Where a measure's facts are, and how to reach their dimensions and their voucher's hand-out."""

    model: type[Model]
    only: Q
    dimensions: dict[str, str]
    handout: str = ""


_ENROLMENT = {"library": "library_id", PLACE: "branch__municipality_id", "year": "on__year"}
_YEAR = {"library": "library_id", PLACE: "enrolment__branch__municipality_id", "year": "on__year"}
_HANDOUT = {"intermediary": "organisation_id", PLACE: "organisation__municipality_id", "year": "on__year"}
PLUS_KINDS = [Enrolment.Kind.NEW, Enrolment.Kind.CONVERSION]

_SOURCES = {
    Measure.HANDED_OUT: _Source(Handout, Q(), _HANDOUT),
    Measure.PLUS: _Source(Enrolment, Q(kind__in=PLUS_KINDS), _ENROLMENT, "voucher__handouts"),
    Measure.REDEEMED: _Source(Enrolment, Q(), _ENROLMENT, "voucher__handouts"),
    Measure.RENEWED: _Source(
        MembershipYear,
        Q(ordinal__gt=1) & ~Q(enrolment__kind=Enrolment.Kind.FREE_ANYWAY),
        _YEAR,
        "enrolment__voucher__handouts",
    ),
    **{
        measure: _Source(Enrolment, Q(kind=measure.value), _ENROLMENT, "voucher__handouts")
        for measure in (Measure.NEW, Measure.CONVERSION, Measure.FREE)
    },
}


def count(measure: Measure, moments: Sequence[AsOf], *by: str) -> dict[tuple, list[int]]:
    """How many there were at each of several moments, per dimension (`library`, `municipality`, `intermediary`).

    One query, whatever the number of moments. Without a dimension the one key is the empty tuple.
    """
    source = _SOURCES[measure]
    rows, counts = _to_count(source, moments)
    if not by:
        return {(): list(rows.aggregate(**counts).values())}
    columns = [source.dimensions[each] for each in by]
    if _served(source) and PLACE in by:
        return count_by_place(rows, moments, counts, columns, by.index(PLACE))
    return _per(rows, counts, columns)


def _to_count(source: _Source, moments: Sequence[AsOf]) -> tuple[QuerySet, dict[str, Count]]:
    """The facts that were known at one of the moments at least, and their number at each of them.

    What was not known at any makes no row, not even of nothing: no report tells who came later.
    """
    rows = _rows(source)
    if moments:
        last = max(each.at for each in moments), max(each.until for each in moments)
        rows = rows.filter(recorded_at__lte=last[0], on__lte=last[1])
    return rows, {f"n{i}": Count("pk", filter=each.known()) for i, each in enumerate(moments)}


def _per(rows: QuerySet, counts: dict[str, Count], columns: list[str]) -> dict[tuple, list[int]]:
    return {
        tuple(row[column] for column in columns): [row[name] for name in counts]
        for row in rows.values(*columns).annotate(**counts)
    }


def count_by_track(measure: Measure, as_of: AsOf) -> dict[int, int]:
    """How many there were at one moment per track, or NOT_REPORTED or NOT_ACCREDITED."""
    source = _SOURCES[measure]
    rows, track, _ = _tracked(_rows(source).filter(as_of.known()), source, as_of, "reported")
    return {row["found"]: row["n"] for row in rows.values(found=track).annotate(n=Count("pk"))}


def count_by_kind(measure: Measure, as_of: AsOf) -> dict[tuple[int, int], int]:
    """How many there were at one moment per track (as `count_by_track`) and kind of intermediary, or UNKNOWN."""
    source = _SOURCES[measure]
    rows, track, kind = _tracked(_rows(source).filter(as_of.known()), source, as_of, "reported")
    found = rows.values(of_track=track, of_kind=kind).annotate(n=Count("pk"))
    return {(row["of_track"], row["of_kind"]): row["n"] for row in found}


def count_by_quarter(measure: Measure, as_of: AsOf) -> dict[Quarter, int]:
    """How many there were at one moment per quarter in which they happened."""
    rows = _rows(_SOURCES[measure]).filter(as_of.known()).values_list("on__year", "on__quarter")
    return {Quarter(year, quarter): n for year, quarter, n in rows.annotate(n=Count("pk"))}


def place_of(handout: Handout, as_of: AsOf) -> int | None:
    """The municipality for which a hand-out counted at a moment; None when that cannot be told."""
    areas = ServiceAreas.known(as_of.at)
    return areas.place(handout.organisation_id, handout.organisation.municipality_id, handout.on)


def facts(
    measure: Measure,
    as_of: AsOf,
    before: AsOf | None = None,
    *,
    of: Mapping[str, int | None] | None = None,
    tracks: Collection[int] | None = None,
    kind: int | None = None,
) -> QuerySet:
    """The facts that a figure counts, each with `counts`: their sum is the figure, of `count` or `count_by_track`.

    `of` narrows to one library, municipality or intermediary, `tracks` to tracks, `kind` to a kind of intermediary.
    With an earlier moment `before` it is what was added since: a fact that no longer stood, or that got another track,
    municipality or kind, counts -1.
    """
    source, of = _SOURCES[measure], dict(of or {})
    places = [of.pop(PLACE)] if _served(source) and PLACE in of else []
    rows = _rows(source).filter(**{source.dimensions[name]: key for name, key in of.items()})
    narrowed = _Narrowed(places, tracks, kind)
    rows, there = _counted(rows, source, as_of, narrowed, "reported")
    if before is None:
        return rows.filter(there).annotate(counts=Value(1))
    rows, was = _counted(rows, source, before, narrowed, "reported_before")
    added = CombinedExpression(_one(there), "-", _one(was), output_field=IntegerField())
    return rows.annotate(counts=added).exclude(counts=0)


def counted_at(measure: Measure, moments: Sequence[AsOf], pk: int) -> list[bool]:
    """Whether one fact was counted at each of several moments."""
    rows = _rows(_SOURCES[measure]).filter(pk=pk)
    found = rows.aggregate(**{f"n{i}": Count("pk", filter=each.known()) for i, each in enumerate(moments)})
    return [bool(number) for number in found.values()]


def track_of(measure: Measure, as_of: AsOf, pk: int) -> int:
    """The track under which one fact was counted at a moment, or NOT_REPORTED or NOT_ACCREDITED."""
    source = _SOURCES[measure]
    rows, track, _ = _tracked(_rows(source).filter(pk=pk), source, as_of, "reported")
    return rows.annotate(found=track).values_list("found", flat=True).get()


def kind_of(measure: Measure, as_of: AsOf, pk: int) -> int:
    """The kind of intermediary under which one fact was counted at a moment, or UNKNOWN."""
    source = _SOURCES[measure]
    rows, _, kind = _tracked(_rows(source).filter(pk=pk), source, as_of, "reported")
    return rows.annotate(found=kind).values_list("found", flat=True).get()


def measures_of(model: type[Model]) -> list[Measure]:
    """What a kind of fact can count for."""
    return [measure for measure, source in _SOURCES.items() if source.model is model]


def dimensions(measure: Measure) -> dict[str, str]:
    """Along which lines a measure is counted, apart from the track, with where a fact has it."""
    return dict(_SOURCES[measure].dimensions)


@dataclass(frozen=True)
class _Narrowed:
    """To which places, tracks and kind of intermediary a figure is narrowed; None is all of them."""

    places: Collection[int | None]
    tracks: Collection[int] | None
    kind: int | None


def _counted(rows: QuerySet, source: _Source, as_of: AsOf, to: _Narrowed, name: str) -> tuple[QuerySet, Q]:
    """The condition that a row counted at a moment, on these tracks, of this kind and (a hand-out) in these places;
    with the rows annotated for it."""
    there = as_of.known()
    for place in to.places:
        there &= ServiceAreas.known(as_of.at).handouts_of(place)
    if to.tracks is None and to.kind is None:
        return rows, there
    rows, track, kind = _tracked(rows, source, as_of, name)
    if to.tracks is not None:
        rows, there = rows.annotate(**{f"{name}_track": track}), there & Q(**{f"{name}_track__in": list(to.tracks)})
    if to.kind is not None:
        rows, there = rows.annotate(**{f"{name}_kind": kind}), there & Q(**{f"{name}_kind": to.kind})
    return rows, there


def _served(source: _Source) -> bool:
    """Whether the municipality of a source's facts is told by service areas."""
    return source.model is Handout


def _tracked(rows: QuerySet, source: _Source, as_of: AsOf, name: str) -> tuple[QuerySet, Case, Case]:
    """The track of each row and the kind of its intermediary, as they were known at a moment."""
    accreditation, organisation = "accreditation", "organisation"
    missing, unknown = [], []
    if source.handout:
        rows = rows.annotate(
            **{name: FilteredRelation(source.handout, condition=as_of.recorded(f"{source.handout}__"))}
        )
        accreditation, organisation = f"{name}__accreditation", f"{name}__organisation"
        nothing = {f"{name}__pk__isnull": True}
        missing, unknown = [When(**nothing, then=Value(NOT_REPORTED))], [When(**nothing, then=Value(UNKNOWN))]
    track = Case(
        *missing,
        When(**{f"{accreditation}__isnull": True}, then=Value(NOT_ACCREDITED)),
        default=F(f"{accreditation}__track"),
        output_field=IntegerField(),
    )
    told = Kinds.known(as_of.at).column(organisation, f"{accreditation}__track")
    return rows, track, Case(*unknown, default=told, output_field=IntegerField())


def _one(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _rows(source: _Source) -> QuerySet:
    return source.model._default_manager.filter(source.only).order_by()


@dataclass(frozen=True)
class ProgrammeTotals:
    """The whole programme at a moment, or (one less another) in a period. See the table on top."""

    made: int
    allocated: int
    void: int
    handed_out: int
    new: int
    conversion: int
    free: int
    renewed: int

    @property
    def plus(self) -> int:
        """What target A counts: new memberships, with members whose membership became free."""
        return self.new + self.conversion

    @property
    def redeemed(self) -> int:
        return self.plus + self.free

    def __sub__(self, earlier: "ProgrammeTotals") -> "ProgrammeTotals":
        return ProgrammeTotals(*(getattr(self, field.name) - getattr(earlier, field.name) for field in fields(self)))


NOTHING = ProgrammeTotals(0, 0, 0, 0, 0, 0, 0, 0)


def totals(moments: Sequence[AsOf]) -> list[ProgrammeTotals]:
    """The whole programme at each of several moments."""
    by_kind, none = _per(*_to_count(_SOURCES[Measure.REDEEMED], moments), ["kind"]), [0] * len(moments)
    people = {
        "handed_out": count(Measure.HANDED_OUT, moments)[()],
        "new": by_kind.get((Enrolment.Kind.NEW,), none),
        "conversion": by_kind.get((Enrolment.Kind.CONVERSION,), none),
        "free": by_kind.get((Enrolment.Kind.FREE_ANYWAY,), none),
        "renewed": count(Measure.RENEWED, moments)[()],
    }
    counted = {**people, **count_stock(moments)}
    return [ProgrammeTotals(**{name: numbers[i] for name, numbers in counted.items()}) for i in range(len(moments))]


@dataclass(frozen=True)
class YearOfTarget:
    """Target A of one year beside what was reached by first day; `reached` is None for a year that has not begun.

    `held` when some of a year is not shown yet, because it is too small.
    """

    year: int
    target: int
    reached: int | None
    held: bool = False

    @property
    def share(self) -> float | None:
        return self.reached / self.target if self.reached is not None and self.target else None


def target_years(reached: Mapping[int, tuple[int, bool]]) -> list[YearOfTarget]:
    """Target A per year. `reached` says of every year that has begun how many are shown, and whether some are not."""
    return [
        YearOfTarget(row.year, row.new_memberships, *(reached.get(row.year) or (None, False)))
        for row in YearTarget.objects.order_by("year")
    ]
