"""The small dashboard of a party: what it did itself, and the programme as its last released report says it.

Its own figures are what it reported itself. Of the programme it sees only what was published: suppressed there, and
the same for everybody.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils.safestring import SafeString

from intermediaries.models import Handout
from kbl.formats import number
from kbl.organisations.models import Organisation, YearTarget
from kbl.periods import Quarter
from libraries.models import Enrolment, MembershipYear
from reporting.dashboard.drawing import bar, trend
from reporting.dashboard.filters import month_of
from reporting.dashboard.page import MONTHS
from reporting.editions import found
from reporting.figures.measures import PLUS_KINDS, Measure
from reporting.figures.suppression import PublishedFigure
from reporting.report import listed


@dataclass(frozen=True)
class PartyFigure:
    """What a party did: in the running quarter and year, since the start, and per month of this year as a drawing."""

    label: str
    quarter: int
    year: int
    all: int
    drawing: SafeString


@dataclass(frozen=True)
class Published:
    """The programme after the last quarter whose report was released; `lines` are words and their figures."""

    quarter: Quarter
    members: str
    target: int
    drawing: SafeString
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SmallDashboard:
    """Of one party."""

    on: date
    own: tuple[PartyFigure, ...]
    programme: Published | None


def of_library(library: Organisation, on: date) -> SmallDashboard:
    """A library: members and years that it recorded itself."""
    members = Enrolment.objects.standing().filter(library=library, kind__in=PLUS_KINDS)
    years = MembershipYear.objects.standing().filter(library=library, ordinal__gt=1)
    renewed = years.exclude(enrolment__kind=Enrolment.Kind.FREE_ANYWAY)
    own = (_own("Nieuw lid en omgezet", members, on), _own("Verlengd", renewed, on))
    return SmallDashboard(on, own, published())


def of_intermediary(organisation: Organisation, on: date) -> SmallDashboard:
    """An intermediary: what it handed out."""
    handouts = Handout.objects.standing().filter(organisation=organisation)
    return SmallDashboard(on, (_own("Uitgereikt", handouts, on),), published())


def table(small: SmallDashboard, name: str) -> Iterator[list[str | int]]:
    """Everything on it as rows of a file: whose figure, of what, and how much when."""
    for each in small.own:
        for when, count in (("dit kwartaal", each.quarter), ("dit jaar", each.year), ("sinds de start", each.all)):
            yield [name, each.label, when, count]
    if small.programme:
        for label, words in small.programme.lines:
            yield ["het hele programma", label, f"sinds de start, na het {small.programme.quarter.label}", words]


def _own(label: str, facts: QuerySet, on: date) -> PartyFigure:
    rows = facts.filter(on__lte=on).order_by().values_list("on__year", "on__month").annotate(n=Count("pk"))
    counts = Counter({year * 12 + month - 1: n for year, month, n in rows})
    this_year = range(on.year * 12, month_of(on) + 1)
    points = [(MONTHS[month % 12], counts[month]) for month in this_year]
    words = f"{label} in {on.year}: {', '.join(f'{name} {number(count)}' for name, count in points)}"
    first = month_of(Quarter.of(on).first_day)
    in_quarter = sum(counts[month] for month in range(first, month_of(on) + 1))
    return PartyFigure(label, in_quarter, sum(count for _, count in points), counts.total(), trend(points, words))


def published() -> Published | None:
    """The programme as the last released report says it; None before there is one."""
    released = found.newest()
    if not released:
        return None
    report = listed.of(released[-1].closing)
    target = sum(YearTarget.objects.values_list("new_memberships", flat=True))
    plus = report.totals[Measure.PLUS]
    lines = (
        ("Uitgereikt", _shown(report.totals[Measure.HANDED_OUT])),
        ("Nieuw lid en omgezet", _shown(plus)),
        ("Verlengd", _shown(report.totals[Measure.RENEWED])),
    )
    return Published(
        report.quarter, _shown(plus), target, bar([("is-main", plus.value)], max(target, plus.value)), lines
    )


def _shown(figure: PublishedFigure) -> str:
    """As it was published; what was too small then is not told here either."""
    return number(figure.value) if figure.value or not figure.held else "nog te klein om te noemen"
