"""The plan's targets in a report, each by what it promised: of a quarter of nothing, and of what members answered."""

from datetime import date

import pytest

from reporting.editions import release
from reporting.models import SurveyAnswer
from reporting.monitor.models import Goal, Risk, TargetLetter
from reporting.report import kept_reports
from tests.reporting.test_chapters import sql

pytestmark = pytest.mark.both_engines


@pytest.fixture
def goals(db) -> None:
    """What the plan promises, as its file has it."""
    for letter in TargetLetter:
        norm = None if letter in ("A", "C") else 75
        Goal.objects.create(letter=letter, definition="Wat", norm=norm, method="Hoe", source="Plan")
    Risk.objects.create(number=1, name="Te weinig bereik", words="Dat het stil blijft", mitigation="Langsgaan")


def test_of_a_quarter_in_which_nothing_happened_nothing_is_drawn(goals, history):
    shown = kept_reports.read(history.close("2025-Q1")).shown
    assert [each.letter for each in shown["targets"]] == ["A", "B", "C", "D", "E"]
    assert all(each.definition and each.figure and each.source for each in shown["targets"])
    assert shown["missed"] == ("A",), "the plan has members by then; of the others nothing was measured"
    assert "gemeenten" not in shown["charts"]
    assert [(each.name, each.measure) for each in shown["risks"]] == [("1. Te weinig bereik", "Langsgaan")]
    assert len(shown["whole"]) == 0


def test_a_target_that_members_do_not_confirm_needs_a_word_too(goals, history, venlo):
    """Four of eight go on: not three of four. The evaluation of the start stands in the report of the first year."""
    for i in range(8):
        said = {"knowledge": "yes", "stay": "no" if i % 2 else "paying"}
        SurveyAnswer.objects.create(library=venlo, month=date(2025, 11, 1), **said)
    closed = history.close("2025-Q4")
    shown = kept_reports.read(closed).shown
    assert "E" in shown["missed"] and "D" not in shown["missed"]
    goes_on = "SELECT SUM(CASE WHEN stay = 'paying' THEN 1 ELSE 0 END), COUNT(*) FROM reporting_surveyanswer"
    ((going, all_),) = sql(goes_on)
    (lasting,) = [each for each in shown["targets"] if each.letter == "E"]
    assert lasting.figure.startswith(f"{going * 100 // all_}") and f"{all_} antwoorden" in lasting.figure
    assert "E" in release.unexplained(closed)
    assert shown["report"].headings["whole"] == "Evaluatie van de start" and shown["whole"]
