"""Counted differently: numbers that are missing from a parcel or a drawer, and numbers that lie there unlisted.

The intermediary tells, Cubiss settles (settling.py), and nothing happens to a resident's voucher meanwhile
(docs/domain.md, "Discrepancies": stock counted differently).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from intermediaries.counting.models import Difference
from intermediaries.orders import orders
from intermediaries.orders.models import Order
from kbl.clock import local_day
from kbl.organisations.models import Organisation
from vouchers.models import Voucher
from vouchers.numbers import SerialRange, cut, join, without
from vouchers.runs import runs

Kind, Status = Difference.Kind, Voucher.Status


@dataclass(frozen=True)
class CountRefusal:
    """Numbers that cannot be told like this, with one reason; `status` where that is what is wrong."""

    class Reason(StrEnum):
        NOT_LISTED = "not_listed"
        NOT_OURS = "not_ours"
        USED = "used"
        VOID = "void"
        REPORTED = "reported"
        OURS = "ours"

    reason: Reason
    serials: tuple[SerialRange, ...]
    status: str = ""

    @property
    def count(self) -> int:
        return sum(map(len, self.serials))


@dataclass(frozen=True)
class CountPreview:
    """What a count would tell: the numbers that are good to tell, and those that are not and why."""

    good: tuple[SerialRange, ...]
    refused: tuple[CountRefusal, ...]

    @property
    def count(self) -> int:
        return sum(map(len, self.good))


class CountRefused(Exception):
    """Part of what was counted cannot be told any more; nothing was recorded."""

    def __init__(self, missing: CountPreview, extra: CountPreview) -> None:
        super().__init__(f"{missing.refused} {extra.refused}")
        self.missing, self.extra = missing, extra


def preview_missing(
    organisation: Organisation, ranges: Iterable[SerialRange], *, order: Order | None = None
) -> CountPreview:
    """Which of these numbers somebody can miss: in its drawer by our books, and on the order's list if there is one."""
    found: dict[tuple[CountRefusal.Reason, str], list[SerialRange]] = {}
    good: list[SerialRange] = []
    listed = orders.sent(order) if order else None
    for serials in join(ranges):
        parts = list(cut(listed, serials)) if listed is not None else [serials]
        found.setdefault((CountRefusal.Reason.NOT_LISTED, ""), []).extend(without(serials, parts))
        for part in parts:
            known = []
            for run in runs(Voucher.objects.within(part).held_by(organisation)):
                known.append(run.serials)
                if run.status == Status.ALLOCATED:
                    good.append(run.serials)
                else:
                    reason = CountRefusal.Reason.VOID if run.status == Status.VOID else CountRefusal.Reason.USED
                    found.setdefault((reason, run.status), []).append(run.serials)
            found.setdefault((CountRefusal.Reason.NOT_OURS, ""), []).extend(without(part, known))
    return _counted(organisation, Kind.MISSING, good, found)


def preview_extra(organisation: Organisation, ranges: Iterable[SerialRange]) -> CountPreview:
    """Which of these numbers can lie there too many: those that our books have not with this organisation.

    Whose they are, or whether they exist at all, is Cubiss' to find out and nobody's to read off here.
    """
    found: dict[tuple[CountRefusal.Reason, str], list[SerialRange]] = {}
    good: list[SerialRange] = []
    for serials in join(ranges):
        mine = Voucher.objects.within(serials).held_by(organisation).exclude(status=Status.VOID)
        ours = [run.serials for run in runs(mine)]
        found.setdefault((CountRefusal.Reason.OURS, ""), []).extend(ours)
        good.extend(without(serials, ours))
    return _counted(organisation, Kind.EXTRA, good, found)


def _counted(organisation: Organisation, kind: str, good: list[SerialRange], found: dict) -> CountPreview:
    """Take out what was told before and is not settled yet."""
    told = [
        serials
        for each in open_differences().filter(organisation=organisation, kind=kind)
        for serials in each.open_ranges()
    ]
    found[CountRefusal.Reason.REPORTED, ""] = [part for serials in good for part in cut(join(told), serials)]
    left = [part for serials in good for part in without(serials, cut(join(told), serials))]
    return CountPreview(
        tuple(join(left)),
        tuple(
            CountRefusal(reason, tuple(join(serials)), status) for (reason, status), serials in found.items() if serials
        ),
    )


@transaction.atomic
def report(
    organisation: Organisation,
    *,
    missing: Iterable[SerialRange],
    extra: Iterable[SerialRange],
    by,
    at: datetime,
    order: Order | None = None,
) -> list[Difference]:
    """Tell what was counted: with an order it is its receipt, without one a count of the drawer. All of it or nothing.

    Raises CountRefused with both previews, OrderRefused when the order was received already.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # one count at a time: pressing twice tells once
    lacking, more = preview_missing(organisation, missing, order=order), preview_extra(organisation, extra)
    if lacking.refused or more.refused or not (lacking.good or more.good):
        raise CountRefused(lacking, more)
    if order is not None:
        orders.receive_otherwise(order, by=by, at=at)
    return [
        Difference.objects.create(
            organisation=organisation,
            order=order,
            kind=kind,
            first_serial=serials.first,
            last_serial=serials.last,
            left=len(serials),
            on=local_day(at),
            recorded_by=by,
            recorded_at=at,
        )
        for kind, counted in ((Kind.MISSING, lacking), (Kind.EXTRA, more))
        for serials in counted.good
    ]


def open_differences():
    """Everything that was counted differently and is not wholly settled, the oldest first."""
    return (
        Difference.objects.filter(left__gt=0)
        .select_related("organisation", "order")
        .prefetch_related("settlements")
        .order_by("on", "pk")
    )
