"""The next digital voucher of a drawer, handed out in one go: nobody looks up a number, and nobody writes one down.

Pressing twice is handing out once. The form's key claims a place in the database's cache within the hand-out's own
transaction; the place says which hand-out the key led to, for a day, and nothing else is kept for it.
"""

from datetime import date, datetime
from uuid import UUID

from django.core.cache import cache
from django.db import transaction

from intermediaries.handouts import handout
from intermediaries.models import Handout
from kbl.organisations.models import Organisation
from vouchers.models import Batch, Voucher, VoucherQuerySet
from vouchers.numbers import SerialRange

REMEMBERED = 24 * 60 * 60  # seconds


class NothingLeft(Exception):
    """The drawer holds no digital voucher that is valid that day."""


class StillBusy(Exception):
    """The same press of the button is being dealt with at this moment."""


def in_drawer(organisation: Organisation, *, on: date) -> VoucherQuerySet:
    """The digital vouchers that an organisation can hand out on a day, the lowest number first."""
    mine = Voucher.objects.held_by(organisation).filter(status=Voucher.Status.ALLOCATED, held_since__lte=on)
    return mine.filter(batch__medium=Batch.Medium.DIGITAL).valid(on).order_by("serial")


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
    free = in_drawer(organisation, on=on).select_for_update(skip_locked=True, of=("self",))
    serial = free.values_list("serial", flat=True).first()
    if serial is None:
        raise NothingLeft
    handout.hand_out(organisation, [SerialRange(serial, serial)], on=on, by=by, at=at)
    recorded = Handout.objects.standing().get(voucher=serial)
    cache.set(place, recorded.pk, REMEMBERED)
    return recorded
