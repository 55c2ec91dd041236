"""Money that a party sent back without our reference: matched by hand to the statement that it belongs to.

The bank's booking stays what it is. A refund says of which payment it was, by whom and when; it can be undone once. So
it is never taken for subsidy of the province, and the statement is again what really went out for it.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import IntegrityError, transaction

from kbl.money import ZERO
from kbl.payments.bank.matching import settle
from kbl.payments.bank.worklist import booked_in_fund
from kbl.payments.models import BankEntry, Payment, Refund
from kbl.payments.runs.payable import went_out
from kbl.settlements.models import Statement


class RefundRefused(Exception):
    """A booking that cannot be matched to a statement, or not any more: `reason` says why."""

    class Reason(StrEnum):
        NOT_RECEIVED = "not_received"
        TAKEN = "taken"
        BOOKED = "booked"
        TOO_MUCH = "too_much"
        UNDONE = "undone"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def match_refund(entry: BankEntry, statement: Statement, *, by, at: datetime) -> Refund:
    """Say that a booking is money back of a statement, which is brought in line. Raises RefundRefused."""
    if entry.outcome != BankEntry.Outcome.RECEIVED:
        raise RefundRefused(RefundRefused.Reason.NOT_RECEIVED)
    if booked_in_fund([entry]):
        raise RefundRefused(RefundRefused.Reason.BOOKED)
    locked = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
    if went_out([locked.pk]).get(locked.pk, ZERO) < entry.amount:
        raise RefundRefused(RefundRefused.Reason.TOO_MUCH)
    try:
        with transaction.atomic():
            refund = Refund.objects.create(
                entry=entry, payment=_payment_of(locked, entry.amount), matched_at=at, matched_by=by
            )
    except IntegrityError as error:
        raise RefundRefused(RefundRefused.Reason.TAKEN) from error
    settle(locked, by=by, at=at)
    return refund


@transaction.atomic
def undo_refund(refund: Refund, *, by, at: datetime) -> None:
    """It was not of this statement after all. Raises RefundRefused (UNDONE)."""
    locked = Statement.objects.select_for_update(no_key=True).get(pk=refund.payment.statement_id)
    if not Refund.objects.filter(pk=refund.pk, undone_at__isnull=True).update(undone_at=at, undone_by=by):
        raise RefundRefused(RefundRefused.Reason.UNDONE)
    settle(locked, by=by, at=at)


def candidates(entry: BankEntry) -> list[tuple[Statement, Decimal]]:
    """The statements that a booking can be money back of, with what went out for each, in euros.

    First those of which too much went out, then those of exactly this amount, then the newest.
    """
    paid = Statement.objects.filter(pk__in=Payment.objects.filter(bank_entries__amount__lt=0).values("statement"))
    out = went_out(list(paid.values_list("pk", flat=True)))
    found = [
        (each, out[each.pk])
        for each in paid.select_related("organisation", "closing", "own_number").order_by("-pk")
        if out.get(each.pk, ZERO) >= entry.amount
    ]
    return sorted(found, key=lambda each: (each[1] <= each[0].payable, each[1] != entry.amount))


def likely_amounts() -> set[Decimal]:
    """What would come back of a statement: all that went out for it, or what was too much, in euros."""
    paid = Statement.objects.filter(pk__in=Payment.objects.filter(bank_entries__amount__lt=0).values("statement"))
    payable = {each.pk: each.payable for each in paid}
    out = went_out(list(payable))
    return {amount for pk, went in out.items() for amount in (went, went - payable[pk]) if amount > 0}


def _payment_of(statement: Statement, amount: Decimal) -> Payment:
    """The last payment of which so much is out, else the last of which anything is."""
    seen = [
        (payment, -sum((each.amount for each in payment.bank_entries.all()), ZERO))
        for payment in statement.payments.prefetch_related("bank_entries").order_by("-pk")
    ]
    whole = (payment for payment, out in seen if out >= amount)
    return next(whole, None) or next(payment for payment, out in seen if out > 0)
