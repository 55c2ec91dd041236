"""Targets A to E, each with what it promises, how it stands, where it goes, and where that was read.

Of people only what a report may show: target A as it is published, survey results and reach as those rooms let them go.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from kbl.formats import day, number, percent
from reporting.monitor import targets
from reporting.monitor.models import Goal, TargetLetter
from reporting.report.progress_report import ProgressReport
from reporting.survey.results import AnswerShare, QuarterResults, results

NOT_YET = "Nog niet gemeten."


@dataclass(frozen=True)
class TargetSheet:
    """One target. `missed`: it is measured, and is not what was promised by now."""

    letter: str
    title: str
    definition: str
    figure: str
    trend: str
    norm: str
    source: str
    missed: bool = False

    @property
    def why(self) -> str:
        """The place where people say why it stands so."""
        return f"why_{self.letter.lower()}"

    @property
    def doing(self) -> str:
        """The place where people say what they do about it."""
        return f"do_{self.letter.lower()}"


@dataclass(frozen=True)
class _Standing:
    figure: str = NOT_YET
    trend: str = ""
    missed: bool = False


def sheets(report: ProgressReport) -> list[TargetSheet]:
    """Every target that the programme has, in its order; target A also without a word about it in its file."""
    goals = {each.letter: each for each in Goal.objects.all()}
    surveyed = results(report.as_of.until + timedelta(days=1))
    standing = {
        TargetLetter.PARTICIPANTS: _participants(report),
        TargetLetter.REACH: _reach(report),
        TargetLetter.COOPERATION: _agreements(report),
        TargetLetter.IMPACT: _surveyed(surveyed, "improved", goals.get(TargetLetter.IMPACT), "gaat vooruit"),
        TargetLetter.LASTING: _surveyed(surveyed, "stays", goals.get(TargetLetter.LASTING), "wil lid blijven"),
    }
    return list(_told(goals, standing, report))


def _told(
    goals: dict[str, Goal], standing: dict[TargetLetter, _Standing], report: ProgressReport
) -> Iterator[TargetSheet]:
    for letter, stands in standing.items():
        goal = goals.get(letter)
        if goal is None and letter is not TargetLetter.PARTICIPANTS:
            continue
        norm = f"ten minste {goal.norm} %" if goal and goal.norm else ""
        if letter is TargetLetter.PARTICIPANTS:
            norm = f"{number(report.target)} nieuwe leden in het hele programma"
        yield TargetSheet(
            str(letter.value),
            f"{letter.value}. {letter.label}",
            goal.definition if goal else "",
            stands.figure,
            stands.trend,
            norm,
            f"{goal.source}. {goal.method}" if goal else "",
            stands.missed,
        )


def _participants(report: ProgressReport) -> _Standing:
    """Behind when fewer were reached than the plan has by then."""
    plus, plan = report.period.plus, report.plan
    figure = f"{number(plus.value)} nieuwe leden sinds de start. Volgens het plan zijn het er dan {number(plan)}."
    trend = "" if plus.added is None else f"{number(plus.added)} erbij in dit kwartaal."
    return _Standing(figure, trend, plus.value < plan)


def _reach(report: ProgressReport) -> _Standing:
    reach = targets.reach(report.as_of, outside=True)
    newest = reach.newest
    if newest is None or newest.part is None:
        return _Standing()
    figure = f"{percent(newest.part)} van {number(newest.of)} mensen, gemeten op {day(newest.on)}."
    change = reach.change
    trend = ""
    if change is not None:
        trend = f"{percent(abs(change))} {'meer' if change >= 0 else 'minder'} dan bij de vorige meting."
    return _Standing(figure, trend, reach.is_reached is False)


def _agreements(report: ProgressReport) -> _Standing:
    found = targets.agreements(report.as_of)
    if not found.total:
        return _Standing("Nog geen overeenkomsten ingevoerd.")
    figure = f"{number(found.complete)} van de {number(found.total)} overeenkomsten hebben alle vijf onderdelen."
    trend = f"{number(found.libraries_with)} van de {number(len(found.rows))} bibliotheken hebben er ten minste één."
    return _Standing(figure, trend, found.complete < found.total)


def _surveyed(surveyed: list[QuarterResults], what: str, goal: Goal | None, words: str) -> _Standing:
    told = [(each.quarter, getattr(each.whole, what)) for each in surveyed if each.whole]
    shares: list[tuple] = [(quarter, share) for quarter, share in told if share is not None]
    if not shares:
        return _Standing()
    quarter, newest = shares[0]
    figure = f"{_share(newest)} {words} ({quarter.label}, {number(newest.of)} antwoorden)."
    trend = f"Daarvoor {percent(shares[1][1].part)} ({shares[1][0].label})." if len(shares) > 1 else ""
    return _Standing(figure, trend, bool(goal and goal.norm and newest.part * 100 < goal.norm))


def _share(share: AnswerShare) -> str:
    return f"{percent(share.part)} (± {percent(share.margin)})"
