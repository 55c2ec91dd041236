"""A target drawn beside its table, and a library's own targets as a file."""

from decimal import Decimal as D

import pytest

from reporting.monitor import trend_drawing
from reporting.monitor.goals import GoalPage, TrendPoint
from reporting.monitor.models import Goal, TargetLetter
from reporting.report.chart_drawing import NARROW, PETROL

SOON, LATER = TrendPoint("3e kwartaal 2026", "71 %", D("0.71")), TrendPoint("tot nu toe", "80 %", D("0.8"))


def page(*points: TrendPoint, norm: int | None = 75) -> GoalPage:
    goal = Goal(letter="D", definition="x", method="x", source="x", norm=norm)
    return GoalPage(TargetLetter.IMPACT, goal, None, points, norm=f"ten minste {norm} %" if norm else "")


def test_a_target_is_drawn_with_its_norm_and_told_in_words():
    found = trend_drawing.chart_of(page(SOON, TrendPoint("4e kwartaal 2026", "te klein om te tonen"), LATER))
    assert found.words == (
        "Staafdiagram: doel D, Impact, het hele programma. Van 71 % (3e kwartaal 2026) naar 80 % (tot nu toe)."
        " Het doel is ten minste 75 %. Dezelfde cijfers staan in de tabel eronder."
    )
    assert found.caption == "In procenten, per meting. De streepjeslijn is het doel."
    assert "Doel 75 %" in found.screen and "stroke-dasharray" in found.screen, "told apart without colour"
    assert found.screen.count(f'fill="{PETROL}"') == 2, "what may not be told has no column"
    assert "4e 2026" in found.screen, "but it has its place"


def test_members_are_drawn_as_a_number_and_without_a_norm_no_line_is():
    points = [TrendPoint(f"{i}e kwartaal 2026", str(i), D("0.1"), count=i * 1_000) for i in (1, 2)]
    found = trend_drawing.chart_of(page(*points, norm=None))
    assert found.caption == "In aantallen, per meting." and "2.000" in found.screen and "Doel" not in found.screen


@pytest.mark.parametrize("points", [(), (SOON,), (SOON, TrendPoint("4e kwartaal 2026", "te klein om te tonen"))])
def test_of_nothing_or_one_measurement_there_is_only_the_table(points):
    assert trend_drawing.chart_of(page(*points)) is None


def test_on_a_telephone_many_numbers_stand_in_the_table_only():
    rows = [{"when": f"{i}", "value": 50.0, "told": f"{i} van 99", "norm": None} for i in range(5)]
    assert b"van 99" not in trend_drawing.trend(rows, NARROW) and b"van 99" in trend_drawing.trend(rows[:4], NARROW)


def test_a_library_takes_its_own_targets_as_a_file(client, manager, coordinator, venlo, landgraaf, programme):
    client.force_login(manager)
    found = client.get("/bibliotheek/monitor/monitor.csv")
    assert f"kbl-monitor-{venlo.slug}-" in found["Content-Disposition"]
    told = found.content.decode("utf-8-sig")
    assert venlo.name in told and "het hele programma" in told and landgraaf.name not in told
    client.force_login(coordinator)
    one = client.get(f"/cubiss/rapportages/monitor/bibliotheek/{venlo.slug}/monitor.xlsx")
    assert one.status_code == 200 and one.content[:2] == b"PK"
    assert client.get("/cubiss/rapportages/monitor/bibliotheek/niemand/monitor.csv").status_code == 404
