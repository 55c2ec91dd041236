"""What the monitor counts of the whole programme, as its page shows it: kept by a task with very many vouchers.

Only counts are kept. What people write down (a risk, a story, a measurement) is read as it is now.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from kbl.clock import local_day
from kbl.jobs.kept import Keeper
from kbl.periods import Quarter
from reporting.figures.as_of import AsOf
from reporting.monitor import risks
from reporting.monitor.risk_figures import QuarterSigns


@dataclass(frozen=True)
class SignsNow:
    """The signs at the end of every quarter, the earliest first; `kept_at` is None when they are of now."""

    history: Sequence[QuarterSigns]
    kept_at: datetime | None = None


def now(on: date, at: datetime) -> SignsNow:
    """For Cubiss only: they are whole."""
    if kept := KEEPER.latest():
        history = [QuarterSigns(**{**each, "quarter": Quarter.parse(each["quarter"])}) for each in kept.content]
        return SignsNow(history, kept.at)
    return SignsNow(risks.history(AsOf(on, at)))


def _plain(at: datetime) -> list[dict[str, Any]]:
    found = risks.history(AsOf(local_day(at), at))
    return [{**asdict(each), "quarter": str(each.quarter), "of_fund": None} for each in found]


KEEPER = Keeper("monitor", _plain)
