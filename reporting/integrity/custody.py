"""Who should hold which voucher: the movements of stock played again, range by range, in the order they were recorded.

No voucher is looked at: what comes out is a list of runs, to lay beside the runs that the vouchers form.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from vouchers.models import Batch, StockMovement

Kind = StockMovement.Kind


@dataclass(frozen=True)
class HeldRun:
    """Consecutive vouchers with one holder since one day; void or not; `until`: their own later last day."""

    first: int
    last: int
    holder: int | None = None
    since: date | None = None
    void: bool = False
    until: date | None = None

    def as_held(self) -> tuple[int | None, date | None, bool, date | None]:
        return self.holder, self.since, self.void, self.until

    def __str__(self) -> str:
        return f"{self.first:07d}-{self.last:07d}"


class StockRuns:
    """All vouchers as runs, in order; a movement cuts out its range and puts it back as it became."""

    def __init__(self, batches: Iterable[Batch]) -> None:
        self.runs = [HeldRun(each.first_serial, each.last_serial) for each in batches]
        self.firsts = [run.first for run in self.runs]

    def move(self, movement: StockMovement) -> Iterator[str]:
        """Carry out one movement; yields what it found that it should not have."""
        first, last = movement.first_serial, movement.last_serial
        start = max(0, bisect_right(self.firsts, first) - 1)
        stop = bisect_right(self.firsts, last)
        touched = [run for run in self.runs[start:stop] if run.last >= first and run.first <= last]
        pieces = [replace(run, first=max(run.first, first), last=min(run.last, last)) for run in touched]
        if sum(run.last - run.first + 1 for run in pieces) != last - first + 1:
            yield "noemt nummers die er niet zijn"
        for run in pieces:
            yield from _problems(run, movement)
        after = [_after(run, movement) for run in pieces]
        before_it = [replace(run, last=first - 1) for run in touched if run.first < first]
        after_it = [replace(run, first=last + 1) for run in touched if run.last > last]
        if touched:
            at = self.runs.index(touched[0], start)
            renewed = [*before_it, *after, *after_it]
            self.runs[at : at + len(touched)] = renewed
            self.firsts[at : at + len(touched)] = [run.first for run in renewed]


def _problems(run: HeldRun, movement: StockMovement) -> Iterator[str]:
    """What does not follow from where a run was."""
    if run.void and movement.kind != Kind.REVALIDATE:
        yield f"raakt {run}, die al ongeldig was"
    if not run.void and movement.kind == Kind.REVALIDATE:
        yield f"maakt {run} weer geldig, die dat al was"
    if movement.kind == Kind.EXTEND:
        if run.until and movement.valid_until and movement.valid_until <= run.until:
            yield f"maakt {run} niet langer geldig"
        return
    if run.holder != movement.from_holder_id:
        yield f"neemt {run} van een ander dan de houder"
    if run.since and movement.on < run.since and movement.kind != Kind.REVALIDATE:
        yield f"gebeurt voordat {run} bij de houder was"


def _after(run: HeldRun, movement: StockMovement) -> HeldRun:
    kind = Kind(movement.kind)
    match kind:
        case Kind.VOID:
            return replace(run, void=True)
        case Kind.REVALIDATE:
            return replace(run, void=False)
        case Kind.EXTEND:
            return replace(run, until=movement.valid_until)
        case Kind.ALLOCATE | Kind.RETURN | Kind.MOVE:
            on = movement.on if movement.to_holder_id else None
            return replace(run, holder=movement.to_holder_id, since=on, void=False)
        case _:
            assert_never(kind)


def differences(expected: Iterable[HeldRun], found: Iterable[HeldRun]) -> Iterator[tuple[HeldRun, HeldRun | None]]:
    """Where two lists of runs differ: every piece of the expected ones with what was found there."""
    actual = sorted(found, key=lambda run: run.first)
    firsts = [run.first for run in actual]
    for run in expected:
        position = run.first
        while position <= run.last:
            at = bisect_right(firsts, position) - 1
            there = actual[at] if at >= 0 and actual[at].last >= position else None
            following = firsts[at + 1] - 1 if at + 1 < len(firsts) else run.last
            end = min(run.last, there.last if there else following)
            if there is None or there.as_held() != run.as_held():
                yield replace(run, first=position, last=end), there
            position = end + 1
