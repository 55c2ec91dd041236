"""Showing somebody the voucher whose whole number they have, and slowing down who has none (docs/threats.md, 2 and 29).

Nothing is kept of who looks. A number that is unknown, void, used or expired gets one and the same answer, so that it
says nothing to a thief. Numbers that get it are counted per address for ten minutes, under a name from which the
address cannot be found again, in the database's cache: it survives a lost Redis, and all workers share it.
"""

import hmac
from datetime import date, datetime
from ipaddress import IPv6Address, ip_address

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from vouchers.models import Voucher
from vouchers.numbers import Number

Status = Voucher.Status

REFUSALS, WITHIN_MINUTES = 20, 10


class NotShown(Exception):
    """There is nothing to show for this number; why not is nobody's business here."""


class TooMany(Exception):
    """From this address too many numbers came for which there was nothing to show."""


def show(number: Number, *, address: str, on: date, at: datetime) -> Voucher:
    """The voucher with this number, when it can be taken to a library on that day. Raises NotShown, TooMany."""
    tries = _tries(address, at)
    if len(cache.get_many(tries)) >= REFUSALS:
        raise TooMany
    voucher = Voucher.objects.select_related("batch").filter(pk=number.serial).first()
    right = voucher is not None and hmac.compare_digest(voucher.secret, number.secret)
    if voucher and right and voucher.status in (Status.ALLOCATED, Status.HANDED_OUT) and voucher.valid_until >= on:
        return voucher
    _count(tries)
    raise NotShown


def _tries(address: str, at: datetime) -> list[str]:
    """A place for each refusal of this address in these ten minutes, named so that nobody finds the address in it.

    Who has one IPv6 address has all of its network: that counts as one.
    """
    try:
        known = ip_address(address)
    except ValueError:
        known = None
    network = str(int(known) >> 64) if isinstance(known, IPv6Address) else address
    window = int(at.timestamp()) // (WITHIN_MINUTES * 60)
    name = salted_hmac("vouchers.public", f"{network} {window}", algorithm="sha256").hexdigest()[:40]
    return [f"bon-{name}-{place}" for place in range(REFUSALS)]


def _count(tries: list[str]) -> None:
    """Take the first free place. `add` is one INSERT: of two at once, one goes on to the next place."""
    taken = cache.get_many(tries)
    for place in tries:
        if place not in taken and cache.add(place, 1, WITHIN_MINUTES * 60):
            return
