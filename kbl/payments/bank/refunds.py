"""Money that a party sent back without our reference: matched by hand to the statement that it belongs to.

The bank's booking stays what it is. A refund says of which payment it was, by whom and when; it can be undone once. So
it is never taken for subsidy of the province, and the statement is again what really went out for it. What a statement
still asks follows from it, so one asks for either and a second person accepts (kbl/second_person).
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db import IntegrityError, connection, transaction

from kbl.formats import day, euro
from kbl.money import ZERO
from kbl.payments.bank.matching import settle
from kbl.payments.bank.worklist import booked_in_fund
from kbl.payments.models import BankEntry, Payment, Refund
from kbl.payments.runs.payable import ASKED, WENT_OUT, went_out
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import Kind, ask, makes, waiting
from kbl.settlements.models import Statement

MOST_CANDIDATES = 50
REFUNDS = (Kind.REFUND, Kind.REFUND_UNDONE)


class RefundRefused(Exception):
    """A booking that cannot be matched to a statement, or not any more: `reason` says why."""

    class Reason(StrEnum):
        NOT_RECEIVED = "not_received"
        TAKEN = "taken"
        BOOKED = "booked"
        TOO_MUCH = "too_much"
        UNDONE = "undone"
        ASKED = "asked"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def ask_refund(entry: BankEntry, statement: Statement, *, by, at: datetime) -> PendingChange:
    """Ask to say that a booking is money back of a statement. Raises RefundRefused, second_person.ChangeRefused."""
    assert_matches(entry, statement)
    if entry.refunds.filter(undone_at__isnull=True).exists():
        raise RefundRefused(RefundRefused.Reason.TAKEN)
    if entry.pk in asked_refunds():
        raise RefundRefused(RefundRefused.Reason.ASKED)
    return ask(
        Kind.REFUND,
        f"{euro(entry.amount)} van {day(entry.on)}",
        "zonder kenmerk",
        f"geld terug van {statement.organisation}: {statement}",
        {"entry": entry.pk, "statement": statement.pk},
        by,
        at,
    )


def ask_undoing(refund: Refund, *, by, at: datetime) -> PendingChange:
    """Ask to loosen a booking again. Raises RefundRefused (UNDONE), second_person.ChangeRefused."""
    if refund.undone_at:
        raise RefundRefused(RefundRefused.Reason.UNDONE)
    statement, entry = refund.payment.statement, refund.entry
    return ask(
        Kind.REFUND_UNDONE,
        f"{euro(entry.amount)} van {day(entry.on)}",
        f"geld terug van {statement.organisation}: {statement}",
        "zonder kenmerk",
        {"refund": refund.pk, "entry": entry.pk},
        by,
        at,
    )


def asked_refunds() -> dict[int, PendingChange]:
    """What waits for a second person, by the booking that it is about."""
    return {each.values["entry"]: each for each in waiting(*REFUNDS)}


@makes(Kind.REFUND)
def _match(change: PendingChange) -> None:
    assert change.decided_at is not None
    entry = BankEntry.objects.get(pk=change.values["entry"])
    statement = Statement.objects.get(pk=change.values["statement"])
    match_refund(entry, statement, by=change.asked_by, at=change.decided_at)


@makes(Kind.REFUND_UNDONE)
def _undo(change: PendingChange) -> None:
    assert change.decided_at is not None
    refund = Refund.objects.select_related("payment").get(pk=change.values["refund"])
    undo_refund(refund, by=change.asked_by, at=change.decided_at)


def assert_matches(entry: BankEntry, statement: Statement) -> None:
    """Raises RefundRefused (NOT_RECEIVED, BOOKED, TOO_MUCH)."""
    if entry.outcome != BankEntry.Outcome.RECEIVED:
        raise RefundRefused(RefundRefused.Reason.NOT_RECEIVED)
    if booked_in_fund([entry]):
        raise RefundRefused(RefundRefused.Reason.BOOKED)
    if went_out([statement.pk]).get(statement.pk, ZERO) < entry.amount:
        raise RefundRefused(RefundRefused.Reason.TOO_MUCH)


@transaction.atomic
def match_refund(entry: BankEntry, statement: Statement, *, by, at: datetime) -> Refund:
    """Say that a booking is money back of a statement, which is brought in line. Raises RefundRefused.

    Two people agreed on it (ask_refund).
    """
    locked = Statement.objects.select_for_update(no_key=True).get(pk=statement.pk)
    assert_matches(entry, locked)
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
    """The statements that a booking can be money back of, with what went out for each, in euros; the likeliest ones.

    First those of which too much went out, then those of exactly this amount, then the newest.
    """
    with connection.cursor() as cursor:
        cursor.execute(LIKELY, [str(entry.amount), str(entry.amount), MOST_CANDIDATES])
        keys = [pk for (pk,) in cursor.fetchall()]
    found = Statement.objects.select_related("organisation", "closing", "own_number").in_bulk(keys)
    out = went_out(keys)
    return [(found[pk], out[pk]) for pk in keys]


LIKELY = f"""
    SELECT statement.id {WENT_OUT.format(among="1 = 1")}
    WHERE ROUND(paid.amount - CAST(%s AS numeric), 2) >= 0
    ORDER BY CASE WHEN ROUND(paid.amount - {ASKED}, 2) > 0 THEN 0 ELSE 1 END,
        CASE WHEN ROUND(paid.amount - CAST(%s AS numeric), 2) = 0 THEN 0 ELSE 1 END, statement.id DESC
    LIMIT %s"""


def likely_amounts(among: Iterable[Decimal]) -> set[Decimal]:
    """Which of these amounts could be money back: all that went out for a statement, or what was too much, in euros."""
    wanted = sorted({each for each in among if each > 0})
    if not wanted:
        return set()
    marks = ", ".join(["CAST(%s AS numeric)"] * len(wanted))
    back = f"ROUND(paid.amount - {ASKED}, 2)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ROUND(paid.amount, 2), {back} {WENT_OUT.format(among='1 = 1')}"
            f" WHERE ROUND(paid.amount, 2) IN ({marks}) OR {back} IN ({marks})",
            [str(each) for each in (*wanted, *wanted)],
        )
        found = {Decimal(str(amount)).quantize(Decimal("0.01")) for row in cursor.fetchall() for amount in row}
    return found & set(wanted)


def _payment_of(statement: Statement, amount: Decimal) -> Payment:
    """The last payment of which so much is out, else the last of which anything is."""
    seen = [
        (payment, -sum((each.amount for each in payment.bank_entries.all()), ZERO))
        for payment in statement.payments.prefetch_related("bank_entries").order_by("-pk")
    ]
    whole = (payment for payment, out in seen if out >= amount)
    return next(whole, None) or next(payment for payment, out in seen if out > 0)
