"""What leaves Cubiss cannot be solved back: checked by an attacker who has every published table and a pencil."""

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.figures.suppression import THRESHOLD, CountedMeasure, PublishedMeasure, hold_back, is_small, publish


def one_table(*numbers: int) -> CountedMeasure:
    """Libraries A, B, C... that each serve one municipality of their own."""
    return CountedMeasure({(chr(65 + i), chr(97 + i)): number for i, number in enumerate(numbers)})


def stands(published: PublishedMeasure, table: str = "libraries") -> dict[str, int | None]:
    """What a reader sees per row: None where a figure is held back."""
    return {key: None if shown.held else shown.value for key, shown in published.tables[table].rows.items()}


def test_a_small_count_takes_the_smallest_other_row_with_it():
    (report,) = publish([one_table(3, 40, 9, 25)])
    assert stands(report) == {"A": None, "B": 40, "C": None, "D": 25}
    assert report.total.value == 77
    assert report.tables["libraries"].rest == 12


def test_rows_of_one_are_known_when_their_sum_is_as_many_as_they_are():
    (report,) = publish([one_table(1, 1, 30)])
    assert stands(report) == {"A": None, "B": None, "C": None}
    assert report.tables["libraries"].rest == 32


def test_a_zero_is_shown_because_nobody_stands_behind_it():
    (report,) = publish([one_table(0, 12, 20)])
    assert stands(report) == {"A": 0, "B": 12, "C": 20}
    assert report.tables["libraries"].rest == 0


def test_a_small_total_is_held_back_with_everything_in_it():
    (report,) = publish([one_table(3, 0, 0)])
    assert report.total.held
    assert report.tables["libraries"].rest is None
    assert set(stands(report).values()) == {None}


def test_a_small_addition_cannot_be_had_by_subtracting_two_reports():
    first, second = publish([one_table(45, 30, 50), one_table(48, 36, 60)])
    assert stands(first) == {"A": 45, "B": 30, "C": 50}
    assert second.tables["libraries"].rows["A"].held
    assert second.tables["libraries"].rows["A"].value == 45
    assert stands(second)["B"] is None, "the smallest other addition keeps it company"
    assert second.tables["libraries"].rest == 9


def test_what_was_held_back_is_shown_as_soon_as_it_is_large_enough():
    reports = publish([one_table(45, 30, 50), one_table(48, 36, 60), one_table(52, 36, 66)])
    third = reports[2].tables["libraries"].rows
    assert (third["A"].value, third["B"].value) == (52, 36)
    assert (third["A"].added, third["B"].added) == (None, None), "what came in this quarter alone stays unknown"
    assert (third["C"].added, reports[2].total.added) == (6, 10)


def test_a_municipality_cannot_be_had_by_subtracting_it_from_its_library():
    """Venlo serves two municipalities; what it has in the small one is not the difference with the large one."""
    (report,) = publish(
        [CountedMeasure({("Venlo", "v"): 40, ("Venlo", "b"): 3, ("Weert", "w"): 25, ("Gennep", "g"): 30})]
    )
    assert stands(report) == {"Venlo": 43, "Weert": 25, "Gennep": 30}
    assert stands(report, "municipalities") == {"v": None, "b": None, "w": 25, "g": 30}


def test_a_library_cannot_be_had_by_subtracting_it_from_its_municipality():
    (report,) = publish([CountedMeasure({("Noord", "v"): 40, ("Zuid", "v"): 2, ("Weert", "w"): 25})])
    assert stands(report) == {"Noord": None, "Zuid": None, "Weert": 25}
    assert stands(report, "municipalities") == {"v": 42, "w": 25}


def test_a_tangle_of_libraries_and_municipalities_is_shown_only_when_all_of_it_can_be():
    """Noord and Zuid share v; Zuid's two there would be 42 less 40, though every row is large."""
    tangle = {("Noord", "u"): 8, ("Noord", "v"): 40, ("Zuid", "v"): 2, ("Zuid", "w"): 20, ("Weert", "x"): 30}
    (report,) = publish([CountedMeasure(tangle)])
    assert report.total.value == 100
    assert [key for key, seen in stands(report).items() if seen is not None] == [], "Weert keeps the tangle company"
    (report,) = publish([CountedMeasure(tangle | {("Zuid", "v"): 12})])
    assert None not in stands(report).values()


def test_a_division_is_shown_beside_its_total():
    counts = CountedMeasure({("A", "a"): 60}, {"tracks": {1: 30, 2: 3, 3: 7, 4: 20}})
    (report,) = publish([counts])
    assert stands(report, "tracks") == {1: 30, 2: None, 3: None, 4: 20}
    assert report.tables["tracks"].rest == 10


def test_a_correction_downwards_is_held_back_too():
    _, second = publish([one_table(45, 30), one_table(43, 60)])
    assert stands(second) == {"A": None, "B": None}


def test_growth_here_and_a_correction_there_do_not_publish_a_small_step_of_the_total():
    """Ten more at A and seven fewer at B: both are large, three together is not; the total keeps its former stand."""
    first, second = publish([one_table(20, 20), one_table(30, 13)])
    assert (first.total.value, first.total.held) == (40, False)
    assert (second.total.value, second.total.added, second.total.held) == (40, None, True)
    assert set(stands(second).values()) == {None}
    assert {shown.value for shown in second.tables["libraries"].rows.values()} == {20}


def test_what_falls_back_near_a_figure_of_an_earlier_report_is_held_back():
    """Twelve, then twenty, then fourteen: the last step is large, but the first report said twelve."""
    reports = publish([one_table(12, 30), one_table(20, 40), one_table(14, 60)])
    assert [stands(each)["A"] for each in reports] == [12, 20, None]
    fallen = publish([one_table(9, 30), one_table(2, 60)])[1]
    assert fallen.tables["libraries"].rows["A"].held, "and a figure below five is not shown at all"


# --- an attacker with a pencil ---------------------------------------------------------------------------------------


def seen(history: list[CountedMeasure]) -> tuple:
    """Everything that a reader of all reports has: marks, stands and rests, of every table."""
    return tuple(
        (
            report.total,
            tuple(
                (name, tuple(sorted(table.rows.items())), table.rest) for name, table in sorted(report.tables.items())
            ),
        )
        for report in publish(history)
    )


small_tables = st.lists(st.integers(0, 12), min_size=2, max_size=6)


@settings(max_examples=300)
@given(small_tables)
def test_no_small_row_has_one_possible_value_in_one_report(numbers):
    """The bounds of a row, from the total and the others: exact, for rows that are only known as a sum."""
    (report,) = publish([one_table(*numbers)])
    table = report.tables["libraries"]
    held = [key for key, shown in table.rows.items() if shown.held]
    for shown in table.rows.values():
        assert shown.held or shown.value == 0 or shown.value >= THRESHOLD
    if report.total.held:
        assert sum(numbers) < THRESHOLD or len([n for n in numbers if n]) > 1
        return
    sizeable = [key for key in held if numbers[ord(key) - 65]]
    if sizeable:
        most = table.rest - (len(sizeable) - 1)  # every other held row has at least one
        assert most - 1 >= THRESHOLD - 1, "from one to most, so at least five values each"


@settings(max_examples=150)
@given(st.lists(st.lists(st.integers(-9, 9), min_size=4, max_size=4), min_size=1, max_size=4))
def test_what_is_added_between_reports_is_nothing_or_at_least_five(additions):
    """Whatever a reader subtracts, of any row between any two reports, is never one to four."""
    stand, history = [0, 0, 0, 0], []
    for each in additions:
        stand = [max(one + more, 0) for one, more in zip(stand, each, strict=True)]
        history.append(one_table(*stand))
    reports = publish(history)
    for name in ("A", "B", "C", "D"):
        shown = [report.tables["libraries"].rows[name].value for report in reports]
        assert not any(is_small(later - earlier) for i, earlier in enumerate(shown) for later in shown[i:])
    totals = [report.total.value for report in reports]
    assert not any(is_small(later - earlier) for i, earlier in enumerate(totals) for later in totals[i:])


LINKED = [("A", "u"), ("A", "v"), ("B", "w"), ("C", "w"), ("D", "x")]


MOVES = [delta for delta in product(range(-4, 5), repeat=len(LINKED)) if any(delta) and sum(map(abs, delta)) <= 6]


def neighbours(history: list[dict]) -> Iterator[list[dict]]:
    """Other true histories close by: a few members more or fewer, from one report on, or in that report alone (they
    came a quarter sooner or later)."""
    for i in range(len(history)):
        for delta in MOVES:
            for reach in {range(i, len(history)), range(i, i + 1)}:
                other = [dict(each) for each in history]
                for later in reach:
                    for pair, change in zip(LINKED, delta, strict=True):
                        other[later][pair] += change
                if all(number >= 0 for each in other for number in each.values()):
                    yield other


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(-8, 11), min_size=5, max_size=5), min_size=1, max_size=2))
def test_another_truth_fits_everything_that_was_published(additions):
    """For every small addition to a row there is another history, with another addition there, that looks the same to
    somebody who has all the tables of all the reports and knows which rows are marked."""
    stand, history = dict.fromkeys(LINKED, 0), []
    for each in additions:
        stand = {pair: max(stand[pair] + more, 0) for pair, more in zip(LINKED, each, strict=True)}
        history.append(stand)
    reports = publish([CountedMeasure(each) for each in history])
    last = len(history) - 1
    before = history[last - 1] if last else dict.fromkeys(LINKED, 0)

    def added(now: dict, then: dict, side: int) -> dict:
        sums: dict = {}
        for pair in LINKED:
            sums[pair[side]] = sums.get(pair[side], 0) + now[pair] - then[pair]
        return sums

    secrets = {
        (side, key): step
        for side in (0, 1)
        for key, step in added(history[last], before, side).items()
        if is_small(step)
    }
    if not secrets or reports[last].total.held:
        return  # a total that is held back leaves everything open
    published = seen([CountedMeasure(each) for each in history])
    open_still = set(secrets)
    for other in neighbours(history):
        then = other[last - 1] if last else dict.fromkeys(LINKED, 0)
        others = [added(other[last], then, side) for side in (0, 1)]
        differs = {secret for secret in open_still if others[secret[0]][secret[1]] != secrets[secret]}
        if differs and consistent(other, published):
            open_still -= differs
        if not open_still:
            return
    assert not open_still, f"solved back: {open_still}"


def consistent(history: list[dict], published: tuple) -> bool:
    """A history fits the published tables: what is shown is right, what is held back adds up, marks hide something."""
    for truth, (total, tables) in zip(history, published, strict=True):
        if not total.held and total.value != sum(truth.values()):
            return False
        for name, rows, rest in tables:
            side = 0 if name == "libraries" else 1
            sums: dict = {}
            for pair, number in truth.items():
                sums[pair[side]] = sums.get(pair[side], 0) + number
            for key, shown in rows:
                if not shown.held and shown.value != sums[key]:
                    return False
            if rest is not None and rest != sum(sums[key] - shown.value for key, shown in rows):
                return False
    return True


def test_the_attacker_can_win():
    """Without company a small row is the total less the others: the same pencil finds it."""
    rows = {"A": 3, "B": 40, "C": 9}
    primary_only = {key for key, number in rows.items() if is_small(number)}
    assert sum(rows.values()) - sum(number for key, number in rows.items() if key not in primary_only) == rows["A"]
    assert len(hold_back(rows)) == 2


@pytest.mark.parametrize("steps", [{"A": 4}, {"A": 2, "B": 3}, {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1}])
def test_a_total_is_not_known_when_all_its_rows_together_give_one_away(steps):
    assert hold_back(steps) is None


def test_a_pair_that_fell_to_one_is_not_worked_out_where_several_libraries_share_several_municipalities():
    """Six of library 4 were at home in municipality 12; of the corrected 28 it is one."""
    first = {(1, 12): 12, (4, 12): 6}
    second = {(1, 12): 35, (2, 11): 10, (2, 12): 7, (3, 13): 18, (4, 12): 1, (4, 13): 27}
    _, told = publish([CountedMeasure(first), CountedMeasure(second)])
    assert told.total.held or all(row.held for table in told.tables.values() for row in table.rows.values())


def test_a_municipality_that_lost_all_its_members_still_belongs_with_its_library():
    """Of library 2 seven came in one municipality and all eight of another went: that one went in all, nobody reads."""
    first, second = {(2, 12): 29, (2, 13): 8, (3, 11): 14}, {(2, 12): 36, (3, 11): 26}
    _, told = publish([CountedMeasure(first), CountedMeasure(second)])
    for table in told.tables.values():
        assert table.rest is None or not is_small(table.rest)
