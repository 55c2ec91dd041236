"""Per kind of intermediary, as it may leave Cubiss: after the tracks of the same measure, and beside them.

A kind and a track count the same people, and often know each other: whoever the Volwassenenfonds helps is in track 1.
So tracks and kinds that share anybody make a *group*, and a group of kinds moves as a whole or not at all. It moves
only when every track in it did, and when nobody of one to four follows: not from a kind, and not from a kind within a
track, now or beside any report before. So what the kinds hold back together is whole groups, which the tracks tell too.

The other way round a kind may be some tracks together (welfare work is all of tracks 3 and 4). Where that sum may not
be told, one of those tracks is held back and another keeps it company (`tracks_to_hold`).
"""

from collections.abc import Iterable, Mapping

from reporting.figures.suppression import LastPublished, PublishedFigure, PublishedTable, TableKey

KINDS = "kinds"
WITHIN_TRACKS = "kinds_within_tracks"  # shown nowhere, but where a track has one kind it is that track

Pair = tuple[int, int]  # track, kind


def publish_kinds(pairs: Mapping[Pair, int], tracks: str, last: LastPublished) -> PublishedTable:
    """What a report may show per kind, after `publish_next` of the same report; moves the stands that it shows.

    `tracks` is the name of the table of tracks. `rest` is what no kind tells.
    """
    former = {key: 0 for table, key in [*last.rows, *last.earlier] if table == WITHIN_TRACKS}
    now = {**former, **pairs}
    kinds = {key: 0 for table, key in last.rows if table == KINDS}
    for (_, kind), number in now.items():
        kinds[kind] = kinds.get(kind, 0) + number
    kinds = dict(sorted(kinds.items()))
    was = {kind: last.rows.get((KINDS, kind), 0) for kind in kinds}
    was_held = {key for table, key in last.rows_held if table == KINDS}
    held = _held(now, kinds, tracks, last)
    for pair, number in sorted(now.items()):
        last.earlier.setdefault((WITHIN_TRACKS, pair), set()).add(number)
        if pair[1] not in held:
            last.rows[WITHIN_TRACKS, pair] = number
    for kind, number in kinds.items():
        last.earlier.setdefault((KINDS, kind), set()).add(number)  # what is not shown may still follow from tracks
        if kind not in held:
            last.rows[KINDS, kind] = number
    last.rows_held = {row for row in last.rows_held if row[0] != KINDS} | {(KINDS, kind) for kind in held}
    rows = {}
    for kind in kinds:
        value, hidden = last.rows.get((KINDS, kind), 0), kind in held
        rows[kind] = PublishedFigure(value, None if hidden or kind in was_held else value - was[kind], hidden)
    shown = sum(each.value for each in rows.values())
    return PublishedTable(rows, None if last.total_held else last.total - shown)


def tracks_to_hold(pairs: Mapping[Pair, int], tracks: str, last: LastPublished) -> frozenset[TableKey]:
    """The tracks that have to keep their former figure, for a kind would follow from them. Asked before
    `publish_next`."""
    ever = {key for (table, key), numbers in last.earlier.items() if table == WITHIN_TRACKS and any(numbers)}
    ever |= {pair for pair, number in pairs.items() if number}
    kinds_of: dict[int, set[int]] = {}
    tracks_of: dict[int, set[int]] = {}
    for track, kind in ever:
        kinds_of.setdefault(track, set()).add(kind)
        tracks_of.setdefault(kind, set()).add(track)
    steps = {track: -last.rows.get((tracks, track), 0) for track in kinds_of}
    for (track, _), number in pairs.items():
        steps[track] = steps.get(track, 0) + number
    forced: set[TableKey] = set()
    for kind, own in sorted(tracks_of.items()):
        whole = sum(number for pair, number in pairs.items() if pair[1] == kind)
        if len(own) < 2 or any(kinds_of[track] != {kind} for track in own) or not last.near(KINDS, {kind: whole}):
            continue
        for some in (own, steps.keys() - own):
            moved = [track for track in some if steps[track]]
            forced |= {(tracks, track) for track in sorted(moved, key=lambda track: (abs(steps[track]), track))[:1]}
    return frozenset(forced)


def _held(now: Mapping[Pair, int], kinds: Mapping[int, int], tracks: str, last: LastPublished) -> set[int]:
    """The kinds that keep their former figure: those of every group in which something may not be told."""
    if last.total_held:
        return set(kinds)
    silent = {("kind", key) for _, key in last.near(KINDS, kinds)}
    silent |= {("track", key) for table, key in last.rows_held if table == tracks}
    silent |= {("kind", kind) for _, (_, kind) in last.near(WITHIN_TRACKS, now)}
    held: set[int] = set()
    for group in _groups(now):
        if group & silent:
            held |= {key for what, key in group if what == "kind"}
    return held | {key for what, key in silent if what == "kind"}


def _groups(pairs: Iterable[Pair]) -> list[set[TableKey]]:
    """Tracks and kinds that share anybody, now or ever."""
    groups: list[set[TableKey]] = []
    for track, kind in pairs:
        group: set[TableKey] = {("track", track), ("kind", kind)}
        apart = []
        for each in groups:
            if each & group:
                group |= each
            else:
                apart.append(each)
        groups = [*apart, group]
    return groups
