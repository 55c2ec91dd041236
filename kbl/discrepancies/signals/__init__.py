"""Signals that are worth a look: figures that stand out, with the numbers behind them. Never an accusation.

Most have a good explanation: a group that came together, a desk that caught up with a pile of paper. Each threshold
has a name, and its reason beside it.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.cache import cache

from kbl.clock import local_day
from kbl.discrepancies.models import SignalSeen
from kbl.discrepancies.signals.desks import (
    NIGHTS_BACK,
    OWN_ISSUE_BACK,
    REFUSALS_BACK,
    nights,
    own_issue,
    piles,
    refusals,
)
from kbl.discrepancies.signals.handed_out import long_runs
from kbl.discrepancies.signals.kinds import Kind, Signal

__all__ = ["Kind", "Signal", "look_at", "new_count", "signals"]

KEPT = 600  # seconds that the start page may be behind; looking at a signal is seen at once

# How long a look counts for signals that are measured over the last weeks: after that it is another time.
FORGETS: dict[str, timedelta] = {Kind.NIGHT: NIGHTS_BACK, Kind.REFUSALS: REFUSALS_BACK, Kind.OWN_ISSUE: OWN_ISSUE_BACK}


def signals(on: date) -> list[Signal]:
    """Everything that stands out on a day: what nobody looked at first, the largest first."""
    found = [*long_runs(on), *piles(on), *nights(on), *refusals(on), *own_issue(on)]
    looks = _looks(on)
    found = [replace(each, seen=looks.get(each.key)) for each in found]
    return sorted(found, key=lambda each: (not each.is_new, list(Kind).index(each.kind), -each.size))


def new_count(on: date) -> int:
    """How many signals nobody looked at; counted anew every ten minutes, because every start page asks."""
    return cache.get_or_set(_key(on), lambda: sum(each.is_new for each in signals(on)), KEPT) or 0


def _key(on: date) -> str:
    return f"signals-{on}"


def _looks(on: date) -> dict[tuple, SignalSeen]:
    """The last look at each signal that still counts."""
    found = {}
    for seen in SignalSeen.objects.filter(on__lte=on).select_related("by").order_by("pk"):
        if seen.kind in FORGETS and seen.on <= on - FORGETS[seen.kind]:
            continue
        found[seen.kind, seen.organisation_id, seen.account_id, seen.voucher_id] = seen
    return found


def look_at(signal: Signal, *, outcome: str, by, at: datetime, size: int | None = None) -> SignalSeen:
    """Somebody looked at a signal, of the `size` that was shown: it stays away until it is larger than that."""
    cache.delete(_key(local_day(at)))
    return SignalSeen.objects.create(
        kind=signal.kind,
        organisation=signal.organisation,
        account=signal.account,
        voucher_id=signal.key[3],
        size=size or signal.size,
        outcome=outcome,
        on=local_day(at),
        at=at,
        by=by,
    )
