"""The next digital voucher of the own stock, handed out in one go: nobody looks up a number or writes it down.

Pressing twice is handing out once. The form's key claims a place in the database's cache within the hand-out's own
transaction; the place says which hand-out the key led to, for a day, and nothing else is kept for it.
"""

from datetime import date, datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from intermediaries.handouts import handout
from intermediaries.handouts.available import AvailableVouchers, available
from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.organisations.models import Organisation
from vouchers.models import Batch
from vouchers.numbers import SerialRange

REMEMBERED = 24 * 60 * 60  # seconds


class NothingLeft(Exception):
    """There is no digital voucher in stock that can go out that day."""


class StillBusy(Exception):
    """The same press of the button is being dealt with at this moment."""


def digital_vouchers(organisation: Organisation, *, on: date, today: date) -> AvailableVouchers:
    """The digital vouchers that an organisation can hand out on a day."""
    return available(organisation, on=on, today=today, medium=Batch.Medium.DIGITAL)


@transaction.atomic
def hand_out_next(organisation: Organisation, *, on: date, by, at: datetime, key: UUID) -> Handout:
    """Record that the next digital voucher went to a resident. The same key gives the same hand-out.

    Raises NothingLeft, StillBusy, and what `handout.hand_out` raises.
    """
    place = f"digital-{organisation.pk}-{key}"
    if not cache.add(place, 0, REMEMBERED):
        made = cache.get(place)
        if not made:
            raise StillBusy
        return Handout.objects.get(pk=made, organisation=organisation)
    # Two colleagues at once: the second goes on to the next number instead of waiting for the first.
    voucher = digital_vouchers(organisation, on=on, today=local_day(at)).take()
    if voucher is None:
        raise NothingLeft
    handout.hand_out(organisation, [SerialRange(voucher.serial, voucher.serial)], on=on, by=by, at=at)
    recorded = Handout.objects.standing().get(voucher=voucher)
    cache.set(place, recorded.pk, REMEMBERED)
    return recorded
