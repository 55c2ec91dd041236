"""Accreditation: who may hand out vouchers on a day. It gates stock and handling, never a resident's voucher."""

from datetime import date, datetime

from intermediaries.models import Accreditation
from kbl.organisations.models import Organisation
from vouchers import stock
from vouchers.models import StockMovement
from vouchers.numbers import SerialRange


class NotAccredited(Exception):
    """The organisation has no accreditation on that day."""

    def __init__(self, organisation: Organisation, on: date) -> None:
        super().__init__(f"{organisation} on {on}")
        self.organisation, self.on = organisation, on


def accreditation_on(organisation: Organisation, on: date) -> Accreditation | None:
    """The accreditation that holds on a day, or None."""
    return Accreditation.objects.valid(on).filter(organisation=organisation).order_by("-valid_from").first()


def allocate(serials: SerialRange, *, to: Organisation, on: date, by, at: datetime) -> StockMovement:
    """Give a range to an intermediary that is accredited that day.

    Raises NotAccredited, StockRefused, FutureDate.
    """
    if accreditation_on(to, on) is None:
        raise NotAccredited(to, on)
    return stock.allocate(serials, to=to, on=on, by=by, at=at)


def hand_on(
    serials: SerialRange, *, holder: Organisation, to: Organisation, on: date, by, at: datetime
) -> StockMovement:
    """Move a range to another accredited intermediary. Raises NotAccredited, StockRefused, FutureDate."""
    if accreditation_on(to, on) is None:
        raise NotAccredited(to, on)
    return stock.hand_on(serials, holder=holder, to=to, on=on, by=by, at=at)
