"""The risk register: the plan's risks, each with its figure, where it goes, what people see and what is done about it.

register(as_of, told)   what was known at a moment; the newest note of every risk, with those before it
history(as_of)          what the figures are read from, quarter by quarter, counted from the books: for Cubiss only
figures(history, uses)  the same, of whatever was published
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kbl.organisations.models import Municipality, Programme
from kbl.periods import quarters
from reporting.figures.as_of import AsOf
from reporting.figures.counting import count
from reporting.figures.measures import Measure
from reporting.monitor import use
from reporting.monitor.models import Risk, RiskNote
from reporting.monitor.risk_figures import QuarterSigns, RiskFigure, figure_of
from reporting.report.progress_report import plan_by_quarter

Figures = Mapping[str, RiskFigure | None]


@dataclass(frozen=True)
class RiskStanding:
    """One risk as known at a moment: its newest note (None: nothing entered yet), all notes, and its figure."""

    risk: Risk
    notes: tuple[RiskNote, ...]
    on: date
    told: RiskFigure | None = None

    @property
    def newest(self) -> RiskNote | None:
        return self.notes[-1] if self.notes else None

    @property
    def is_late(self) -> bool:
        """The day of its measure has passed, and nothing newer was written down."""
        return self.newest is not None and self.newest.due_on < self.on


def register(as_of: AsOf, told: Figures | None = None) -> list[RiskStanding]:
    """Every risk of the plan, in its order, with the figure of its sign."""
    figures = told or {}
    notes: dict[int, list[RiskNote]] = {}
    for note in RiskNote.objects.filter(as_of.known()).order_by("on", "pk"):
        notes.setdefault(note.risk_id, []).append(note)
    return [
        RiskStanding(each, tuple(notes.get(each.pk, ())), as_of.until, figures.get(each.sign))
        for each in Risk.objects.order_by("number")
    ]


def figures(history: Sequence[QuarterSigns], uses: Sequence[use.UseTable]) -> Figures:
    """The figure of every sign that a risk of the plan has, in the order of the risks."""
    signs = Risk.objects.exclude(sign="").order_by("number").values_list("sign", flat=True)
    return {sign: figure_of(sign, history, uses) for sign in dict.fromkeys(signs)}


def history(as_of: AsOf) -> list[QuarterSigns]:
    """As the books have it at the end of every quarter, and now; whole, so never for others than Cubiss."""
    programme = Programme.current()
    ends = list(quarters(programme.starts_on, min(as_of.until, programme.ends_on)))
    moments = [AsOf(min(each.last_day, as_of.until), as_of.at) for each in ends]
    if not moments:
        return []
    out, redeemed, members = (
        count(measure, moments)[()] for measure in (Measure.HANDED_OUT, Measure.REDEEMED, Measure.PLUS)
    )
    there: dict[int, list[bool]] = {}
    for measure in (Measure.HANDED_OUT, Measure.PLUS):
        for (place,), numbers in count(measure, moments, "municipality").items():
            if place:
                known = there.get(place, [False] * len(moments))
                there[place] = [one or bool(number) for one, number in zip(known, numbers, strict=True)]
    places, plan = Municipality.objects.count(), plan_by_quarter(programme)
    return [
        QuarterSigns(
            quarter=quarter,
            handed_out=out[i],
            redeemed=redeemed[i],
            members=members[i],
            planned=plan.get(quarter, 0),
            places=places,
            silent=places - sum(known[i] for known in there.values()),
        )
        for i, quarter in enumerate(ends)
    ]
