"""The fund on the dashboard: where it stands, and what is left of it at the end.

With a million facts the amounts that wait for a statement and the forecast take seconds, so a task keeps them; the page
says of when they are. Where counting is quick the page counts what waits itself.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter

from kbl.clock import local_day
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.fund_figures import commitments
from kbl.settlements.fund_figures.commitments import Position
from kbl.settlements.fund_figures.unbilled_amounts import UnbilledAmounts, unbilled_at
from kbl.settlements.tariffs.tariffs import MissingTariff
from reporting.dashboard.models import FundOutlook
from reporting.figures.as_of import AsOf
from reporting.forecast.forecast import Course, basis, courses

QUICK = 0.5  # seconds for forecast and all: then what waits is counted by the page itself
SHARE = 60  # it is worked out anew at most a sixtieth of the time


@dataclass(frozen=True)
class FundNow:
    """The fund today; `outlook` is None as long as none was worked out, `waiting_at` when what waits is not of now.

    `unbilled`: what is on no statement yet, per year, where the page counted that itself.
    """

    position: Position
    outlook: FundOutlook | None
    waiting_at: datetime | None
    unbilled: UnbilledAmounts | None = None

    @property
    def runs_out(self) -> Quarter | None:
        """The quarter in which the budget is used up."""
        return Quarter.parse(self.outlook.runs_out) if self.outlook and self.outlook.runs_out else None


def fund_now(on: date, at: datetime, programme: Programme | None = None) -> FundNow:
    """The fund at a moment. `programme`: where it was read already."""
    kept = FundOutlook.objects.first()
    if kept and kept.seconds > QUICK:
        return FundNow(commitments.position(on, waiting=kept.waiting), kept, kept.at)
    unbilled = unbilled_at(at, programme=programme)
    priced = None if unbilled.missing else unbilled.total
    return FundNow(commitments.position(on, waiting=priced), kept, None, unbilled)


def waiting(at: datetime) -> Decimal | None:
    """What is reported and on no statement yet; None when a tariff is missing (the fund's page says which)."""
    try:
        return commitments.waiting(at)
    except MissingTariff:
        return None


def refresh(at: datetime) -> bool:
    """Work it out anew, unless it was done lately; what took long lasts longer. True when it was done."""
    kept = FundOutlook.objects.first()
    if kept and timedelta(0) <= at - kept.at < timedelta(seconds=kept.seconds * SHARE):
        return False
    started = perf_counter()
    try:
        found = courses(basis(AsOf(local_day(at), at)))
    except MissingTariff:
        return False
    waits = waiting(at)
    left = {each: one.left_over for each, one in found.items()}
    runs_out = found[Course.MIDDLE].runs_out
    FundOutlook.objects.update_or_create(
        pk=1,
        defaults={
            "at": at,
            "waiting": waits,
            "left_over": left[Course.MIDDLE],
            "lowest": min(left.values()),
            "highest": max(left.values()),
            "runs_out": str(runs_out or ""),
            "too_early": found[Course.MIDDLE].basis.is_too_early,
            "seconds": perf_counter() - started,
        },
    )
    return True
