"""What the reports may show: the facts of every closing counted, and put through the suppression in order.

The page and the PDF of a report both take their rows from here.
"""

from collections.abc import Sequence

from kbl.settlements.models import Closing
from reporting.figures import counting
from reporting.figures.counting import NOT_ACCREDITED, NOT_REPORTED, AsOf, Measure
from reporting.figures.suppression import CountedMeasure, PublishedMeasure, publish

TRACKS, PARTS, QUARTERS = "tracks", "parts", "quarters"
NO_TRACK = 0

MEASURES = [Measure.HANDED_OUT, Measure.PLUS, Measure.RENEWED, Measure.FREE]
# Measures that together are another: suppressed with it, or the one would be the difference with the other.
PARTS_OF = {Measure.PLUS: (Measure.NEW, Measure.CONVERSION)}
WHOLE_OF = {part: whole for whole, parts in PARTS_OF.items() for part in parts}


def publications(history: Sequence[Closing]) -> dict[Measure, list[PublishedMeasure]]:
    """For every measure what each report may show, the oldest first. `history` starts at the first closing."""
    moments = [AsOf.at_closing(each) for each in history]
    return {measure: publish(_counts(measure, moments)) for measure in MEASURES}


def _counts(measure: Measure, moments: Sequence[AsOf]) -> list[CountedMeasure]:
    """One measure at every closing, its rows in a fixed order so that a report is made the same again."""
    by = ("municipality", "municipality") if measure == Measure.HANDED_OUT else ("library", "municipality")
    pairs = sorted(counting.count(measure, moments, *by).items(), key=lambda row: [key or 0 for key in row[0]])
    parts = {part: counting.count(part, moments)[()] for part in PARTS_OF.get(measure, ())}
    counts = []
    for i, each in enumerate(moments):
        divisions: dict[str, dict] = {}
        if measure != Measure.FREE:
            divisions[TRACKS] = _tracks(measure, each)
        if parts:
            divisions[PARTS] = {part: numbers[i] for part, numbers in parts.items()}
            divisions[QUARTERS] = dict(sorted(counting.count_by_quarter(measure, each).items()))
        counts.append(CountedMeasure({pair: numbers[i] for pair, numbers in pairs}, divisions))
    return counts


def _tracks(measure: Measure, as_of: AsOf) -> dict[int, int]:
    """Per track; what has none is one row, because outside Cubiss it does not matter why."""
    tracks: dict[int, int] = {}
    for track, number in counting.count_by_track(measure, as_of).items():
        key = NO_TRACK if track in (NOT_REPORTED, NOT_ACCREDITED) else track
        tracks[key] = tracks.get(key, 0) + number
    return dict(sorted(tracks.items()))
