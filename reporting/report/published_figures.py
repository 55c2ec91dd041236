"""What a report may show: the facts of its closing counted, and suppressed after all reports before it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace

from reporting.figures import counting
from reporting.figures.as_of import AsOf
from reporting.figures.flows import FLOWS, UNTOLD, Flow, count_flows, publish_flows
from reporting.figures.kinds import KINDS, Pair, publish_kinds, tracks_to_hold
from reporting.figures.measures import Measure
from reporting.figures.suppression import (
    LIBRARIES,
    CountedMeasure,
    LastPublished,
    PublishedFigure,
    PublishedMeasure,
    TableKey,
    publish_next,
)
from reporting.figures.tracked import NOT_ACCREDITED, NOT_REPORTED

TRACKS, PARTS, QUARTERS = "tracks", "parts", "quarters"
NO_TRACK = 0

MEASURES = [Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE]
# Measures that together are another: suppressed with it, or the one would be the difference with the other.
PARTS_OF = {Measure.PLUS: (Measure.NEW, Measure.CONVERSION)}
WHOLE_OF = {part: whole for whole, parts in PARTS_OF.items() for part in parts}


def publication(
    moment: AsOf, before: Mapping[Measure, LastPublished]
) -> tuple[dict[Measure, PublishedMeasure], dict[Measure, LastPublished]]:
    """For every measure what the report of a moment may show, and what is published after it.

    `before` is what was published in all reports before: kept with the last of them, never counted again.
    """
    shown, after = {}, {}
    for measure in MEASURES:
        after[measure] = deepcopy(before.get(measure, LastPublished()))
        pairs = {} if measure == Measure.FREE else _kinds(measure, moment)
        forced = tracks_to_hold(pairs, TRACKS, after[measure])
        shown[measure] = publish_next(replace(_counts(measure, moment), forced=forced), after[measure])
        if measure != Measure.FREE:
            kinds = publish_kinds(pairs, TRACKS, after[measure])
            shown[measure] = replace(shown[measure], tables={**shown[measure].tables, KINDS: kinds})
        if measure == Measure.PLUS:
            flows = publish_flows(*_flows(moment), after[measure])
            shown[measure] = replace(shown[measure], tables={**shown[measure].tables, FLOWS: flows})
    return shown, after


def since(
    shown: Mapping[Measure, PublishedMeasure], base: Mapping[Measure, PublishedMeasure]
) -> dict[Measure, PublishedMeasure]:
    """The same figures, with what was added counted from another report than the last: from the last closing's, where
    an interim edition came between. Both figures are published, so their difference tells nothing more."""
    return {measure: _since(each, base.get(measure)) for measure, each in shown.items()}


def _since(shown: PublishedMeasure, base: PublishedMeasure | None) -> PublishedMeasure:
    nobody = PublishedFigure(0, 0)
    tables = {}
    for name, table in shown.tables.items():
        before = base.tables[name].rows if base and name in base.tables else {}
        rows = {key: _added(figure, before.get(key, nobody)) for key, figure in table.rows.items()}
        tables[name] = replace(table, rows=rows)
    return replace(shown, total=_added(shown.total, base.total if base else nobody), tables=tables)


def _added(figure: PublishedFigure, before: PublishedFigure) -> PublishedFigure:
    return replace(figure, added=None if figure.held or before.held else figure.value - before.value)


def _counts(measure: Measure, moment: AsOf) -> CountedMeasure:
    """One measure at a closing, its rows in a fixed order so that a report is made the same again."""
    by = ("municipality",) if measure == Measure.HANDED_OUT else ("library", "municipality")
    pairs = sorted(counting.count(measure, [moment], *by).items(), key=lambda row: [key or 0 for key in row[0]])
    divisions: dict[str, dict] = {}
    if measure != Measure.FREE:
        divisions[TRACKS] = _tracks(measure, moment)
    if parts := PARTS_OF.get(measure, ()):
        divisions[PARTS] = {part: counting.count(part, [moment])[()][0] for part in parts}
        divisions[QUARTERS] = dict(sorted(counting.count_by_quarter(measure, moment).items()))
    # Hand-outs have no library: their municipality stands for it.
    return CountedMeasure({(pair[0], pair[-1]): number for pair, (number,) in pairs}, divisions)


def _flows(moment: AsOf) -> tuple[dict[Flow, int], dict[Flow, set[TableKey]]]:
    """How many went from where to where, with the rows of other tables in which they count.

    Why a municipality cannot be told does not matter outside Cubiss.
    """
    flows: dict[Flow, int] = {}
    beside: dict[Flow, set[TableKey]] = {}
    for (library, origin), within in count_flows(moment).items():
        flow = (library, None if origin == UNTOLD else origin)
        flows[flow] = flows.get(flow, 0) + sum(within.values())
        rows = beside.setdefault(flow, {(LIBRARIES, library)})
        rows |= {(TRACKS, _outside(track)) for track, _ in within} | {(KINDS, kind) for _, kind in within}
    return flows, beside


def _tracks(measure: Measure, as_of: AsOf) -> dict[int, int]:
    """Per track; what has none is one row, because outside Cubiss it does not matter why."""
    tracks: dict[int, int] = {}
    for track, number in counting.count_by_track(measure, as_of).items():
        key = _outside(track)
        tracks[key] = tracks.get(key, 0) + number
    return dict(sorted(tracks.items()))


def _kinds(measure: Measure, moment: AsOf) -> dict[Pair, int]:
    """Per track and kind of intermediary."""
    pairs: dict[Pair, int] = {}
    for (track, kind), number in counting.count_by_kind(measure, moment).items():
        key = _outside(track), kind
        pairs[key] = pairs.get(key, 0) + number
    return dict(sorted(pairs.items()))


def _outside(track: int) -> int:
    """A track as it is told outside Cubiss."""
    return NO_TRACK if track in (NOT_REPORTED, NOT_ACCREDITED) else track
