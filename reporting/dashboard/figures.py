"""The figures of the dashboard: everything that stands, folded once over what the filters leave."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from reporting.dashboard import counted
from reporting.dashboard.counted import MonthCount
from reporting.dashboard.filters import Filters, Period
from reporting.dashboard.places import PlacesThen
from reporting.figures.as_of import AsOf
from reporting.figures.measures import Measure
from reporting.figures.stock import count_stock

PLUS = {Measure.NEW.value, Measure.CONVERSION.value}
REDEEMED = {*PLUS, Measure.FREE.value}
HANDED_OUT, RENEWED = Measure.HANDED_OUT.value, Measure.RENEWED.value


@dataclass
class Figures:
    """Counts of what the filters leave.

    `by_month`: of the period, per kind of thing (`what` is a Measure). `by_municipality`: the same, of every
    municipality, whatever municipality was asked for; None is hand-outs that may be of several, and `shared` are the
    municipalities that those may be of. `plus_by_year` and `plus_by_place` (municipality): target A's of the whole
    programme, whatever was asked for.
    """

    by_month: Counter = field(default_factory=Counter)
    by_municipality: Counter = field(default_factory=Counter)
    plus_by_year: Counter = field(default_factory=Counter)
    plus_by_place: Counter = field(default_factory=Counter)
    shared: set[int] = field(default_factory=set)

    def total(self, whats: Iterable[str]) -> int:
        """Of the period."""
        wanted = set(whats)
        return sum(count for (what, _), count in self.by_month.items() if what in wanted)

    def in_months(self, whats: Iterable[str], months: Iterable[int]) -> int:
        """In some of its months."""
        return sum(self.by_month[what, month] for what in whats for month in months)

    def in_municipality(self, whats: Iterable[str], municipality: int | None) -> int:
        return sum(self.by_municipality[what, municipality] for what in whats)


def figures(filters: Filters, on: date) -> Figures:
    """One question to the database; the rest is adding up."""
    places = PlacesThen.now()
    return folded(counted.per_month(on, places.first_days, filters.track), filters, places)


def folded(rows: Iterable[MonthCount], filters: Filters, places: PlacesThen) -> Figures:
    """The rows of the summary, added up along the lines of the page."""
    found = Figures(shared=places.areas.shared)
    first, last = filters.period.first, filters.period.last
    library = filters.library.pk if filters.library else None
    wanted = filters.municipality.pk if filters.municipality else None
    for what, month, organisation, branch, stretch, count, of_any_track in rows:
        if what in PLUS:
            found.plus_by_year[month // 12] += of_any_track
            found.plus_by_place[places.of_branch.get(branch)] += of_any_track
        if not count or not first <= month <= last:
            continue
        # A hand-out is no library's: of a library there are none.
        if library is not None and (branch == 0 or organisation != library):
            continue
        municipality = places.municipality(organisation, branch, stretch)
        found.by_municipality[what, municipality] += count
        if wanted is None or municipality == wanted:
            found.by_month[what, month] += count
    return found


def stock_of(period: Period, on: date, at: datetime) -> tuple[int, int]:
    """Vouchers made, and those that went to intermediaries less what came back, in a period."""
    before = date(period.first // 12, period.first % 12 + 1, 1)
    upto = min(on, _last_day(period.last))
    found = count_stock([AsOf(_day_before(before), at), AsOf(upto, at)])
    return found["made"][1] - found["made"][0], found["allocated"][1] - found["allocated"][0]


def _last_day(month: int) -> date:
    following = month + 1
    return _day_before(date(following // 12, following % 12 + 1, 1))


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
