"""Vouchers that should come back to Cubiss: recalled by Cubiss, or announced by who holds them.

Asking changes no stock. A voucher that is still on its way may be in a resident's hand, and must work there: so the
numbers move only when the parcel is here (`stock.take_back`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from kbl.facts import refuse_future
from kbl.organisations.models import Organisation
from vouchers.models import ExpectedReturn, Voucher
from vouchers.numbers import SerialRange, cut, join, without
from vouchers.runs import islands

Kind = ExpectedReturn.Kind


@dataclass(frozen=True)
class OpenReturn:
    """An expected return that is not closed, with the numbers that still lie with their holder."""

    expected: ExpectedReturn
    left: tuple[SerialRange, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.left))


@transaction.atomic
def expect(
    ranges: Iterable[SerialRange], *, kind: str, holder: Organisation, on: date, by, at: datetime
) -> list[ExpectedReturn]:
    """Ask for ranges back, or announce that they come. Raises FutureDate.

    Preview it first with `stock.may_take_back`: what is not in the holder's drawer cannot come back. What is expected
    already is not expected twice.
    """
    refuse_future(on, at)
    open_ones = [each.range for each in _open(holder=holder)]
    return [
        ExpectedReturn.objects.create(
            kind=kind,
            holder=holder,
            first_serial=serials.first,
            last_serial=serials.last,
            on=on,
            recorded_by=by,
            recorded_at=at,
        )
        for wanted in ranges
        for serials in without(wanted, cut(open_ones, wanted))
    ]


def expected(holder: Organisation | None = None) -> list[OpenReturn]:
    """What is still to come, of one holder or of all, the longest expected first; what was used meanwhile is not.

    Two questions, however much is on its way.
    """
    waiting = ExpectedReturn.objects.filter(closed_at__isnull=True).select_related("holder", "recorded_by")
    if holder is not None:
        waiting = waiting.filter(holder=holder)
    drawers = _drawers({each.holder_id for each in waiting}) if waiting else {}
    found = [OpenReturn(each, tuple(_left(each, drawers[each.holder_id]))) for each in waiting]
    return [each for each in found if each.left]


def close(expected: ExpectedReturn, *, by, at: datetime) -> bool:
    """Nothing more comes of it; False when it was closed before. The numbers stay with their holder."""
    return bool(_open(pk=expected.pk).update(closed_at=at, closed_by=by))


def close_arrived(holder: Organisation, serials: SerialRange, *, by, at: datetime) -> None:
    """Close what was expected of this range, once nothing of it is left with the holder."""
    touched = _open(holder=holder, first_serial__lte=serials.last, last_serial__gte=serials.first)
    drawer = _drawers({holder.pk})[holder.pk] if touched else []
    for each in touched:
        if not _left(each, drawer):
            close(each, by=by, at=at)


def _open(**named):
    return ExpectedReturn.objects.filter(closed_at__isnull=True, **named)


Drawer = list[tuple[SerialRange, date]]


def _drawers(holders: Iterable[int]) -> dict[int, Drawer]:
    """What lies in the drawers of these holders, and since when."""
    found: dict[int, Drawer] = {holder: [] for holder in holders}
    in_drawer = Voucher.objects.filter(holder__in=found, status=Voucher.Status.ALLOCATED)
    as_day = ExpectedReturn._meta.get_field("on").to_python  # SQLite gives days as text
    for serials, (holder, since) in islands(in_drawer, "holder_id", "held_since"):
        found[holder].append((serials, as_day(since)))
    return found


def _left(expected: ExpectedReturn, drawer: Drawer) -> list[SerialRange]:
    """The numbers that did not leave the holder's drawer since they were expected back."""
    return join(cut((serials for serials, since in drawer if since <= expected.on), expected.range))
