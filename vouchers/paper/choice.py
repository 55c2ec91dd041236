"""Which vouchers are printed: those that can still be handed out. What is left out is told, with the reason."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice

from vouchers.custody.eligibility import StockEligibility
from vouchers.custody.preview import StockPreview, preview
from vouchers.models import Voucher
from vouchers.numbers import Number, SerialRange
from vouchers.paper.printed import PrintedVoucher

Status = Voucher.Status

AT_A_TIME = 1_000


def _may_print(on: date) -> StockEligibility:
    return StockEligibility(frozenset({Status.IN_STOCK, Status.ALLOCATED}), valid_on=on)


def printable(ranges: Iterable[SerialRange], *, on: date) -> StockPreview:
    """Which of these numbers can be printed on a day, and which cannot and why."""
    return preview(ranges, _may_print(on))


def printed(ranges: Iterable[SerialRange], *, on: date) -> Iterator[PrintedVoucher]:
    """What to print for these numbers, by serial; those that cannot be printed are not there."""
    serials = chain.from_iterable(ranges)
    while some := list(islice(serials, AT_A_TIME)):
        yield from _printed(Voucher.objects.filter(serial__in=some), on)


def printed_within(serials: SerialRange, *, on: date) -> Iterator[PrintedVoucher]:
    """The same for one range of any length, read in passing."""
    return _printed(Voucher.objects.within(serials), on)


def _printed(vouchers, on: date) -> Iterator[PrintedVoucher]:
    rows = (
        _may_print(on).eligible(vouchers).with_last_day().order_by("serial").values_list("serial", "secret", "last_day")
    )
    for serial, secret, last_day in rows.iterator(chunk_size=AT_A_TIME * 5):
        yield PrintedVoucher(Number(serial, secret).digits, last_day)
