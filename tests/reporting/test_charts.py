"""The charts of a report: told apart on a grey copy, and a plan that begins when libraries do."""

from datetime import date
from itertools import combinations, pairwise

import pytest
from lxml import html

from libraries.models import Participation
from reporting.report import kept_reports, map_drawing
from reporting.report.chart_drawing import MARIGOLD, PETROL, PETROL_SOFT, PLUM


def lightness(colour: str) -> float:
    """How light a colour is on a grey copy (CIE L*, 0 to 100)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 116 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16


def test_no_two_series_are_as_light_as_each_other():
    for one, other in combinations([PETROL, PLUM, MARIGOLD, PETROL_SOFT], 2):
        assert abs(lightness(one) - lightness(other)) > 10, (one, other)


@pytest.mark.both_engines
def test_the_plan_to_date_begins_when_the_first_library_takes_part(two_quarters):
    """The libraries of the cast start in September 2025: 2,000 is divided over two quarters, 3,500 over four."""
    Participation.objects.update(starts_on=date(2025, 9, 1))
    plan = {str(each.quarter): each.plan for each in kept_reports.made_now(two_quarters[1]).plan_quarters}
    assert [plan[f"2025-Q{number}"] for number in (1, 2, 3, 4)] == [0, 0, 1_000, 2_000]
    assert [plan[f"2026-Q{number}"] for number in (1, 4)] == [2_000 + 875, 5_500]
    assert plan["2027-Q4"] == 12_500


def test_the_map_says_what_may_be_said_of_every_place():
    """Told apart by number, lightness and edge: a star for too few, a dash, a broken edge for who is to come."""
    rows = [
        {"column": 3, "row": 3, "short": "Venlo", "told": "12", "shade": 4, "started": True},
        {"column": 5, "row": 7, "short": "Landgraaf", "told": "*", "shade": 0, "started": True},
        {"column": 3, "row": 1, "short": "Gennep & co", "told": "–", "shade": 0, "started": False},
    ]
    drawing = html.fromstring(map_drawing.tile_map(rows).decode())
    assert [each.text for each in drawing.xpath("//text")] == ["Gennep & co", "–", "Venlo", "12", "Landgraaf", "*"]
    assert [bool(each.get("stroke-dasharray")) for each in drawing.xpath("//rect")] == [True, False, False]
    assert [each.get("x") for each in drawing.xpath("//rect")][:2] == ["0", "0"], "nothing is left open in the west"
    light = [lightness(ground) for ground, _ in map_drawing.SHADES]
    assert all(one - other > 5 for one, other in pairwise(light)), "each darker than the one before, on a grey copy too"
