"""What a report may show: the facts of its closing counted, and suppressed after all reports before it."""

from collections.abc import Mapping
from copy import deepcopy

from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.counting import NOT_ACCREDITED, NOT_REPORTED, AsOf, Measure
from reporting.figures.suppression import CountedMeasure, LastPublished, PublishedMeasure, publish_next

TRACKS, PARTS, QUARTERS = "tracks", "parts", "quarters"
NO_TRACK = 0

MEASURES = [Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE]
# Measures that together are another: suppressed with it, or the one would be the difference with the other.
PARTS_OF = {Measure.PLUS: (Measure.NEW, Measure.CONVERSION)}
WHOLE_OF = {part: whole for whole, parts in PARTS_OF.items() for part in parts}


def publication(
    closing: Closing, before: Mapping[Measure, LastPublished]
) -> tuple[dict[Measure, PublishedMeasure], dict[Measure, LastPublished]]:
    """For every measure what the report of a closing may show, and what is published after it.

    `before` is what was published in all reports before: kept with the last of them, never counted again.
    """
    shown, after = {}, {}
    for measure in MEASURES:
        after[measure] = deepcopy(before.get(measure, LastPublished()))
        shown[measure] = publish_next(_counts(measure, AsOf.at_closing(closing)), after[measure])
    return shown, after


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


def _tracks(measure: Measure, as_of: AsOf) -> dict[int, int]:
    """Per track; what has none is one row, because outside Cubiss it does not matter why."""
    tracks: dict[int, int] = {}
    for track, number in counting.count_by_track(measure, as_of).items():
        key = NO_TRACK if track in (NOT_REPORTED, NOT_ACCREDITED) else track
        tracks[key] = tracks.get(key, 0) + number
    return dict(sorted(tracks.items()))
