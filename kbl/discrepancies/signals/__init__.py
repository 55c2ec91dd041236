"""Signals that are worth a look: figures that stand out, with the numbers behind them. Never an accusation.

Most have a good explanation: a group that came together, a desk that caught up with a pile of paper. Each threshold
has a name, and its reason beside it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from kbl.clock import local_day
from kbl.discrepancies.models import SIGNAL_ABOUT, SignalKind, SignalSeen
from kbl.discrepancies.signals import keeping
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
from kbl.discrepancies.signals.kinds import Signal
from kbl.discrepancies.signals.late import told_late
from kbl.jobs.kept import Keeper

__all__ = ["Signal", "look_at", "new_count", "signals"]

KEPT = 600  # seconds that the start page may be behind; looking at a signal is seen at once

# How long a look counts: for signals that are measured over the last weeks, after that it is another time.
FORGETS: dict[SignalKind, timedelta | None] = {
    SignalKind.RUNS: None,
    SignalKind.PILE: None,
    SignalKind.NIGHT: NIGHTS_BACK,
    SignalKind.REFUSALS: REFUSALS_BACK,
    SignalKind.OWN_ISSUE: OWN_ISSUE_BACK,
    SignalKind.LATE: None,
}
FINDERS: dict[SignalKind, Callable[[date], list[Signal]]] = {
    SignalKind.RUNS: long_runs,
    SignalKind.PILE: piles,
    SignalKind.NIGHT: nights,
    SignalKind.REFUSALS: refusals,
    SignalKind.OWN_ISSUE: own_issue,
    SignalKind.LATE: told_late,
}

if _without := [each for each in SignalKind if not (each in FORGETS and each in FINDERS and each in SIGNAL_ABOUT)]:
    raise ImproperlyConfigured(f"Signals (kbl/discrepancies/signals): nothing finds or keeps {_without}.")


def signals(on: date) -> list[Signal]:
    """Everything that stands out on a day: what nobody looked at first, the largest first.

    With very many vouchers a task found them (`KEEPER`); what was looked at since is known all the same.
    """
    kept = KEEPER.latest()
    found = keeping.read(kept.content) if kept else _found(on)
    looks = _looks(on)
    found = [replace(each, seen=looks.get(each.key)) for each in found]
    return sorted(found, key=lambda each: (not each.is_new, list(SignalKind).index(each.kind), -each.size))


def new_count(on: date) -> int:
    """How many signals nobody looked at; counted anew every ten minutes, because every start page asks."""
    return cache.get_or_set(_key(on), lambda: sum(each.is_new for each in signals(on)), KEPT) or 0


def _found(on: date) -> list[Signal]:
    return [each for find in FINDERS.values() for each in find(on)]


KEEPER = Keeper("signals", lambda at: keeping.plain(_found(local_day(at))))


def _key(on: date) -> str:
    return f"signals-{on}"


def _looks(on: date) -> dict[tuple, SignalSeen]:
    """The last look at each signal that still counts."""
    found = {}
    for seen in SignalSeen.objects.filter(on__lte=on).select_related("by").order_by("pk"):
        forgets = FORGETS[SignalKind(seen.kind)]
        if forgets and seen.on <= on - forgets:
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
