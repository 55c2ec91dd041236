"""Who looked at one voucher, and why: number + day + library is pseudonymous data, so looking leaves a trace.

Comparing a whole number is guessing when the digits do not fit; it is counted here, in the database, and slows down.
"""

import hmac
from datetime import datetime, timedelta

from django.db.models import Min

from kbl import clock
from vouchers.models import Voucher
from vouchers.numbers import Number
from vouchers.viewing.models import KEPT_DAYS, NumberView

FORGOTTEN_AFTER = timedelta(days=KEPT_DAYS, hours=1)  # an hour, so that two clocks need not agree
GUESSES, GUESSES_WITHIN = 20, timedelta(minutes=10)


class TooManyWrongNumbers(Exception):
    """This account typed too many whole numbers that did not fit; it may compare again at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(str(again_at))
        self.again_at = again_at


def keep_view(serial: int, *, by, at: datetime, why: str = NumberView.Why.PAGE) -> None:
    """Keep that somebody looked."""
    NumberView.objects.create(serial=serial, why=why, viewed_by=by, viewed_at=at)


def slow_down_guessers(*, by, at: datetime) -> None:
    """Who typed many whole numbers that did not fit waits (docs/threats.md, 2). Raises TooManyWrongNumbers."""
    wrong = NumberView.objects.filter(viewed_by=by, viewed_at__gt=at - GUESSES_WITHIN, why=NumberView.Why.WRONG)
    if wrong.count() >= GUESSES:
        first = wrong.aggregate(first=Min("viewed_at"))["first"]
        raise TooManyWrongNumbers(first + GUESSES_WITHIN)


def fits(number: Number, voucher: Voucher, *, by, at: datetime) -> bool:
    """Whether the other digits of a whole number are this voucher's; it is kept either way.

    Raises TooManyWrongNumbers.
    """
    slow_down_guessers(by=by, at=at)
    right = voucher.serial == number.serial and hmac.compare_digest(voucher.secret, number.secret)
    keep_view(voucher.serial, by=by, at=at, why=NumberView.Why.SEARCH if right else NumberView.Why.WRONG)
    return right


def forget(*, at: datetime) -> int:
    """Throw away what is older than a year; returns how many rows went. Safe to run twice.

    Nothing goes by a clock that the database's contradicts.
    """
    if clock.differs_from_database(at):
        return 0
    return NumberView.objects.filter(viewed_at__lt=at - FORGOTTEN_AFTER).delete()[0]
