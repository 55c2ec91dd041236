"""Walk-in: a resident without a voucher becomes a member at once, from the library desk's own stock.

A library whose own desk is an accredited intermediary hands out and redeems in one action (docs/domain.md, "Rules
people feel"); only two of the seven personas carry a voucher. Both facts or neither.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from intermediaries.accreditation import NotAccredited, accreditation_on
from intermediaries.handouts import handout
from intermediaries.handouts.available import available
from kbl.clock import local_day
from kbl.organisations.models import Branch
from libraries import enrolment
from libraries.models import Enrolment
from vouchers.numbers import SerialRange


class DeskStockEmpty(Exception):
    """The library's own desk has no valid voucher left."""


def can_walk_in(branch: Branch, *, on: date) -> bool:
    """True when this library's own desk may hand out vouchers that day."""
    return accreditation_on(branch.organisation, on) is not None


@transaction.atomic
def walk_in(*, branch: Branch, kind: str, on: date, by, at: datetime, key: UUID | None = None) -> Enrolment:
    """Hand out the desk's next voucher and redeem it for a membership that starts on `on`.

    Raises NotAccredited, DeskStockEmpty, HandoutRefused (on that day none of its vouchers could go out), and what
    `enrolment.redeem` raises; nobody offered a number, so no refusal is kept. The same `key` gives the same enrolment.
    """
    if key and (before := Enrolment.objects.standing().filter(key=key, library=branch.organisation_id).first()):
        return before
    if accreditation_on(branch.organisation, on) is None:
        raise NotAccredited(branch.organisation, on)
    own = available(branch.organisation, on=on, today=local_day(at))
    voucher = own.take()
    if voucher is None and (refused := own.too_early_or_late):
        raise handout.HandoutRefused([refused])
    if voucher is None:
        raise DeskStockEmpty
    handout.hand_out(branch.organisation, [SerialRange(voucher.serial, voucher.serial)], on=on, by=by, at=at)
    return enrolment.redeem(voucher.number, branch=branch, kind=kind, on=on, by=by, at=at, key=key)
