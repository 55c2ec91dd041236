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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, QuerySet

from kbl.periods import Quarter
from libraries.models import Enrolment
from reporting.figures.as_of import AsOf
from reporting.figures.measures import SOURCES, Measure, Source, facts_of, is_served
from reporting.figures.places import PLACE, count_by_place
from reporting.figures.stock import count_stock
from reporting.figures.tracked import tracked


def count(
    measure: Measure, moments: Sequence[AsOf], *by: str, of: Mapping[str, int] | None = None
) -> dict[tuple, list[int]]:
    """How many there were at each of several moments, per dimension (`library`, `municipality`, `intermediary`).

    One query, whatever the number of moments. Without a dimension the one key is the empty tuple. `of`: only those of
    one library or intermediary.
    """
    source = SOURCES[measure]
    rows, counts = _to_count(source, moments)
    rows = rows.filter(**{source.dimensions[name]: key for name, key in (of or {}).items()})
    if not by:
        return {(): list(rows.aggregate(**counts).values())}
    columns = [source.dimensions[each] for each in by]
    if is_served(source) and PLACE in by:
        return count_by_place(rows, moments, counts, columns, by.index(PLACE))
    return _per(rows, counts, columns)


def _to_count(source: Source, moments: Sequence[AsOf]) -> tuple[QuerySet, dict[str, Count]]:
    """The facts that were known at one of the moments at least, and their number at each of them.

    What was not known at any makes no row, not even of nothing: no report tells who came later.
    """
    rows = facts_of(source)
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
    source = SOURCES[measure]
    rows, track, _ = tracked(facts_of(source).filter(as_of.known()), source, as_of, "reported")
    return {row["found"]: row["n"] for row in rows.values(found=track).annotate(n=Count("pk"))}


def count_by_kind(measure: Measure, as_of: AsOf) -> dict[tuple[int, int], int]:
    """How many there were at one moment per track (as `count_by_track`) and kind of intermediary, or UNKNOWN."""
    source = SOURCES[measure]
    rows, track, kind = tracked(facts_of(source).filter(as_of.known()), source, as_of, "reported")
    found = rows.values(of_track=track, of_kind=kind).annotate(n=Count("pk"))
    return {(row["of_track"], row["of_kind"]): row["n"] for row in found}


def count_by_quarter(measure: Measure, as_of: AsOf) -> dict[Quarter, int]:
    """How many there were at one moment per quarter in which they happened."""
    rows = facts_of(SOURCES[measure]).filter(as_of.known()).values_list("on__year", "on__quarter")
    return {Quarter(year, quarter): n for year, quarter, n in rows.annotate(n=Count("pk"))}


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
    by_kind, none = _per(*_to_count(SOURCES[Measure.REDEEMED], moments), ["kind"]), [0] * len(moments)
    people = {
        "handed_out": count(Measure.HANDED_OUT, moments)[()],
        "new": by_kind.get((Enrolment.Kind.NEW,), none),
        "conversion": by_kind.get((Enrolment.Kind.CONVERSION,), none),
        "free": by_kind.get((Enrolment.Kind.FREE_ANYWAY,), none),
        "renewed": count(Measure.RENEWED, moments)[()],
    }
    counted = {**people, **count_stock(moments)}
    return [ProgrammeTotals(**{name: numbers[i] for name, numbers in counted.items()}) for i in range(len(moments))]
