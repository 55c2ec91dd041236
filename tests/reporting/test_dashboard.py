"""The start page of Cubiss: how the programme goes, along what the address asks."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import pytest
import time_machine

from intermediaries.models import Track
from intermediaries.service_areas import areas
from kbl.organisations.models import Municipality
from kbl.start_pages.attention_targets import other_goals
from reporting.dashboard import outlook, page, summarising
from reporting.dashboard.drawing import bar, trend
from reporting.dashboard.models import FundOutlook
from reporting.dashboard.page import Dashboard
from reporting.figures import tiles
from reporting.figures.as_of import AsOf
from reporting.forecast.forecast import Course, basis, courses
from reporting.models import Agreement, Goal, ReachMeasurement
from tests.conftest import at

DAY = date(2026, 2, 1)
MOST_QUESTIONS = 30


def board(**asked) -> Dashboard:
    return Dashboard.at_moment(asked, DAY, at(DAY))


def funnel(**asked) -> dict:
    return dict(page.funnel(board(**asked)).cells)


@pytest.mark.both_engines
def test_the_funnel_counts_the_period_and_what_is_asked(two_quarters, history, venlo, landgraaf, clerk):
    history.both(2, venlo, date(2026, 1, 20), by=clerk)
    summarising.catch_up(alone=True)
    history.both(1, venlo, date(2026, 1, 21), by=clerk)
    assert funnel(periode="start") == {
        "Gemaakt": 100,
        "Naar intermediairs": 50,
        "Uitgereikt": 23,
        "Ingewisseld": 23,
        "Verlengd": 0,
    }
    assert funnel()["Uitgereikt"] == 3, "this year, when nothing is asked"
    assert funnel(periode="2025-Q4")["Ingewisseld"] == 8
    landgraaf_only = funnel(periode="2025", bibliotheek=str(landgraaf.pk))
    assert landgraaf_only == {
        "Gemaakt": None,
        "Naar intermediairs": None,
        "Uitgereikt": None,
        "Ingewisseld": 8,
        "Verlengd": 0,
    }
    in_venlo = str(Municipality.objects.get(name="Venlo").pk)
    assert (funnel(periode="2025", gemeente=in_venlo)["Uitgereikt"], funnel(gemeente=in_venlo)["Ingewisseld"]) == (
        20,
        3,
    )
    assert funnel(periode="2025", spoor=str(Track.DIRECT.value))["Ingewisseld"] == 20
    assert funnel(periode="2025", spoor=str(Track.OWN_SCHEME.value))["Ingewisseld"] == 0


def test_hand_outs_of_who_serves_several_are_of_none_and_no_zero(two_quarters, history, food_bank, venlo, landgraaf):
    """From 1 November 2025 the food bank serves Venlo and Landgraaf: what it gave before stays Venlo's."""
    towns = list(Municipality.objects.filter(name__in=["Venlo", "Landgraaf"]))
    areas.serve(food_bank, towns, first_day=date(2025, 11, 1), by=history.coordinator, at=at(date(2025, 11, 1)))
    cells = {name: counts for name, *counts in page.places(board(periode="2025")).cells}
    assert cells == {"Landgraaf": ["meer gemeenten", 7, 0], "Venlo": [12, 12, 0], "Meer gemeenten": [8, 0, 0]}


def test_targets_have_their_pace_and_do_not_go_with_the_filters(two_quarters, landgraaf):
    """In 2025 libraries took part for 122 days; of 2026 are 32 of 365 days over."""
    year_2025, year_2026, year_2027 = board(bibliotheek=str(landgraaf.pk)).paces
    assert (year_2025.target, year_2025.reached, year_2025.due) == (2_000, 19, 2_000)
    assert (year_2026.reached, int(year_2026.due)) == (0, 306) and year_2026.pace == 0
    assert year_2027.pace is None and year_2027.due == 0


def test_the_trend_adds_up_to_the_funnel(two_quarters):
    for asked in ({"periode": "start"}, {"periode": "2025"}, {"periode": "2025-Q3"}):
        rows = page.trends(board(**asked)).cells
        assert sum(row[1] for row in rows) == funnel(**asked)["Uitgereikt"]
    assert [row[0] for row in page.trends(board(periode="2025-Q3")).cells] == ["jul 2025", "aug 2025", "sep 2025"]
    assert page.trends(board(periode="start")).cells[2][0] == "3e 2025"


def test_the_map_has_every_municipality_of_the_programme_once(programme, two_quarters):
    assert len(tiles.LAYOUT) == len({place[:2] for place in tiles.LAYOUT.values()}) == 31
    stranger = ("GM9999", "Elders aan Zee")
    placed = tiles.placed([*((code, "") for code in tiles.LAYOUT), stranger])
    assert len({(each.column, each.row) for each in placed.values()}) == 32
    cells = {name: counts for name, *counts in page.places(board(periode="2025")).cells}
    assert cells == {"Landgraaf": [0, 7, 0], "Venlo": [20, 12, 0]}


@pytest.mark.parametrize(
    ("number", "most", "shade"), [(0, 9, 0), (1, 100, 1), (25, 100, 1), (26, 100, 2), (100, 100, 4)]
)
def test_a_tile_is_as_dark_as_its_number(number, most, shade):
    assert tiles.shade(number, most) == shade


def test_drawings_of_nothing_and_of_one(db):
    assert "NaN" not in bar([("is-main", 0)], 0) + trend([], "") + trend([("jan", 0)], "") + trend([("jan", 7)], "")
    assert ">7</text>" in trend([("jan", 7)], "Uitgereikt")
    assert "<svg" not in trend([("jan", 0)], "") and "Nog niets om te tekenen." in trend([("jan", 0), ("feb", 0)], "")


def test_the_fund_says_what_is_left_over(two_quarters, history):
    """The task keeps what the forecast says; the page says of when that is."""
    as_of = AsOf(DAY, at(DAY))
    assert board().fund.outlook is None
    assert outlook.refresh(at(DAY))
    kept = FundOutlook.objects.get()
    middle = courses(basis(as_of))[Course.MIDDLE]
    assert kept.left_over == middle.left_over and kept.lowest <= kept.left_over <= kept.highest
    FundOutlook.objects.update(seconds=10, waiting=Decimal("12.50"))
    assert board().fund.position.waiting == Decimal("12.50"), "what takes long is not counted by a page"
    assert not outlook.refresh(at(DAY)), "nor too often by the task"


def test_carla_sees_it_beside_what_asks_attention_and_sends_the_address(
    signed_in, coordinator, two_quarters, landgraaf
):
    carla = signed_in(coordinator)
    with time_machine.travel(at(DAY), tick=False):
        text = carla.get("/cubiss/", {"periode": "2025-Q4", "bibliotheek": landgraaf.pk}).content.decode()
        assert "Wat vraagt aandacht?" in text and "4e kwartaal 2025 · Bibliotheek Landgraaf" in text
        for title in ("Doelen en tempo", "Van gemaakt tot verlengd", "Lidmaatschapsfonds", "Gemeenten", "Verloop"):
            assert title in text
        (link,) = re.findall(r'href="([^"]*/trechter/csv/[^"]*)"', text)
        assert f"bibliotheek={landgraaf.pk}" in link
        file = carla.get(link.replace("&amp;", "&"))
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "Ingewisseld;8;4e kwartaal 2025 · Bibliotheek Landgraaf;" in file.content.decode("utf-8-sig")


@pytest.mark.parametrize("asked", ["periode=1066", "spoor=9", "gemeente=x", "bibliotheek=0", f"spoor={quote('<i>x')}"])
def test_an_address_that_asks_nonsense_shows_everything_and_says_so(signed_in, coordinator, two_quarters, asked):
    page = signed_in(coordinator).get(f"/cubiss/?{asked}")
    assert page.status_code == 200
    assert "<i>x" not in page.content.decode() and 'aria-invalid="true"' in page.content.decode()
    assert signed_in(coordinator).get("/cubiss/rapportages/dashboard/niets/csv/").status_code == 404


def test_an_empty_programme_has_a_start_page(signed_in, coordinator, programme):
    text = signed_in(coordinator).get("/cubiss/").content.decode()
    assert "Er valt hier nog niets te tonen" in text


def test_ten_facts_cost_what_one_costs(
    signed_in, coordinator, two_quarters, history, venlo, clerk, django_assert_max_num_queries
):
    carla = signed_in(coordinator)
    carla.get("/cubiss/")
    with django_assert_max_num_queries(MOST_QUESTIONS):
        assert board(periode="start").charts
    history.both(3, venlo, date(2026, 1, 20), by=clerk)
    with django_assert_max_num_queries(MOST_QUESTIONS):
        assert board(periode="start").charts


def goal_paces(**asked) -> dict:
    return {row[0][5]: row[1:] for row in page.others(board(**asked)).cells}


def measured(venlo, coordinator, reached: int, part: str = "has_plan") -> None:
    """A measurement of reach of the whole programme, and two agreements of Venlo: one of them lacks a part."""
    fact = {"on": DAY, "recorded_at": at(DAY), "recorded_by": coordinator}
    of = {"kind": "sample", "group": 100, "source": "Enquête", "method": "op straat"}
    ReachMeasurement.objects.create(reached=reached, **of, **fact)
    complete = dict.fromkeys(Agreement.PARTS, True)
    Agreement.objects.create(library=venlo, partner="Taalhuis", **complete, **fact)
    Agreement.objects.create(library=venlo, partner="Wijkteam", **{**complete, part: False}, **fact)


@pytest.mark.both_engines
def test_targets_b_to_e_stand_beside_what_is_due(venlo, landgraaf, coordinator):
    """Of the days from 1 September 2025 to the end of 2027, 154 of 852 are over on 1 February 2026."""
    Goal.objects.create(letter="B", definition="Bereik", norm=60, method="m", source="s")
    assert goal_paces()["B"] == ("60\N{NO-BREAK SPACE}%", "11\N{NO-BREAK SPACE}%", None, None, None)
    measured(venlo, coordinator, 8)
    found = goal_paces()
    assert found["B"][2:] == ("8\N{NO-BREAK SPACE}%", "74\N{NO-BREAK SPACE}%", "01-02-2026")
    assert found["C"][1:4] == ("100\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%")
    assert found["D"][2:] == found["E"][2:] == (None, None, None), "nobody answered yet"
    assert goal_paces(bibliotheek=str(landgraaf.pk))["C"][2] is None, "Landgraaf has no agreement"
    assert goal_paces(bibliotheek=str(venlo.pk))["C"][2] == "50\N{NO-BREAK SPACE}%"


@pytest.mark.parametrize(("reached", "told"), [(8, ["Doel B", "Doel C"]), (9, ["Doel C"])])
def test_a_target_far_from_its_pace_asks_attention(venlo, coordinator, reached, told):
    """Four fifths of what is due by now: 8 of a hundred is less than that, 9 is not; half of the agreements is."""
    Goal.objects.create(letter="B", definition="Bereik", norm=60, method="m", source="s")
    measured(venlo, coordinator, reached)
    points = other_goals(board().others)
    assert [each.words[:6] for each in points] == told
    assert points[-1].note.startswith("1 van 2 overeenkomsten compleet. Het zou nu 100")
    assert points[-1].url == "/cubiss/rapportages/monitor/doel/c/"
