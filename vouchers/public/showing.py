"""Showing somebody the voucher whose whole number they have, and slowing down who has none (docs/threats.md, 2 and 29).

Nothing is kept of who looks. A number that is unknown, void, used or expired gets one and the same answer, so that it
says nothing to a thief. Numbers that get it are counted per address for ten minutes, under a name from which the
address cannot be found again, in the database's cache: it survives a lost Redis, and all workers share it.
"""

import hmac
from datetime import date, datetime

from vouchers.models import Voucher
from vouchers.numbers import Number
from vouchers.public.tries import Tries

Status = Voucher.Status

REFUSALS, WITHIN_MINUTES = 20, 10


class NotShown(Exception):
    """There is nothing to show for this number; why not is nobody's business here."""


class TooMany(Exception):
    """From this address too many numbers came for which there was nothing to show."""


def show(number: Number, *, address: str, on: date, at: datetime) -> Voucher:
    """The voucher with this number, when it can be taken to a library on that day. Raises NotShown, TooMany."""
    tries = Tries("vouchers.public", address, at, most=REFUSALS, minutes=WITHIN_MINUTES)
    if tries.are_over:
        raise TooMany
    voucher = Voucher.objects.select_related("batch").filter(pk=number.serial).first()
    right = voucher is not None and hmac.compare_digest(voucher.secret, number.secret)
    if voucher and right and voucher.status in (Status.ALLOCATED, Status.HANDED_OUT) and voucher.valid_until >= on:
        return voucher
    tries.count()
    raise NotShown
