"""From where to where: the municipality of a voucher's hand-out, and the library where it became a membership.

Counted like every figure, as known at a moment. What leaves Cubiss is suppressed as a part of the measure that it
divides (target A's memberships): a flow moves only in a report in which the row of its library does, and only when
neither the rest of its library, nor that of its municipality, nor a track or kind that is not shown would follow from
it. So the table stands beside those per library, track and kind, and nothing follows from them together. A flow of
nobody is not told apart from one that is too small, or a table with few flows would be a puzzle with one answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, F, FilteredRelation

from intermediaries.kinds.kinds import UNKNOWN, Kinds
from intermediaries.service_areas.areas import ServiceAreas
from libraries.models import Enrolment
from reporting.figures.as_of import AsOf
from reporting.figures.measures import PLUS_KINDS
from reporting.figures.places import Stretches
from reporting.figures.suppression import (
    LIBRARIES,
    LastPublished,
    PublishedFigure,
    PublishedTable,
    TableKey,
    hold_back,
)
from reporting.figures.tracked import NOT_ACCREDITED, NOT_REPORTED

FLOWS = "flows"
# The sums of municipalities are shown nowhere, but a track may have a municipality of its own, and then its row is one.
ORIGINS = "origins"
UNTOLD = -1  # the municipality is unknown: the hand-out is not reported yet

Flow = tuple[int, int | None]  # library, municipality (None: several)


def count_flows(as_of: AsOf) -> dict[Flow, dict[tuple[int, int], int]]:
    """New memberships and conversions at a moment, per library and municipality of the hand-out (None: several), and
    within those per track and kind of intermediary (as `count_by_kind` names them)."""
    areas, kinds = ServiceAreas.known(as_of.at), Kinds.known(as_of.at)
    stretches = Stretches([areas])
    known = Enrolment.objects.filter(as_of.known(), kind__in=PLUS_KINDS).order_by()
    told = known.annotate(told=FilteredRelation("voucher__handouts", condition=as_of.recorded("voucher__handouts__")))
    names = {
        "by": F("told__organisation_id"),
        "seat": F("told__organisation__municipality_id"),
        "track": F("told__accreditation__track"),
    }
    grouped = told.values("library_id", **names, stretch=stretches.column("told__on")).annotate(n=Count("pk"))
    found: dict[Flow, dict[tuple[int, int], int]] = {}
    for row in grouped:
        origin: int | None = UNTOLD
        track, kind = NOT_REPORTED, UNKNOWN
        if row["by"] is not None:
            origin = areas.place(row["by"], row["seat"], stretches.day(row["stretch"]))
            track = NOT_ACCREDITED if row["track"] is None else row["track"]
            kind = kinds.kind(row["by"], row["track"])
        within = found.setdefault((row["library_id"], origin), {})
        within[track, kind] = within.get((track, kind), 0) + row["n"]
    return found


def publish_flows(
    flows: Mapping[Any, int], beside: Mapping[Any, Iterable[TableKey]], last: LastPublished
) -> PublishedTable:
    """What a report may show of the flows, after `publish_next` of the same report; moves the stands that it shows.

    The keys of `flows` are `(library, municipality)`, None for what cannot be told; `beside` are the rows of other
    tables in which each counts. `rest` is what no flow tells.
    """
    now = {key: flows[key] for key in sorted(flows, key=repr)}
    now = {**{key: 0 for table, key in last.rows if table == FLOWS}, **now}
    former = {key: last.rows.get((FLOWS, key), 0) for key in now}
    was_held = {key for table, key in last.rows_held if table == FLOWS}
    steps = {key: number - former[key] for key, number in now.items()}
    held = _held(steps, now, beside, last)
    for origin, number in _per_origin(now).items():
        last.earlier.setdefault((ORIGINS, origin), set()).add(number)
    for key in sorted(now.keys() - held, key=repr):
        last.rows[FLOWS, key] = now[key]
        last.earlier.setdefault((FLOWS, key), set()).add(now[key])
    last.rows_held = {row for row in last.rows_held if row[0] != FLOWS} | {(FLOWS, key) for key in held}
    rows = {}
    for key in now:
        value = last.rows.get((FLOWS, key), 0)
        hidden = key in held
        rows[key] = PublishedFigure(value, None if hidden or key in was_held else value - former[key], hidden)
    shown = sum(figure.value for figure in rows.values())
    return PublishedTable(rows, None if last.total_held else last.total - shown)


def _per_origin(now: Mapping[Any, int]) -> dict[Any, int]:
    """All flows from a municipality together."""
    totals: dict[Any, int] = {}
    for (_, origin), number in now.items():
        totals[origin] = totals.get(origin, 0) + number
    return totals


def _held(
    steps: Mapping[Any, int],
    now: Mapping[Any, int],
    beside: Mapping[Any, Iterable[TableKey]],
    last: LastPublished,
) -> set:
    """The flows that keep their former figure: those of a row that does, those that are too small, and the others that
    keep them company along their library and along their municipality."""
    near = {key for _, key in last.near(FLOWS, now)}
    untold = {key[0] for key in steps if last.total_held or (LIBRARIES, key[0]) in last.rows_held}
    held = {key for key in steps if key[0] in untold} | near
    divided = [(row, key) for key in steps for row in beside.get(key, ()) if row[0] != LIBRARIES]
    silent = sorted({row for row, _ in divided if last.total_held or row in last.rows_held}, key=repr)
    # Each table divides them by itself: what one does not tell, another may.
    alone = {row: [edge for edge in divided if edge[0][0] == row[0]] for row in silent}
    lines = [
        {key: steps[key] for key in steps if key[side] == end}
        for side in (0, 1)
        for end in dict.fromkeys(key[side] for key in steps)
    ]
    totals = _per_origin(now)
    close = {origin for _, origin in last.near(ORIGINS, totals)}
    before = None
    while before != held:
        before = set(held)
        for origin in close - {key[1] for key in held}:
            held.add(min((key for key in steps if key[1] == origin), key=lambda key: (-abs(steps[key]), repr(key))))
        for row in silent:
            # A track or kind that is not shown follows from its flows when nothing else is unknown of all that hangs
            # together.
            there = _reached(row, alone[row])
            if not there & (held | set(silent) - {row}):
                held.add(min(there & steps.keys(), key=lambda key: (abs(steps[key]), repr(key))))
        for line in lines:
            company = hold_back(line, held & line.keys())
            held |= line.keys() if company is None else company
        if before == held and (more := _company_of_lonely(steps, held, untold)) is not None:
            held.add(more)
    return held


def _company_of_lonely(steps: Mapping[Any, int], held: set, untold: set) -> Any | None:
    """The smallest flow that has to be held back as well, because a held one follows from all sums of libraries and
    municipalities together; None when there is none, or nothing is left to hold back.

    Those sums leave open what can go round: a bit more here, less there, and so on back to the start. A held flow is
    known when it lies on no such round. The libraries that are not shown (`untold`) have no sum, so a round may end in
    one of them and go on from another.
    """
    ends = {key: (("library", None if key[0] in untold else key[0]), ("municipality", key[1])) for key in held}
    lonely = on_no_round(ends)
    if not lonely:
        return None
    # Whatever stands in for a lonely one hangs together with it: what may is looked up per group, not per flow.
    group = _groups(ends)
    left: dict[int, list] = {}
    for each in steps.keys() - held:
        for place in {group.get(("library", each[0])), group.get(("municipality", each[1]))} - {None}:
            left.setdefault(place, []).append(each)  # type: ignore[arg-type]
    for key in sorted(lonely, key=repr):
        if there := left.get(group[ends[key][1]]):
            touching = [each for each in there if each[0] == key[0] or each[1] == key[1]]
            return min(touching or there, key=lambda each: (abs(steps[each]), repr(each)))
    return None


def _groups(ends: Mapping[Any, tuple[Any, Any]]) -> dict[Any, int]:
    """The ends that hang together, each with the number of its group."""
    beside: dict[Any, list] = {}
    for one, other in ends.values():
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    group: dict[Any, int] = {}
    for number, start in enumerate(beside):
        waiting = [start] if start not in group else []
        while waiting:
            if (each := waiting.pop()) not in group:
                group[each] = number
                waiting.extend(beside[each])
    return group


def on_no_round(ends: Mapping[Any, tuple[Any, Any]]) -> set:
    """Of edges, each with its two ends, those that lie on no round: without such a one its ends fall apart.

    One walk over all of them (Tarjan's bridges): every end gets the earliest end that can be reached from it without
    the edge by which it was found. Looking for a way round each edge apart takes the square of their number.
    """
    beside: dict[Any, list] = {}
    for key, (one, other) in ends.items():
        beside.setdefault(one, []).append((key, other))
        beside.setdefault(other, []).append((key, one))
    found: dict[Any, int] = {}
    earliest: dict[Any, int] = {}
    lonely: set = set()
    for start in beside:
        if start in found:
            continue
        found[start] = earliest[start] = len(found)
        path = [(start, None, iter(beside[start]))]
        while path:
            here, by, ways = path[-1]
            for key, there in ways:
                if key == by:
                    continue
                if there in found:
                    earliest[here] = min(earliest[here], found[there])
                else:
                    found[there] = earliest[there] = len(found)
                    path.append((there, key, iter(beside[there])))
                    break
            else:
                path.pop()
                if path:
                    back = path[-1][0]
                    earliest[back] = min(earliest[back], earliest[here])
                    if earliest[here] > found[back]:
                        lonely.add(by)
    return lonely


def _reached(start: Any, edges: Sequence[tuple[Any, Any]]) -> set:
    """Everything that hangs together with a start."""
    beside: dict[Any, list] = {}
    for one, other in edges:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    found, waiting = {start}, [start]
    while waiting:
        for each in beside.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
