"""What leaves beside the reports says no other figure than they do, and the rows of the survey are solved too."""

import random
from datetime import date

import pytest

from kbl.accounts.roles import Audience
from kbl.formats import number
from reporting.dashboard import small
from reporting.editions import parts
from reporting.figures.measures import Measure
from reporting.figures.suppression import LIBRARIES, is_small
from reporting.message.figures import TOO_SMALL, own_figures
from reporting.monitor import goals
from reporting.monitor.models import TargetLetter
from reporting.report import kept_reports
from reporting.survey import results
from tests import released_report
from tests.reporting.test_solver import Pencil
from tests.told_once import told_once

globals().update(told_once("january", of=__package__))


@pytest.mark.both_engines
def test_the_message_the_two_pages_the_monitor_and_the_small_dashboard_say_what_the_report_says(
    january, two_quarters, history, venlo, landgraaf
):
    """Nine came in January and an interim edition tells of them: none of these counts on beyond the report."""
    edition = released_report.released(two_quarters[1], history.coordinator, history.finance)
    read = kept_reports.read(two_quarters[1])
    measures = read.period.measures
    for library in (venlo, landgraaf):
        row = measures[Measure.PLUS].tables[LIBRARIES].rows[library.pk]
        (members, _) = own_figures(edition.closing, Audience.LIBRARY, library)
        assert members.whole == (TOO_SMALL if row.held and not row.value else number(row.value))
        assert members.added == (TOO_SMALL if row.added is None else number(row.added))
        part = parts.find(read, parts.About.LIBRARY, library.pk)
        assert part and parts._figure(read.period, Measure.PLUS, part) == row
        trend = goals.page(TargetLetter.PARTICIPANTS, goals.Scope.told_outside(date(2026, 2, 3), library)).trend
        assert trend[-1].figure.startswith(number(row.value) if row.value or not row.held else goals.TOO_SMALL)
    programme = small.published()
    assert programme and dict(programme.lines) == {
        "Uitgereikt": number(measures[Measure.HANDED_OUT].total.value),
        "Nieuw lid en omgezet": number(measures[Measure.PLUS].total.value),
        "Verlengd": number(measures[Measure.RENEWED].total.value),
    }


def survey_rows(chance: random.Random) -> list[results._Counted]:
    """A quarter's answers at up to six libraries."""
    found = []
    for name in "ABCDEF"[: chance.randint(1, 6)]:
        answers = chance.choice([1, 2, 3, 4, 5, 6, 8, 12, 30])
        asked = max(0, answers - chance.choice([0, 0, 1, 3]))
        found.append(results._Counted(name, answers, asked // 2, asked, asked // 3, asked))
    return found


@pytest.mark.parametrize("of", ["answers", "asked_improved", "asked_stays"])
def test_few_answers_of_a_library_do_not_follow_from_the_others_and_the_whole(january, of):
    there = 0
    for seed in range(400):
        counted = survey_rows(random.Random(seed))
        whole = sum(counted, results._Counted("Alle bibliotheken"))
        if whole.least < results.LEAST:
            continue  # nothing is told
        pencil, told = Pencil(), results.together(counted)
        names = {each.name for each in told}
        pencil.write({(each.name,): 1 for each in counted})
        for each in told:
            if each.name in {one.name for one in counted}:
                pencil.write({(each.name,): 1})
            else:
                pencil.write({(one.name,): 1 for one in counted if one.name not in names})
        for each in counted:
            if is_small(getattr(each, of)):
                there += 1
                assert pencil.left({(each.name,): 1}), (seed, each)
    assert there > 100
