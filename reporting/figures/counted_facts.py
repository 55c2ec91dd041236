"""Which facts a figure counts, one by one: what stands behind a number, and under what one fact was counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.expressions import CombinedExpression
from django.db.models.fields import IntegerField

from intermediaries.models import Handout
from intermediaries.service_areas.areas import ServiceAreas
from libraries.models import Enrolment, MembershipYear
from reporting.figures.as_of import AsOf
from reporting.figures.measures import SOURCES, Measure, Source, facts_of, is_served
from reporting.figures.places import PLACE
from reporting.figures.tracked import tracked


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
    source, of = SOURCES[measure], dict(of or {})
    places = [of.pop(PLACE)] if is_served(source) and PLACE in of else []
    rows = facts_of(source).filter(**{source.dimensions[name]: key for name, key in of.items()})
    narrowed = _Narrowed(places, tracks, kind)
    rows, there = _counted(rows, source, as_of, narrowed, "reported")
    if before is None:
        return rows.filter(there).annotate(counts=Value(1))
    rows, was = _counted(rows, source, before, narrowed, "reported_before")
    added = CombinedExpression(_one(there), "-", _one(was), output_field=IntegerField())
    return rows.annotate(counts=added).exclude(counts=0)


def counted_at(measure: Measure, moments: Sequence[AsOf], pk: int) -> list[bool]:
    """Whether one fact was counted at each of several moments."""
    rows = facts_of(SOURCES[measure]).filter(pk=pk)
    found = rows.aggregate(**{f"n{i}": Count("pk", filter=each.known()) for i, each in enumerate(moments)})
    return [bool(number) for number in found.values()]


def track_of(measure: Measure, as_of: AsOf, fact: Handout | Enrolment | MembershipYear) -> int:
    """The track under which one fact was counted at a moment, or NOT_REPORTED or NOT_ACCREDITED."""
    source = SOURCES[measure]
    rows, track, _ = tracked(_only(fact, source), source, as_of, "reported")
    return rows.annotate(found=track).values_list("found", flat=True).get()


def kind_of(measure: Measure, as_of: AsOf, fact: Handout | Enrolment | MembershipYear) -> int:
    """The kind of intermediary under which one fact was counted at a moment, or UNKNOWN."""
    source = SOURCES[measure]
    rows, _, kind = tracked(_only(fact, source), source, as_of, "reported")
    return rows.annotate(found=kind).values_list("found", flat=True).get()


def _only(fact: Handout | Enrolment | MembershipYear, source: Source) -> QuerySet:
    """The one fact. Its voucher is named too: only so the database finds the hand-outs of it without reading all."""
    rows = facts_of(source).filter(pk=fact.pk)
    if isinstance(fact, MembershipYear):
        return rows.filter(enrolment__voucher=fact.enrolment.voucher_id)
    return rows.filter(voucher=fact.voucher_id)


@dataclass(frozen=True)
class _Narrowed:
    """To which places, tracks and kind of intermediary a figure is narrowed; None is all of them."""

    places: Collection[int | None]
    tracks: Collection[int] | None
    kind: int | None


def _counted(rows: QuerySet, source: Source, as_of: AsOf, to: _Narrowed, name: str) -> tuple[QuerySet, Q]:
    """The condition that a row counted at a moment, on these tracks, of this kind and (a hand-out) in these places;
    with the rows annotated for it."""
    there = as_of.known()
    for place in to.places:
        there &= ServiceAreas.known(as_of.at).handouts_of(place)
    if to.tracks is None and to.kind is None:
        return rows, there
    rows, track, kind = tracked(rows, source, as_of, name)
    if to.tracks is not None:
        rows, there = rows.annotate(**{f"{name}_track": track}), there & Q(**{f"{name}_track__in": list(to.tracks)})
    if to.kind is not None:
        rows, there = rows.annotate(**{f"{name}_kind": kind}), there & Q(**{f"{name}_kind": to.kind})
    return rows, there


def _one(condition: Q) -> Case:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
