"""Small counts stay inside Cubiss. What leaves (the province's report) shows no count below five, and nothing from
which one can be solved back: not from a total, not from another table, not from the report before. No database.

**One idea.** A row shows the figure that was last published of it. It moves on when at least five were added (or
nothing was); until then it keeps its former figure, and what it holds back is in the rest of the table, as one sum. So
what a reader can subtract is always five or more.

**Complementary.** The rest is shown, for a table adds up. So it must belong to rows that cannot be told apart: at least
two, and at least four more than there are rows, or every one of them would be known (`hold_back`). When a small row
has no company, the smallest other row keeps it company.

**Linked tables.** The table per library and the table per municipality count the same memberships and are decided
together: libraries and municipalities that share a membership form a *region*; a region is published as a whole first,
then what is inside (`_Region`). Where nothing of a region is shown, nothing inside it is marked apart either. What
divides the libraries' rows further, by where their vouchers were handed out, is decided after them (flows.py).

A zero is shown: it is about nobody. (choice)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

THRESHOLD = 5

RowKey = Any
TableKey = tuple[str, RowKey]


def is_small(step: int) -> bool:
    """One to four people, more or fewer."""
    return 0 < abs(step) < THRESHOLD


def hold_back(steps: Mapping[RowKey, int], forced: Iterable[RowKey] = ()) -> frozenset | None:
    """Which rows keep their former figure when their total is known, given what was added to each.

    None when even all of them together would give one away: then the total may not be known.
    """
    held = {key for key, step in steps.items() if is_small(step)} | set(forced)
    company = sorted((key for key, step in steps.items() if step and key not in held), key=lambda key: abs(steps[key]))
    while not _tells_nothing([steps[key] for key in held if steps[key]]):
        if not company:
            return None
        held.add(company.pop(0))
    return frozenset(held)


def _tells_nothing(held: Sequence[int]) -> bool:
    """Known only as a sum, what is held back leaves every row at least five possibilities."""
    if not held:
        return True
    return len(held) > 1 and sum(map(abs, held)) - len(held) >= THRESHOLD - 1


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure: `value` in all; held back, it keeps its former value.

    `added` since the report before: None when it is held back now, or was then, because part of it is older.
    """

    value: int
    added: int | None
    held: bool = False


@dataclass(frozen=True)
class CountedMeasure:
    """One measure at one closing: how many per (library, municipality), and per part in each division.

    A division (per track, per kind) adds up to the same total as the pairs. `forced` are rows of divisions that keep
    their former figure whatever they count, for a table that is decided after these (kinds.py).
    """

    pairs: Mapping[tuple[RowKey, RowKey], int]
    divisions: Mapping[str, Mapping[RowKey, int]] = field(default_factory=dict)
    forced: frozenset[TableKey] = frozenset()

    @property
    def total(self) -> int:
        return sum(self.pairs.values())


@dataclass(frozen=True)
class PublishedTable:
    """Rows as published. `rest` is what they hold back together, None when the total itself is held back."""

    rows: Mapping[RowKey, PublishedFigure]
    rest: int | None


@dataclass(frozen=True)
class PublishedMeasure:
    """One measure in one report: the total and the tables that stand beside it, by name."""

    total: PublishedFigure
    tables: Mapping[str, PublishedTable]


LIBRARIES, MUNICIPALITIES = "libraries", "municipalities"
PAIRS = "pairs"  # no table shows them, but where rows of both are shown they may follow


@dataclass
class LastPublished:
    """The figures that were last published: of the total, of every row of every table, and of pairs of rows.

    It is kept with each report, so that the next one starts from what readers really have.
    """

    total: int = 0
    rows: dict[TableKey, int] = field(default_factory=dict)
    pairs: dict[tuple[RowKey, RowKey], int] = field(default_factory=dict)
    total_held: bool = False
    rows_held: set[TableKey] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)
    earlier: dict[TableKey, set[int]] = field(default_factory=dict)

    def steps(self, table: str, now: Mapping[RowKey, int]) -> dict[TableKey, int]:
        """What was added to each row since it was last published."""
        return {(table, key): number - self.rows.get((table, key), 0) for key, number in now.items()}

    def near(self, table: str, now: Mapping[RowKey, int]) -> set[TableKey]:
        """The rows that would come within five of a figure that some report gave: after a correction downwards that may
        be another one than the last."""
        return {
            (table, key)
            for key, number in now.items()
            if number != self.rows.get((table, key), 0) and _is_near(number, self.earlier.get((table, key), ()))
        }

    def with_former_pairs(self, pairs: Mapping[tuple[RowKey, RowKey], int]) -> dict[tuple[RowKey, RowKey], int]:
        """The pairs, with those that there were before and are empty now: what leaves a published row leaves it in
        both tables, so the two still belong together."""
        rows = self.rows.keys()
        gone = [each for each in self.pairs if {(LIBRARIES, each[0]), (MUNICIPALITIES, each[1])} & rows]
        return {**dict.fromkeys(gone, 0), **pairs}

    def near_pairs(self, pairs: Mapping[tuple[RowKey, RowKey], int]) -> set[tuple[RowKey, RowKey]]:
        """The pairs that would tell of one to four people, where they can be worked out: now, or beside a report in
        which they could."""
        found = set()
        for pair, number in pairs.items():
            former = self.pairs.get(pair, 0)
            if number != former and _is_near(number, {former, *self.earlier.get((PAIRS, pair), ())}):
                found.add(pair)
        return found


def _is_near(number: int, published: Iterable[int]) -> bool:
    """A figure that tells of one to four people: by itself, or beside one that was published before."""
    return any(is_small(number - former) for former in (0, *published))


def publish(history: Sequence[CountedMeasure]) -> list[PublishedMeasure]:
    """What each report in a row may show of one measure, the first report first.

    A later report takes account of all that earlier ones gave away, so always start from the first.
    """
    last = LastPublished()
    return [publish_next(counts, last) for counts in history]


def publish_next(counts: CountedMeasure, last: LastPublished) -> PublishedMeasure:
    """One report. Moves the stands of what it publishes: the total first, and rows only when the total moved.

    A row that was published before and counts nothing any more (its branch moved) stays, so that tables add up.
    """
    now = {
        LIBRARIES: _with_former(LIBRARIES, _summed(counts.pairs, 0), last),
        MUNICIPALITIES: _with_former(MUNICIPALITIES, _summed(counts.pairs, 1), last),
        **{name: _with_former(name, parts, last) for name, parts in counts.divisions.items()},
    }
    pairs = last.with_former_pairs(counts.pairs)
    regions = _regions(pairs, now, last)
    held_regions = hold_back(
        {each.name: each.step for each in regions}, [each.name for each in regions if each.inside is None]
    )
    held_parts = {
        name: hold_back(
            last.steps(name, now[name]), last.near(name, now[name]) | {row for row in counts.forced if row[0] == name}
        )
        for name in counts.divisions
    }
    step = counts.total - last.total
    near = step != 0 and _is_near(counts.total, last.totals)
    moves = not is_small(step) and not near and held_regions is not None and None not in held_parts.values()
    before = replace(last, rows=dict(last.rows), rows_held=set(last.rows_held))
    shown: set[TableKey] = set()
    if moves:
        last.total = counts.total
        last.totals.add(counts.total)
        for region in regions:
            if region.name not in (held_regions or ()):
                shown |= region.rows_to_show(now)
        for name, held in held_parts.items():
            shown |= {(name, key) for key in now[name]} - (held or frozenset())
        for table, key in sorted(shown, key=repr):  # no order of a set in what is kept, nor in what it decides later
            last.rows[table, key] = now[table][key]
            last.earlier.setdefault((table, key), set()).add(now[table][key])
        for pair, number in counts.pairs.items():
            if {(LIBRARIES, pair[0]), (MUNICIPALITIES, pair[1])} <= shown:
                last.pairs[pair] = number
                last.earlier.setdefault((PAIRS, pair), set()).add(number)
    for pair in counts.pairs:
        last.pairs.setdefault(pair, 0)
    last.total_held = not moves
    others = {row for row in last.rows_held if row[0] not in now}  # of a table that is decided after these (flows.py)
    last.rows_held = others | {(name, key) for name, keys in now.items() for key in keys} - shown
    return PublishedMeasure(
        total=PublishedFigure(last.total, step if moves and not before.total_held else None, held=not moves),
        tables={name: _table(name, now[name], before, last) for name in now},
    )


def _with_former(name: str, parts: Mapping[RowKey, int], last: LastPublished) -> dict[RowKey, int]:
    """The rows of a table, with those that were published before and are empty now."""
    former = {key: 0 for table, key in last.rows if table == name}
    return {**former, **parts}


def _table(name: str, keys: Iterable[RowKey], before: LastPublished, after: LastPublished) -> PublishedTable:
    """The rows of one table, and what they hold back together when the total is known."""
    rows = {}
    for key in keys:
        row = (name, key)
        former, latter = before.rows.get(row, 0), after.rows.get(row, 0)
        held = row in after.rows_held
        rows[key] = PublishedFigure(latter, None if held or row in before.rows_held else latter - former, held)
    shown = sum(number for (table, _), number in after.rows.items() if table == name)
    return PublishedTable(rows, None if after.total_held else after.total - shown)


def _summed(pairs: Mapping[tuple[RowKey, RowKey], int], side: int) -> dict[RowKey, int]:
    """The pairs added up per library (side 0) or municipality (side 1)."""
    sums: dict[RowKey, int] = {}
    for pair, number in pairs.items():
        sums[pair[side]] = sums.get(pair[side], 0) + number
    return sums


@dataclass(frozen=True)
class _Region:
    """Libraries and municipalities that share memberships: published as a whole, or not at all.

    Usually one library with its municipalities, or one municipality with its libraries: the one is the hub, and of the
    others some may be held back *inside*. That is None when the region cannot be published at all. Where several
    libraries share several municipalities there is no hub; then every row and every pair must be able to move.
    """

    name: TableKey
    members: frozenset[TableKey]
    step: int
    inside: frozenset | None

    def rows_to_show(self, now: Mapping[str, Mapping[RowKey, int]]) -> set[TableKey]:
        """The region's rows that are not held back inside."""
        return {row for row in self.members if row[1] in now[row[0]]} - (self.inside or frozenset())


def _regions(
    pairs: Mapping[tuple[RowKey, RowKey], int], now: Mapping[str, Mapping[RowKey, int]], last: LastPublished
) -> list[_Region]:
    """The regions: rows that are connected by pairs."""
    leader: dict[TableKey, TableKey] = {}

    def find(row: TableKey) -> TableKey:
        while leader.setdefault(row, row) != row:
            row = leader[row]
        return row

    for library, municipality in pairs:
        leader[find((MUNICIPALITIES, municipality))] = find((LIBRARIES, library))
    for table in (LIBRARIES, MUNICIPALITIES):
        for key in now[table]:
            find((table, key))
    members: dict[TableKey, set[TableKey]] = {}
    for row in list(leader):
        members.setdefault(find(row), set()).add(row)
    return [_region(name, frozenset(rows), pairs, now, last) for name, rows in members.items()]


def _region(
    name: TableKey,
    members: frozenset[TableKey],
    pairs: Mapping[tuple[RowKey, RowKey], int],
    now: Mapping[str, Mapping[RowKey, int]],
    last: LastPublished,
) -> _Region:
    """What was added in a region, and what of it must be held back inside."""
    libraries, municipalities = (
        {row: step for row, step in last.steps(table, now[table]).items() if row in members}
        for table in (LIBRARIES, MUNICIPALITIES)
    )
    near = {row for table in (LIBRARIES, MUNICIPALITIES) for row in last.near(table, now[table]) if row in members}
    near_pairs = last.near_pairs({pair: number for pair, number in pairs.items() if (LIBRARIES, pair[0]) in members})
    for hub, others, side in ((libraries, municipalities, 1), (municipalities, libraries, 0)):
        if len(hub) == 1:
            of_pairs = {((LIBRARIES, MUNICIPALITIES)[side], pair[side]) for pair in near_pairs}
            inside = None if near & hub.keys() else hold_back(others, near | (of_pairs & others.keys()))
            return _Region(name, members, sum(hub.values()), inside)
    small = near or near_pairs or any(map(is_small, [*libraries.values(), *municipalities.values()]))
    return _Region(name, members, sum(libraries.values()), None if small else frozenset())
