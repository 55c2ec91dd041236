"""An attacker who writes every published figure of every report down as an equation, and solves them all together.

A count, or what was added between any two reports, of one to four people is safe when it does not follow from those
equations. Exact: the arithmetic is that of remainders of a large prime, so nothing is rounded.
"""

import random
from collections.abc import Iterator

from reporting.figures.suppression import CountedMeasure, PublishedMeasure, is_small, publish

PRIME = (1 << 61) - 1
TRACKS, PARTS = (1, 2, 3), ("new", "conversion")
STEPS = [0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 20, -1, -2, -3, -6]

Equation = dict[tuple, int]


class Pencil:
    """Equations in unknown counts, each solved for one of them."""

    def __init__(self) -> None:
        self.solved: list[tuple[tuple, Equation]] = []

    def left(self, equation: Equation) -> Equation:
        """What of an equation does not follow from those that are known."""
        row = {name: times % PRIME for name, times in equation.items() if times % PRIME}
        for name, known in self.solved:
            if name in row:
                _take(row, known, row[name])
        return row

    def write(self, equation: Equation) -> None:
        if row := self.left(equation):
            name, times = next(iter(row.items()))
            row = {each: value * pow(times, PRIME - 2, PRIME) % PRIME for each, value in row.items()}
            for _, known in self.solved:
                if name in known:
                    _take(known, row, known[name])
            self.solved.append((name, row))


def _take(row: Equation, other: Equation, times: int) -> None:
    for name, value in other.items():
        if rest := (row.get(name, 0) - times * value) % PRIME:
            row[name] = rest
        else:
            row.pop(name, None)


def history(chance: random.Random) -> list[CountedMeasure]:
    """A few reports of a small programme, with corrections downwards."""
    libraries, places = chance.randint(2, 4), chance.randint(2, 4)
    pairs = [(f"L{i}", f"m{j}") for i in range(libraries) for j in range(places) if chance.random() < 0.45]
    counts = dict.fromkeys(pairs or [("L0", "m0")], 0)
    found = []
    for _ in range(chance.randint(1, 4)):
        for pair in counts:
            counts[pair] += max(chance.choice(STEPS), -counts[pair])
        total = sum(counts.values())
        first, new = chance.randint(0, total), chance.randint(0, total)
        second = chance.randint(0, total - first)
        tracks = dict(zip(TRACKS, (first, second, total - first - second), strict=True))
        parts = dict(zip(PARTS, (new, total - new), strict=True))
        found.append(CountedMeasure(dict(counts), {"tracks": tracks, "parts": parts}))
    return found


def rows(counted: CountedMeasure) -> Iterator[tuple[str, object, int]]:
    """Every row of every table, and every pair, with its count."""
    for side, table in enumerate(("libraries", "municipalities")):
        for key in dict.fromkeys(pair[side] for pair in counted.pairs):
            yield table, key, sum(number for pair, number in counted.pairs.items() if pair[side] == key)
    for table, parts in counted.divisions.items():
        for key, number in parts.items():
            yield table, key, number
    for pair, number in counted.pairs.items():
        yield "pairs", pair, number


def terms(counted: CountedMeasure, report: int, table: str, key: object, times: int = 1) -> Equation:
    """A row of a report in what nobody tells: the pairs, and the parts of each division."""
    if table in counted.divisions:
        return {(table, report, key): times}
    if table == "pairs":
        return {("pair", report, key): times}
    side = ("libraries", "municipalities").index(table)
    return {("pair", report, pair): times for pair in counted.pairs if pair[side] == key}


def everything_told(told: list[CountedMeasure], published: list[PublishedMeasure] | None) -> Pencil:
    """All that a reader knows of all reports; None: as if every row were shown."""
    pencil = Pencil()
    for report, counted in enumerate(told):
        total: Equation = {("pair", report, pair): 1 for pair in counted.pairs}
        for table, parts in counted.divisions.items():
            pencil.write({(table, report, key): 1 for key in parts} | dict.fromkeys(total, -1))
        shown = published[report] if published else None
        if shown is None or not shown.total.held:
            pencil.write(total)
        for table, key, number in rows(counted):
            figure = shown.tables[table].rows.get(key) if shown and table != "pairs" else None
            if table != "pairs" and (shown is None or (figure and not figure.held)):
                pencil.write(terms(counted, report, table, key))
                assert figure is None or figure.value == number
    return pencil


def derived(told: list[CountedMeasure], pencil: Pencil) -> tuple[int, list]:
    """How many counts and steps of one to four there are, and those that follow."""
    small, found = 0, []
    for report, counted in enumerate(told):
        for table, key, number in rows(counted):
            asked = [(number, terms(counted, report, table, key))]
            for before in range(report):
                was = {(name, row): value for name, row, value in rows(told[before])}[table, key]
                step = terms(counted, report, table, key) | terms(counted, before, table, key, -1)
                asked.append((number - was, step))
            for value, equation in asked:
                if is_small(value):
                    small += 1
                    if not pencil.left(equation):
                        found.append((report, table, key, value))
    return small, found


def test_no_small_count_follows_from_all_reports_together():
    small = 0
    for seed in range(150):
        told = history(random.Random(seed))
        there, found = derived(told, everything_told(told, publish(told)))
        assert found == [], seed
        small += there
    assert small > 1_000


def test_the_solver_can_win():
    """When every row is shown it finds most of what is small."""
    small = found = 0
    for seed in range(20):
        told = history(random.Random(seed))
        there, followed = derived(told, everything_told(told, None))
        small, found = small + there, found + len(followed)
    assert found > small / 2
