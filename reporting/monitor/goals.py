"""A page per target, for the programme or one library: definition, baseline, figure, trend, source and method.

Cubiss and a library about itself read everything as it is now. What others read (the province, a library about the
programme) is what was known at the closing of the last released report, and of one to four people nothing is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from kbl.formats import counted, number, percent
from kbl.organisations.models import Organisation, Programme, YearTarget
from kbl.periods import Quarter, quarters
from reporting.editions.models import ReportEdition
from reporting.figures import counting
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.monitor import targets
from reporting.monitor.models import Baseline, Goal, Instrument, TargetLetter
from reporting.report import listed
from reporting.survey.results import AnswerShare, SurveyResult, results

NOTHING_YET = "nog niets gemeten"
TOO_SMALL = "te klein om te tonen"
Verdict = Literal["reached", "behind", "unknown"]


@dataclass(frozen=True)
class Scope:
    """Whose figures, and as known when. `outside`: for somebody else than Cubiss and the library that it is about.

    `as_of` is None where no report was released yet, so that nothing can be told outside. What is read once is `shared`
    with the scopes of libraries that are made of this one. `members`: of the whole programme at the end of every
    quarter, where they were counted already (for who sees everything). `is_one_of_many`: each library is told in turn.
    """

    as_of: AsOf | None
    today: date
    library: Organisation | None = None
    outside: bool = False
    shared: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    members: Mapping[Quarter, int] | None = None
    is_one_of_many: bool = False

    def of(self, library: Organisation) -> "Scope":
        """The same, of one library."""
        return replace(self, library=library, is_one_of_many=True)

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What is the same for every library, read once."""
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    @classmethod
    def inside(cls, today: date, at: datetime, library: Organisation | None = None) -> "Scope":
        return cls(AsOf(today, at), today, library)

    @classmethod
    def told_outside(cls, today: date, library: Organisation | None = None) -> "Scope":
        """As the last report told it that was released: what nobody released yet is told to nobody."""
        released = ReportEdition.objects.filter(outcome=ReportEdition.Outcome.RELEASED).select_related("closing")
        last = released.order_by("closing__quarter").last()
        return cls(AsOf.at_closing(last.closing) if last else None, today, library, outside=True)


@dataclass(frozen=True)
class TrendPoint:
    """The figure at one moment, in words and (where it is a part of a whole) as a part of one; `count` of members."""

    when: str
    figure: str
    part: Decimal | None = None
    source: str = ""
    count: int | None = None


@dataclass(frozen=True)
class GoalPage:
    """Everything that is told of one target. `goal` is None when the programme file says nothing of it."""

    letter: TargetLetter
    goal: Goal | None
    library: Organisation | None
    trend: Sequence[TrendPoint]
    baselines: Sequence[Baseline] = ()
    instruments: Sequence[Instrument] = ()
    norm: str = ""
    reached: bool | None = None
    remark: str = ""
    incomplete: Sequence[str] = ()
    activities: Sequence[targets.Activity] = ()

    @property
    def newest(self) -> TrendPoint | None:
        return self.trend[-1] if self.trend else None

    @property
    def figure(self) -> str:
        return self.newest.figure if self.newest else NOTHING_YET

    @property
    def verdict(self) -> Verdict:
        return "unknown" if self.reached is None else "reached" if self.reached else "behind"

    @property
    def change(self) -> str:
        """Where it goes, in words: against the point before."""
        parts = [each.part for each in self.trend[-2:]]
        if len(parts) < 2 or parts[0] is None or parts[1] is None:
            return ""
        points = (parts[1] - parts[0]) * 100
        if abs(points) < Decimal("0.5"):
            return "gelijk gebleven"
        rounded = number(abs(points))
        return f"{rounded} procentpunt {'hoger' if points > 0 else 'lager'}"


def pages(scope: Scope) -> list[GoalPage]:
    """All five."""
    return [page(letter, scope) for letter in TargetLetter]


def page(letter: TargetLetter, scope: Scope) -> GoalPage:
    """One target."""
    goal: Goal | None = scope.once(("goal", letter), lambda: Goal.objects.filter(letter=letter).first())
    found = FIGURES[letter](scope) if scope.as_of else Found(())
    norm = found.norm or (f"ten minste {goal.norm} %" if goal and goal.norm else "")
    reached = found.reached
    if reached is None and goal and goal.norm and found.trend and found.trend[-1].part is not None:
        reached = found.trend[-1].part * 100 >= goal.norm
    return GoalPage(
        letter,
        goal,
        scope.library,
        found.trend,
        scope.once(("baselines", letter), lambda: list(Baseline.objects.filter(goal=letter))),
        scope.once(("instruments", letter), lambda: list(Instrument.objects.filter(goal=letter))),
        norm,
        reached,
        found.remark,
        found.incomplete,
        found.activities,
    )


@dataclass(frozen=True)
class Found:
    """What was found of a target: its trend, the oldest first, and where it is no percentage its norm and verdict."""

    trend: Sequence[TrendPoint]
    norm: str = ""
    reached: bool | None = None
    remark: str = ""
    incomplete: Sequence[str] = ()
    activities: Sequence[targets.Activity] = ()


def _participants(scope: Scope) -> Found:
    """A: memberships since the start, at the end of every quarter, against the plan of all years together."""
    aims = dict(YearTarget.objects.values_list("year", "new_memberships"))
    whole = sum(aims.values())
    told = list(_published(scope) if scope.outside else _counted(scope))
    found, due = [], sum(aim for year, aim in aims.items() if date(year, 12, 31) < scope.today)
    for when, count in told:
        if count is None:
            found.append(TrendPoint(when, TOO_SMALL))
        else:
            part = Decimal(count) / whole if whole and scope.library is None else None
            words = counted(count, "lidmaatschap", "lidmaatschappen")
            found.append(TrendPoint(when, words, part, count=count))
    if scope.library is not None:
        return Found(found, remark="Het plan stelt doel A voor het hele programma, niet per bibliotheek.")
    last = told[-1][1] if told else None
    on_pace = None if last is None or not due else last >= due
    norm = f"{number(whole)} in het hele programma" if whole else ""
    return Found(found, norm, on_pace, f"Tot en met vorig jaar vroeg het plan er {number(due)}." if due else "")


def _counted(scope: Scope) -> Iterator[tuple[str, int]]:
    """As the books have it now."""
    assert scope.as_of is not None
    known = scope.members if scope.library is None else None
    ends = [*_ends(scope.as_of.until)] if known is None else sorted(known)
    moments = [AsOf(min(each.last_day, scope.as_of.until), scope.as_of.at) for each in ends]
    if not moments:
        return
    if known is not None:
        numbers = [known[each] for each in ends]
    elif scope.library is None:
        numbers = counting.count(Measure.PLUS, moments)[()]
    elif not scope.is_one_of_many:
        numbers = counting.count(Measure.PLUS, moments, of={"library": scope.library.pk})[()]
    else:
        nothing = [0] * len(moments)
        counts = scope.once("counts", lambda: counting.count(Measure.PLUS, moments, "library"))
        numbers = counts.get((scope.library.pk,), nothing)
    for quarter, count in zip(ends, numbers, strict=True):
        running = "tot nu toe" if not quarter.is_over(scope.today) else quarter.label
        yield running, count


def _published(scope: Scope) -> Iterator[tuple[str, int | None]]:
    """As the reports told it: a row that was never shown is too small."""
    assert scope.as_of is not None
    for report in scope.once("reports", listed.listed):
        if report.quarter.last_day > scope.as_of.until:
            continue
        if scope.library is None:
            yield report.quarter.label, report.totals[Measure.PLUS].value
        elif row := report.libraries.get(scope.library.pk):
            yield report.quarter.label, None if row.held and not row.value else row.value


def _ends(until: date) -> Iterator[Quarter]:
    """The quarters of the programme that have begun by a day."""
    programme = Programme.current()
    yield from quarters(programme.starts_on, min(until, programme.ends_on))


def _reach(scope: Scope) -> Found:
    """B: every measurement, and beside it the campaign: contacts are no people and are not in the figure."""
    assert scope.as_of is not None
    standing = targets.reach(scope.as_of, scope.library, outside=scope.outside, once=scope.once)
    trend = []
    for each in standing.points:
        how = f"{each.fact.source}. {each.fact.method}"
        when = f"{each.on:%d-%m-%Y}"
        if each.part is None or each.reached is None:
            trend.append(TrendPoint(when, TOO_SMALL, None, how))
        else:
            words = f"{percent(each.part)} ({number(each.reached)} van {number(each.of)})"
            trend.append(TrendPoint(when, words, each.part, how))
    remark = f"Een geteld aantal is een deel van de doelgroep van {number(standing.denominator)} mensen."
    done = targets.activities(scope.as_of, scope.library, outside=scope.outside, once=scope.once)
    return Found(trend, remark=remark if scope.library is None else "", activities=done)


def _cooperation(scope: Scope) -> Found:
    """C: agreements with all five parts, of all agreements; and what is missing now."""
    assert scope.as_of is not None
    trend = []
    incomplete: list[str] = []
    for quarter in _ends(scope.as_of.until):
        moment = AsOf(min(quarter.last_day, scope.as_of.until), scope.as_of.at)
        standing = scope.once(("agreements", quarter), partial(targets.agreements, moment))
        rows = standing.rows if scope.library is None else [standing.of(scope.library)]
        total, complete = sum(len(each.agreements) for each in rows), sum(each.complete for each in rows)
        if total:
            when = quarter.label if quarter.is_over(scope.today) else "tot nu toe"
            words = f"{number(complete)} van {counted(total, 'overeenkomst', 'overeenkomsten')} compleet"
            trend.append(TrendPoint(when, words, Decimal(complete) / total))
        incomplete = [
            f"{each.library}, {each.partner}: {', '.join(each.missing)}"
            for row in rows
            for each in row.agreements
            if each.missing
        ]
    complete_now = bool(trend) and trend[-1].part == 1
    norm = "alle vijf de onderdelen, met elke partner"
    return Found(trend, norm, complete_now if trend else None, incomplete=incomplete)


def _survey(share_of: Callable[[SurveyResult], AnswerShare | None]) -> Callable[[Scope], Found]:
    """D or E: what members said, per quarter that is over; never of fewer than five."""

    def found(scope: Scope) -> Found:
        trend = []
        assert scope.as_of is not None
        for each in reversed(scope.once("results", lambda: results(scope.today))):
            if scope.outside and each.quarter.last_day > scope.as_of.until:
                continue
            result = each.whole if scope.library is None else each.of(scope.library)
            if result is None:
                trend.append(TrendPoint(each.quarter.label, TOO_SMALL))
            elif share := share_of(result):
                words = f"{percent(share.part)} van {number(share.of)} antwoorden (± {percent(share.margin)})"
                trend.append(TrendPoint(each.quarter.label, words, share.part))
        return Found(trend)

    return found


FIGURES: Mapping[TargetLetter, Callable[[Scope], Found]] = {
    TargetLetter.PARTICIPANTS: _participants,
    TargetLetter.REACH: _reach,
    TargetLetter.COOPERATION: _cooperation,
    TargetLetter.IMPACT: _survey(lambda result: result.improved),
    TargetLetter.LASTING: _survey(lambda result: result.stays),
}
