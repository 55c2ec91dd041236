"""From the municipality of the hand-out to the library: counted from the facts, shown so that nobody stands alone."""

import random
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product

import pytest
from django.urls import reverse

from intermediaries.kinds.kinds import UNKNOWN
from intermediaries.models import Handout
from intermediaries.service_areas.areas import serve
from kbl.organisations.models import Municipality
from reporting.editions import files
from reporting.figures.as_of import AsOf
from reporting.figures.flows import FLOWS, UNTOLD, count_flows, on_no_round, publish_flows
from reporting.figures.suppression import CountedMeasure, LastPublished, PublishedTable, is_small, publish_next
from reporting.figures.tracked import NOT_REPORTED
from reporting.report import kept_reports
from tests.conftest import at
from tests.reporting.test_solver import Pencil

LATER = AsOf(date(2026, 2, 1), at(date(2026, 2, 1)))


@pytest.mark.both_engines
def test_a_flow_goes_from_where_the_voucher_was_handed_out_to_the_library(two_quarters, venlo, landgraaf, coordinator):
    """The food bank served Venlo at first, and Venlo and Landgraaf from November on."""
    towns = {each.name: each for each in Municipality.objects.all()}
    food_bank, said = Handout.objects.first().organisation, at(date(2026, 1, 30))
    serve(food_bank, [towns["Venlo"]], first_day=date(2025, 1, 1), by=coordinator, at=said)
    serve(food_bank, [*towns.values()], first_day=date(2025, 11, 1), by=coordinator, at=said)
    direct = (4, UNKNOWN)
    assert count_flows(LATER) == {
        (venlo.pk, towns["Venlo"].pk): {direct: 12},
        (landgraaf.pk, None): {direct: 7},
    }
    before = AsOf(date(2026, 2, 1), at(date(2026, 1, 29)))
    seat = food_bank.municipality_id
    assert count_flows(before) == {(venlo.pk, seat): {direct: 12}, (landgraaf.pk, seat): {direct: 7}}, (
        "as it was known then"
    )


def test_what_is_not_reported_yet_has_no_municipality(history, venlo, clerk):
    history.redeem(range(history.next, history.next + 2), venlo, date(2025, 9, 10), by=clerk)
    assert count_flows(LATER) == {(venlo.pk, UNTOLD): {(NOT_REPORTED, UNKNOWN): 2}}


def test_a_report_keeps_the_flows_that_it_shows(two_quarters, venlo, landgraaf, food_bank):
    kept = kept_reports.read(two_quarters[1]).period
    assert {key: row.value for key, row in kept.measures["plus"].tables[FLOWS].rows.items()} == {
        (venlo.pk, food_bank.municipality_id): 12,
        (landgraaf.pk, food_bank.municipality_id): 7,
    }
    assert (kept.measures["plus"].tables[FLOWS].rest, kept.plus.value) == (0, 19)


# --- what leaves Cubiss ----------------------------------------------------------------------------------------------

Cells = dict[tuple[str, str], int]


def published(reports: list[Cells]) -> list[tuple[PublishedTable, Mapping]]:
    """Report after report, beside tables per library and (what tells most) per track: one for each municipality."""
    last, shown = LastPublished(), []
    for cells in reports:
        towns: dict[str, int] = {}
        pairs: dict[tuple[str, str], int] = {}
        for (library, town), number in cells.items():
            towns[town] = towns.get(town, 0) + number
            pairs[library, library] = pairs.get((library, library), 0) + number
        measure = publish_next(CountedMeasure(pairs, {"tracks": towns}), last)
        beside = {(library, town): [("tracks", town)] for library, town in cells}
        shown.append((publish_flows(cells, beside, last), measure.tables))
    return shown


def seen(cells: Cells) -> dict[tuple[str, str], int]:
    """The flows of one report that are shown."""
    ((flows, _),) = published([cells])
    return {key: row.value for key, row in flows.rows.items() if row.value}


def test_a_small_flow_takes_another_of_its_library_and_of_its_municipality_along():
    cells = {("V", "v"): 40, ("V", "g"): 3, ("V", "l"): 9, ("G", "g"): 30, ("G", "v"): 8, ("L", "l"): 50, ("L", "g"): 7}
    assert seen(cells) == {("V", "v"): 40, ("G", "v"): 8, ("L", "l"): 50} | {("G", "g"): 30} or (
        ("V", "g") not in seen(cells) and ("V", "l") not in seen(cells)
    )
    assert not any(is_small(value) for value in seen(cells).values())


def test_a_flow_that_grew_by_one_to_four_keeps_its_former_figure():
    first = {("V", "v"): 40, ("V", "g"): 20, ("G", "g"): 30, ("G", "v"): 20}
    second = first | {("V", "v"): 43, ("V", "g"): 29, ("G", "g"): 60, ("G", "v"): 45}
    _, (flows, _) = published([first, second])
    assert flows.rows["V", "v"].held and flows.rows["V", "v"].value == 40
    assert flows.rows["V", "v"].added is None


def test_a_table_adds_up_to_its_total():
    cells = {("V", "v"): 40, ("V", "g"): 3, ("G", "g"): 30, ("G", "v"): 6}
    ((flows, tables),) = published([cells])
    assert sum(row.value for row in flows.rows.values()) + (flows.rest or 0) == 79


def histories(seed: int) -> list[Cells]:
    chance = random.Random(seed)
    libraries, towns = "ABCD"[: chance.randint(2, 4)], "abcd"[: chance.randint(2, 4)]
    cells = {pair: 0 for pair in product(libraries, towns) if chance.random() < 0.7} or {("A", "a"): 0}
    reports = []
    for _ in range(chance.randint(1, 4)):
        for pair in cells:
            cells[pair] = max(0, cells[pair] + chance.choice([0, 0, 1, 2, 3, 5, 6, 9, 20, 40, -1, -3]))
        reports.append(dict(cells))
    return reports


def test_no_small_flow_follows_from_all_reports_with_what_stands_beside_them():
    """Every shown figure is an equation, and all of them are solved together.

    With few libraries and a track of its own per municipality, sums alone may tell of a flow; the flows tell no more.
    """
    there = 0
    for seed in range(300):
        reports, pencil, sums = histories(seed), Pencil(), Pencil()
        for i, (flows, tables) in enumerate(published(reports)):
            for table, side in (("libraries", 0), ("tracks", 1)):
                for key, row in tables[table].rows.items():
                    if not row.held:
                        for each in (pencil, sums):
                            each.write({(i, cell): 1 for cell in reports[i] if cell[side] == key})
            for cell, row in flows.rows.items():
                if not row.held and row.value:
                    assert row.value == reports[i][cell] and not is_small(row.value)
                    pencil.write({(i, cell): 1})
        for i, cells in enumerate(reports):
            for cell, number in cells.items():
                asked = [({(i, cell): 1}, number)]
                asked += [({(i, cell): 1, (j, cell): -1}, number - reports[j][cell]) for j in range(i)]
                for equation, value in asked:
                    if is_small(value) and sums.left(equation):
                        there += 1
                        assert pencil.left(equation), (seed, i, cell, value)
    assert there > 300


def consistent(flows: PublishedTable, cells: Cells) -> Iterator[Cells]:
    """Every table of two libraries that has the same sums and the same shown flows."""
    towns = sorted({town for _, town in cells})
    first, second = sorted({library for library, _ in cells})
    columns = [cells.get((first, town), 0) + cells.get((second, town), 0) for town in towns]
    shown = {key: row.value for key, row in flows.rows.items() if row.value and not row.held}
    whole = sum(number for (library, _), number in cells.items() if library == first)
    for row in product(*(range(most + 1) for most in columns)):
        if sum(row) != whole:
            continue
        table = {(first, town): number for town, number in zip(towns, row, strict=True)}
        table |= {(second, town): most - table[first, town] for town, most in zip(towns, columns, strict=True)}
        if all(table.get(key, 0) == value for key, value in shown.items()):
            yield table


def test_no_small_flow_is_the_only_possibility_for_who_knows_every_sum():
    """Also who counts in whole people and knows the sums of all libraries and all municipalities tries in vain."""
    there = 0
    for seed in range(60):
        chance = random.Random(seed)
        cells = {pair: chance.choice([0, 1, 2, 4, 6, 9, 12]) for pair in product("AB", "abc")}
        ((flows, tables),) = published([cells])
        if any(row.held for name in ("libraries", "tracks") for row in tables[name].rows.values()):
            continue  # then not every sum is known
        possible = list(consistent(flows, cells))
        for cell, number in cells.items():
            if is_small(number):
                there += 1
                assert len({table[cell] for table in possible}) > 1, (seed, cell)
    assert there > 10


# --- where it is read -------------------------------------------------------------------------------------------------


def test_cubiss_reads_every_flow_and_takes_the_file(client, two_quarters, coordinator, venlo, landgraaf):
    client.force_login(coordinator)
    page = client.get(reverse("cubiss:flows"), {"tot": "2025-Q4"}).content.decode()
    assert '<td class="num" data-label="Landgraaf">7</td>' in page
    page = client.get(reverse("cubiss:flows"), {"sinds": "start"}).content.decode()
    assert '<td class="num" data-label="Samen">19</td>' in page
    file = client.get(reverse("cubiss:flows_file", args=["csv"]), {"tot": "2025-Q4"}).content.decode()
    assert file.splitlines()[0].endswith("uitgereikt in;lid bij;nieuw dit kwartaal;nieuw sinds de start")
    assert "Venlo;Bibliotheek Venlo;6;12" in file
    for strange in ("2030-Q1", "morgen"):
        assert client.get(reverse("cubiss:flows"), {"tot": strange}).status_code == 404


def test_the_province_reads_what_was_kept_on_the_page_and_in_the_files(client, reported_in_words, province):
    client.force_login(province)
    page = client.get(reverse("province:report", args=["2025-Q4"])).content.decode()
    assert "Venlo naar Bibliotheek Venlo" in page
    kept = kept_reports.read(reported_in_words[1])
    rows = [row[1:4] for table in [kept.shown["flows"]] for line in table.rows for row in files._cells(table, line)]
    assert files.tables_of(kept).count(kept.shown["flows"]) == 1
    assert ["Venlo naar Bibliotheek Venlo", "Nieuw sinds de start", 12] in rows


def test_no_track_follows_from_the_flows_that_it_is_a_part_of():
    """Flows of several tracks: what the table per track holds back stays unknown."""
    there = 0
    for seed in range(200):
        chance, last = random.Random(seed), LastPublished()
        pencil, sums, told = Pencil(), Pencil(), []
        parts = {(*cell, track): 0 for cell in product("ABC", "abc") for track in (1, 2, 3) if chance.random() < 0.4}
        parts = parts or {("A", "a", 1): 0}
        for i in range(3):
            for part in parts:
                parts[part] = max(0, parts[part] + chance.choice([0, 1, 2, 5, 8, 20, -1, -3]))
            cells, tracks, beside = {}, {}, {}
            for (library, town, track), number in parts.items():
                cells[library, town] = cells.get((library, town), 0) + number
                tracks[track] = tracks.get(track, 0) + number
                beside.setdefault((library, town), set()).add(("tracks", track))
            pairs = {(key, key): sum(n for (end, _), n in cells.items() if end == key) for key, _ in cells}
            measure = publish_next(CountedMeasure(pairs, {"tracks": tracks}), last)
            flows = publish_flows(cells, beside, last)
            for table, side in (("libraries", 0), ("tracks", 2)):
                for key, row in measure.tables[table].rows.items():
                    if not row.held:
                        for each in (pencil, sums):
                            each.write({(i, part): 1 for part in parts if part[side] == key})
            for cell, row in flows.rows.items():
                if not row.held and row.value:
                    pencil.write({(i, part): 1 for part in parts if part[:2] == cell})
            told.append(tracks)
        for i, j in product(range(3), repeat=2):
            for track in told[0]:
                asked = {(i, part): 1 for part in parts if part[2] == track}
                value = told[i][track] - (told[j][track] if j < i else 0)
                asked |= {(j, part): -1 for part in parts if part[2] == track} if j < i else {}
                if is_small(value) and sums.left(asked):
                    there += 1
                    assert pencil.left(asked), (seed, i, j, track)
    assert there > 50


def test_a_lonely_edge_is_one_without_which_its_ends_fall_apart():
    """As the definition says it: leave every edge out, and look for another way. Two edges may join the same ends."""
    draw = random.Random(20261130)
    for _ in range(300):
        edges = {number: (draw.randrange(6), 10 + draw.randrange(6)) for number in range(draw.randrange(1, 14))}
        lonely = set()
        for key, (start, goal) in edges.items():
            others, reached = [each for number, each in edges.items() if number != key], {start}
            while more := {end for each in others if reached & set(each) for end in each} - reached:
                reached |= more
            if goal not in reached:
                lonely.add(key)
        assert on_no_round(edges) == lonely, edges
