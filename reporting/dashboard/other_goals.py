"""Targets B to E on the dashboard: the monitor's newest figure of each, beside what the plan asks for by now.

Reach (B) grows towards its norm until the programme ends. The others have no run-up: an agreement is complete or it is
not (C), and of members who answer, the promised part says so from the first answer on (D and E).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kbl.formats import counted, number, percent
from kbl.organisations.models import Organisation, Programme
from reporting.figures.as_of import AsOf
from reporting.monitor import targets
from reporting.monitor.models import Goal, TargetLetter
from reporting.survey import results
from reporting.survey.results import AnswerShare


@dataclass(frozen=True)
class GoalPace:
    """One target: what was measured as a part of one (None while nothing was), of what, and when.

    `norm` is what the plan promises, `due` what of it there should be by now.
    """

    letter: TargetLetter
    norm: Decimal
    due: Decimal
    part: Decimal | None = None
    words: str = ""
    when: str = ""

    @property
    def name(self) -> str:
        return f"Doel {self.letter.value}: {self.letter.label}"

    @property
    def pace(self) -> Decimal | None:
        """What there is as a part of what is due; None while nothing was measured, or before anything is due."""
        return None if self.part is None or not self.due else self.part / self.due


def other_goals(
    on: date, at: datetime, over: Decimal, programme: Programme | None, library: Organisation | None = None
) -> list[GoalPace]:
    """B to E, of the programme or of one library. `over`: which part of the programme's days is over."""
    norms = dict(Goal.objects.values_list("letter", "norm"))
    asked = {letter: Decimal(norms.get(letter) or 100) / 100 for letter in TargetLetter}
    as_of, answers = AsOf(on, at), results.newest(on)
    found = answers and (answers.whole if library is None else answers.of(library))
    quarter = answers.quarter.label if answers else ""
    return [
        _reach(as_of, library, asked[TargetLetter.REACH], over, programme),
        _agreements(as_of, library, asked[TargetLetter.COOPERATION]),
        _answered(TargetLetter.IMPACT, found.improved if found else None, asked[TargetLetter.IMPACT], quarter),
        _answered(TargetLetter.LASTING, found.stays if found else None, asked[TargetLetter.LASTING], quarter),
    ]


def _reach(
    as_of: AsOf, library: Organisation | None, norm: Decimal, over: Decimal, programme: Programme | None
) -> GoalPace:
    newest, due = targets.newest_reach(as_of, programme, library), norm * over
    if newest is None or newest.part is None or newest.reached is None:
        return GoalPace(TargetLetter.REACH, norm, due)
    words = f"{percent(newest.part)} ({number(newest.reached)} van {number(newest.of)})"
    return GoalPace(TargetLetter.REACH, norm, due, newest.part, words, f"{newest.on:%d-%m-%Y}")


def _agreements(as_of: AsOf, library: Organisation | None, norm: Decimal) -> GoalPace:
    standing = targets.agreements(as_of)
    rows = standing.rows if library is None else [standing.of(library)]
    total, complete = sum(len(each.agreements) for each in rows), sum(each.complete for each in rows)
    if not total:
        return GoalPace(TargetLetter.COOPERATION, norm, norm)
    words = f"{number(complete)} van {counted(total, 'overeenkomst', 'overeenkomsten')} compleet"
    return GoalPace(TargetLetter.COOPERATION, norm, norm, Decimal(complete) / total, words, f"{as_of.until:%d-%m-%Y}")


def _answered(letter: TargetLetter, share: AnswerShare | None, norm: Decimal, when: str) -> GoalPace:
    if share is None:
        return GoalPace(letter, norm, norm)
    words = f"{percent(share.part)} van {number(share.of)} antwoorden"
    return GoalPace(letter, norm, norm, share.part, words, when)
