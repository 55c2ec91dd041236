"""What of the start page reads all facts: with very many vouchers a task counts it, and the page says of when it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from kbl.clock import local_day
from kbl.formats import moment
from kbl.jobs.kept import Keeper
from kbl.jobs.models import KeptCount
from kbl.organisations.models import ClosedQuarter
from kbl.settlements.fund_figures.unbilled_amounts import UnbilledAmounts
from kbl.start_pages import activity
from kbl.start_pages import attention_money as money
from kbl.start_pages import attention_stock as stock
from kbl.start_pages import attention_upkeep as upkeep
from kbl.start_pages.activity import RecentEvent
from kbl.start_pages.attention_point import AttentionPoint

EVENTS = 8


@dataclass(frozen=True)
class Dear:
    """Points by what they are about, and the latest hand-outs and enrolments; `at` is None when it is of now."""

    points: Mapping[str, Sequence[AttentionPoint]]
    events: Sequence[RecentEvent]
    at: datetime | None = None


def now(at: datetime, waiting: UnbilledAmounts | None = None) -> Dear:
    """What was kept, else what is counted now. `waiting`: what is on no statement yet, where it was counted already."""
    kept = KEEPER.latest()
    return _read(kept) if kept else counted(at, waiting)


def counted(at: datetime, waiting: UnbilledAmounts | None = None) -> Dear:
    """Counted from the facts."""
    on, closed = local_day(at), list(ClosedQuarter.objects.order_by("quarter"))
    points = {
        "fund": money.fund(at, closed, waiting),
        "late_facts": money.late_facts(at, closed),
        "discrepancies": upkeep.discrepancies(on),
        "own_stock": stock.own_stock(on),
        "low_stock": stock.low_stock(on),
    }
    return Dear(points, activity.of_facts(at, EVENTS))


def _plain(at: datetime) -> dict[str, Any]:
    """Sentences as the page says them."""
    found = counted(at)
    return {
        "points": {name: [asdict(each) for each in points] for name, points in found.points.items()},
        "events": [{**asdict(each), "at": each.at.isoformat()} for each in found.events],
    }


KEEPER = Keeper("today", _plain)


def _read(kept: KeptCount) -> Dear:
    said = f"Stand van {moment(kept.at)}."
    points = {name: [AttentionPoint(**each) for each in points] for name, points in kept.content["points"].items()}
    told = {name: [replace(each, note=f"{each.note} {said}") for each in those] for name, those in points.items()}
    events = [RecentEvent(datetime.fromisoformat(each.pop("at")), **each) for each in kept.content["events"]]
    return Dear(told, events, kept.at)
