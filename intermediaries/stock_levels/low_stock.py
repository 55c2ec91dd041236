"""Watching whose stock runs low.

A period of low stock is a row: it starts when the stock of a medium falls below its level and is over when it is
back. In between nothing more is said, and nothing is said at all while an order waits with Cubiss.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from intermediaries.models import Accreditation
from intermediaries.notices import mailing
from intermediaries.orders.models import Order
from intermediaries.stock_levels.levels import Supply, supplies
from intermediaries.stock_levels.models import LowStockPeriod
from kbl.clock import local_day
from kbl.organisations.models import Organisation


def watch(*, at: datetime) -> None:
    """Every day: see whose stock of what fell below its level, and whose is back. Twice a day changes nothing."""
    on = local_day(at)
    accredited = Organisation.objects.filter(pk__in=Accreditation.objects.valid(on).values("organisation"))
    ordered = set(Order.objects.filter(status=Order.Status.ORDERED).values_list("organisation", "medium"))
    running = {(low.organisation_id, low.medium): low for low in LowStockPeriod.objects.filter(over_on=None)}
    may_hear = set(accredited.values_list("pk", flat=True))
    known = Organisation.objects.in_bulk(may_hear | {pk for pk, _ in running})
    for pk, found in supplies(known.values(), on).items():
        for each in found:
            low = running.get((pk, each.medium))
            if low and not each.is_low:
                LowStockPeriod.objects.filter(pk=low.pk, over_on=None).update(over_on=on)
            elif not low and each.is_low and pk in may_hear and (pk, each.medium) not in ordered:
                _start(known[pk], each, on)


def _start(organisation: Organisation, found: Supply, on: date) -> None:
    """A period starts, with its mail; the database keeps one at a time, so of two workers one starts it."""
    try:
        with transaction.atomic():
            low = LowStockPeriod.objects.create(
                organisation=organisation,
                medium=found.medium,
                minimum=found.level.minimum,
                left=found.left,
                on=on,
            )
            mailing.prepare(organisation, low_stock=low)
    except IntegrityError:
        return
