"""The page of one voucher: the paper, what it can still do, and its whole history. Opening it leaves a trace."""

from dataclasses import dataclass
from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kbl.accounts.access import ActingRequest, requires_audience
from kbl.accounts.roles import Audience, Right
from kbl.clock import local_day, now
from kbl.voucher_record.actions import actions
from kbl.voucher_record.history import RecordEvent, events
from kbl.voucher_record.prospects import open_actions, prospect
from kbl.voucher_record.record import gather
from vouchers.numbers import LAST_SERIAL, SerialRange
from vouchers.viewing.trace import keep_view

NEWEST_FIRST = "nieuwste"


@dataclass(frozen=True)
class RecordYear:
    """The events of one calendar year."""

    year: int
    events: list[RecordEvent]


@require_safe
@requires_audience(Audience.CUBISS)
def voucher(request: ActingRequest, serial: int) -> HttpResponse:
    """One voucher, by its serial; the whole number is not shown anywhere."""
    at = now()
    on = local_day(at)
    record = gather(serial) if 0 < serial <= LAST_SERIAL else None
    if record is None:
        raise Http404
    keep_view(serial, by=request.acting.user, at=at)
    told = events(record)
    newest_first = request.GET.get("volgorde") == NEWEST_FIRST
    if newest_first:
        told.reverse()
    shown = record.voucher
    may_change = request.acting.may(Right.COORDINATE)
    return render(
        request,
        "cubiss/voucher.html",
        {
            "voucher": shown,
            "expired": shown.valid_until < on,
            "prospect": prospect(record, on=on),
            "open_actions": open_actions(record, on=on, at=at),
            "years": [RecordYear(year, list(group)) for year, group in groupby(told, key=lambda event: event.on.year)],
            "count": len(told),
            "newest_first": newest_first,
            "other_order": "" if newest_first else NEWEST_FIRST,
            "actions": actions(
                [SerialRange(serial, serial)],
                statuses={shown.status},
                holder=shown.holder_id,
                medium=shown.batch.medium,
            )
            if may_change
            else [],
        },
    )
