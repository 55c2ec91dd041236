"""One attacker of everything that leaves together: reports, interim editions between them, flows, and every division.

The product publishes by its own road (`published_figures.publication`, in the order of closings and interim editions);
only the counts are made up. What a reader has of it are equations, as in `test_solver.py`, over the pairs of library
and municipality, the flows, the kinds of intermediary within the tracks, and the parts of every other division of the
same memberships.
"""

import random
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from kbl.periods import Quarter
from reporting.figures.as_of import AsOf
from reporting.figures.flows import FLOWS
from reporting.figures.kinds import KINDS
from reporting.figures.measures import Measure
from reporting.figures.suppression import (
    LIBRARIES,
    MUNICIPALITIES,
    CountedMeasure,
    PublishedFigure,
    PublishedMeasure,
    is_small,
)
from reporting.report import published_figures
from reporting.report.published_figures import PARTS, QUARTERS, TRACKS, publication, since
from tests.conftest import at
from tests.reporting.test_solver import STEPS, Equation, Pencil

HISTORIES = 120
SIDES = {
    "pair": ("pair", None),
    LIBRARIES: ("pair", 0),
    MUNICIPALITIES: ("pair", 1),
    FLOWS: ("flow", None),
    "origins": ("flow", 1),
    TRACKS: ("kind", 0),
    KINDS: ("kind", 1),
    "kinds within tracks": ("kind", None),
}
# Which kinds go with which tracks: as the plan has it, a fund of its own track, one in two tracks, one not known.
WITH = [(1, 1), (2, 2), (2, 3), (3, 3), (3, 4), (0, 0), (4, 0)]


@dataclass
class Counts:
    """What is true at one moment: memberships per pair, per flow and per part, of which the sums agree."""

    pairs: dict[tuple[int, int], int]
    flows: dict[tuple[int, int | None], int]
    divisions: dict[str, dict]
    kinds: dict[tuple[int, int], int] = field(default_factory=dict)
    handed_out: dict[int, int] = field(default_factory=dict)

    def cells(self, what: str) -> dict:
        """The numbers that a table adds up."""
        return {"pair": self.pairs, "flow": self.flows, "kind": self.kinds}[what]

    def rows(self) -> list[tuple[str, object, int]]:
        """Every row that any table has or could have."""
        found: list[tuple[str, object, int]] = []
        for table, (what, side) in SIDES.items():
            cells = self.cells(what)
            sums: dict = {}
            for key, number in cells.items():
                row = key if side is None else key[side]
                sums[row] = sums.get(row, 0) + number
            found += [(table, key, number) for key, number in sums.items()]
        return found + [
            (table, key, number) for table, parts in self.divisions.items() for key, number in parts.items()
        ]

    def terms(self, report: int, table: str, key: object, times: int = 1) -> Equation:
        """A row in what nobody tells."""
        if table not in SIDES:
            return {(table, report, key): times}
        what, side = SIDES[table]
        cells = self.cells(what)
        return {(what, report, cell): times for cell in cells if (cell if side is None else cell[side]) == key}


def divided(chance: random.Random, total: int, keys: list) -> dict:
    """A whole in parts, as chance has it; often a part of few."""
    found = dict.fromkeys(keys, 0)
    for key in keys[:-1]:
        found[key] = min(chance.choice([0, 1, 2, 3, 4, 6, 9, total // 2]), total - sum(found.values()))
    found[keys[-1]] = total - sum(found.values())
    return found


def grown(chance: random.Random, before: dict, total: int) -> dict:
    """The parts of a former moment after some came and a few went, with the same whole as everything else now."""
    found = {key: max(0, number + chance.choice(STEPS)) for key, number in before.items()}
    last = list(found)[-1]
    rest = total - sum(number for key, number in found.items() if key != last)
    return {**found, last: rest} if rest >= 0 else divided(chance, total, list(before))


def history(chance: random.Random) -> list[Counts]:
    """Up to five moments of a small programme."""
    libraries, towns = range(1, chance.randint(2, 4) + 1), range(11, chance.randint(12, 14) + 1)
    pairs = {pair: 0 for pair in product(libraries, towns) if chance.random() < 0.45} or {(1, 11): 0}
    flows: dict = dict.fromkeys(product({library for library, _ in pairs}, [*towns, None]), 0)
    divisions: dict = {PARTS: dict.fromkeys((Measure.NEW, Measure.CONVERSION), 0)}
    kinds: dict = dict.fromkeys(sorted(chance.sample(WITH, chance.randint(3, len(WITH)))), 0)
    divisions[QUARTERS] = {Quarter(2025, number): 0 for number in (3, 4)}
    found: list[Counts] = []
    for _ in range(chance.randint(2, 5)):
        pairs = {pair: max(0, number + chance.choice(STEPS)) for pair, number in pairs.items()}
        total = sum(pairs.values())
        for library in {library for library, _ in pairs}:
            own = {flow: number for flow, number in flows.items() if flow[0] == library}
            flows |= grown(chance, own, sum(number for pair, number in pairs.items() if pair[0] == library))
        divisions = {name: grown(chance, parts, total) for name, parts in divisions.items()}
        kinds = grown(chance, kinds, total)
        seen = found[-1].pairs if found else {}
        there = {pair: number for pair, number in pairs.items() if number or pair in seen}
        found.append(Counts(there, dict(flows), divisions, dict(kinds), divided(chance, total + 9, list(towns))))
    return found


def publish(monkeypatch, told: list[Counts], chance: random.Random) -> list[PublishedMeasure]:
    """What the product lets each of them show; some moments are those of an interim edition."""
    shown, before, closing = [], {}, None
    for counts in told:

        def counted(measure: Measure, moment: AsOf, counts=counts) -> CountedMeasure:
            if measure == Measure.HANDED_OUT:
                return CountedMeasure({(town, town): number for town, number in counts.handed_out.items()})
            standing = {pair: number for pair, number in counts.pairs.items() if number}  # what is empty is not counted
            tracks: dict = {}
            for (track, _), number in counts.kinds.items():
                tracks[track] = tracks.get(track, 0) + number
            return CountedMeasure(standing, {**counts.divisions, TRACKS: tracks} if measure == Measure.PLUS else {})

        def flowing(moment: AsOf, counts=counts) -> tuple[dict, dict]:
            return counts.flows, {flow: {(LIBRARIES, flow[0])} for flow in counts.flows}

        monkeypatch.setattr(published_figures, "_counts", counted)
        monkeypatch.setattr(published_figures, "_flows", flowing)
        monkeypatch.setattr(published_figures, "_kinds", lambda measure, moment, counts=counts: counts.kinds)
        day = date(2026, 1, 12)
        measures, before = publication(AsOf(day, at(day)), before)
        measures = since(measures, closing or {})
        if chance.random() < 0.6:
            closing = measures
        shown.append(measures[Measure.PLUS])
    return shown


def told_of(counts: Counts, report: int, figure: PublishedFigure, table: str, key: object) -> Equation | None:
    """The equation of a row that is shown; None when it tells nothing of this moment."""
    if figure.held:
        return None
    true = {(name, row): number for name, row, number in counts.rows()}.get((table, key), 0)
    assert figure.value == true, (report, table, key)
    return counts.terms(report, table, key)


def everything(told: list[Counts], shown: list[PublishedMeasure] | None) -> Pencil:
    """All that who keeps every paper knows; None: as if every row were shown, flows and all."""
    pencil = Pencil()
    for report, counts in enumerate(told):
        total: Equation = {("pair", report, pair): 1 for pair in counts.pairs}
        for library in {library for library, _ in counts.pairs}:
            pencil.write(
                counts.terms(report, LIBRARIES, library)
                | {("flow", report, flow): -1 for flow in counts.flows if flow[0] == library}
            )
        for table, parts in counts.divisions.items():
            pencil.write({(table, report, key): 1 for key in parts} | dict.fromkeys(total, -1))
        pencil.write({("kind", report, key): 1 for key in counts.kinds} | dict.fromkeys(total, -1))
        if shown is None:
            for table, key, _ in counts.rows():
                if table not in ("pair", "kinds within tracks"):
                    pencil.write(counts.terms(report, table, key))
            continue
        if not shown[report].total.held:
            pencil.write(total)
        for table, published in shown[report].tables.items():
            for key, figure in published.rows.items():
                if table == FLOWS and not figure.value:
                    continue  # it has no row: it is in the last one
                if equation := told_of(counts, report, figure, table, key):
                    pencil.write(equation)
    return pencil


def derived(told: list[Counts], pencil: Pencil) -> tuple[int, list]:
    """How many counts of one to four there are, alone and between two moments, and those that follow."""
    small, found = 0, []
    for report, counts in enumerate(told):
        was = [{(table, key): number for table, key, number in each.rows()} for each in told[:report]]
        for table, key, number in counts.rows():
            asked = [(number, counts.terms(report, table, key))]
            for before, numbers in enumerate(was):
                step = counts.terms(report, table, key) | told[before].terms(before, table, key, -1)
                asked.append((number - numbers.get((table, key), 0), step))
            for value, equation in asked:
                if is_small(value):
                    small += 1
                    if equation and not pencil.left(equation):
                        found.append((report, table, key, value))
    return small, found


def test_nobody_of_one_to_four_follows_from_all_that_leaves_together(monkeypatch):
    small = 0
    for seed in range(HISTORIES):
        chance = random.Random(seed)
        told = history(chance)
        there, found = derived(told, everything(told, publish(monkeypatch, told, chance)))
        assert found == [], seed
        small += there
    assert small > 3_000


def test_this_attacker_wins_when_all_is_shown():
    small = found = 0
    for seed in range(8):
        told = history(random.Random(seed))
        there, followed = derived(told, everything(told, None))
        small, found = small + there, found + len(followed)
    assert found > small / 2
