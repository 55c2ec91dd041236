"""What a booking on the bank's statement means for our payments, one rule after another.

A payment is known by its end-to-end id alone: no name, account or amount makes a booking ours. First every booking
gets its outcome; then each statement of which something was seen is brought in line with all that the bank said of it,
in whatever order its files came.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from kbl.money import ZERO
from kbl.payments.bank.overlap import EarlierBookings
from kbl.payments.bank.statement import BankStatement, Booking, BookingDetail
from kbl.payments.models import BankEntry, BankFile, Payment, PaymentRun
from kbl.payments.runs import runs
from kbl.payments.runs.payable import due
from kbl.settlements.models import Statement
from kbl.settlements.statements import steps

Outcome = BankEntry.Outcome
RUN_NAME = re.compile(r"KBL-BET-(\d{4,8})(-\d{1,3})?")  # as the payment file names itself and its batch (pain.py)


@dataclass(frozen=True)
class OurPayments:
    """Everything of ours that a statement names, read once: payments by end-to-end id, runs by name, earlier bookings.

    `out` is per payment what went out of the account for it before, net of what came back, in euros.
    """

    payments: Mapping[str, Payment]
    runs: Mapping[str, PaymentRun]
    out: Mapping[int, Decimal]
    unseen: bool

    def only_ours(self, statement: BankStatement) -> BankStatement:
        """The statement with nobody else's names in it."""
        return statement.only(self.payments.keys(), self.runs.keys())


def our_payments(statement: BankStatement, *, lock: bool = False) -> OurPayments:
    """What we have that the statement may be about. With `lock` runs and statements stay as they are until saved."""
    numbers = {int(found[1]) for each in statement.batch_ids if (found := RUN_NAME.fullmatch(each))}
    named = PaymentRun.objects.filter(number__in=numbers)
    payments = Payment.objects.filter(end_to_end_id__in=statement.end_to_end_ids)
    if lock:
        touched = PaymentRun.objects.filter(
            pk__in=[*named.values_list("pk", flat=True), *payments.values_list("run", flat=True)]
        )
        list(touched.select_for_update(no_key=True).order_by("pk"))
        about = Payment.objects.filter(run__in=touched).values("statement")
        list(Statement.objects.filter(pk__in=about).select_for_update(no_key=True).order_by("pk"))
    by_id = {
        each.end_to_end_id: each
        for each in payments.select_related("run", "statement__organisation", "statement__closing")
    }
    by_number = {each.number: each for each in named}
    by_name = {
        each: by_number[int(found[1])]
        for each in statement.batch_ids
        if (found := RUN_NAME.fullmatch(each)) and int(found[1]) in by_number
    }
    theirs = Payment.objects.filter(run__in=by_number.values())
    about_them = [*(each.pk for each in by_id.values()), *theirs.values_list("pk", flat=True)]
    seen = BankEntry.objects.filter(payment__in=about_them).order_by().values_list("payment").annotate(Sum("amount"))
    waits = Payment.objects.filter(ended_at__isnull=True, bank_entries__isnull=True, run__released_at__isnull=False)
    return OurPayments(by_id, by_name, {pk: -amount for pk, amount in seen}, waits.exists())


def match(statement: BankStatement, file: BankFile, ours: OurPayments) -> list[BankEntry]:
    """A row for every booking of a statement (for each transaction, where it was itemised): not saved yet."""
    earlier = EarlierBookings(statement)
    rows: list[BankEntry] = []
    out = dict(ours.out)
    for entry in statement.entries:
        for row in _rows(entry, ours, out):
            row.file, row.position = file, len(rows) + 1
            earlier.recognise(row, entry)
            if row.payment_id:
                out[row.payment_id] = out.get(row.payment_id, ZERO) - row.amount
            rows.append(row)
    return rows


def _rows(entry: Booking, ours: OurPayments, out: Mapping[int, Decimal]) -> Iterator[BankEntry]:
    """A booking with its transactions, each on its own; a batch of ours that was not itemised; or simply a booking."""
    if entry.details:
        for detail in entry.details:
            yield _row(entry, detail.amount, *outcome_of(detail, ours.payments.get(detail.end_to_end_id), out))
    elif paid := paid_together(entry, ours):
        for payment in paid:
            yield _row(entry, -payment.amount, outcome_of_debit(payment, payment.amount, out), payment)
    else:
        row = _row(entry, entry.amount, outcome_of_whole(entry, ours))
        row.run = named_run(entry, ours) if row.outcome == Outcome.BATCH else None
        yield row


def _row(entry: Booking, amount: Decimal, outcome: str, payment: Payment | None = None, reason: str = "") -> BankEntry:
    return BankEntry(
        on=entry.on,
        amount=amount,
        reference=entry.reference,
        outcome=outcome,
        payment=payment,
        return_code=reason,
    )


def outcome_of(
    detail: BookingDetail, payment: Payment | None, out: Mapping[int, Decimal]
) -> tuple[str, Payment | None, str]:
    """A payment is carried out when what we asked went out, once; what came in for it came back, with a reason."""
    if payment is None or not detail.amount:
        return (Outcome.RECEIVED if detail.amount > 0 else Outcome.OTHER), None, ""
    if detail.amount > 0:
        return Outcome.RETURNED, payment, detail.reason
    return outcome_of_debit(payment, -detail.amount, out), payment, ""


def outcome_of_debit(payment: Payment, amount: Decimal, out: Mapping[int, Decimal]) -> str:
    """What asked was and is not out yet is carried out; when all of it is out already, the bank does it once more."""
    before = out.get(payment.pk, ZERO)
    if before >= payment.amount:
        return Outcome.TWICE
    return Outcome.PAID if before <= 0 and amount == payment.amount else Outcome.DIFFERENT


def named_run(entry: Booking, ours: OurPayments) -> PaymentRun | None:
    """The run of ours that a booking names, as our file named itself."""
    return next((ours.runs[each] for each in entry.batch_ids if each in ours.runs), None)


def paid_together(entry: Booking, ours: OurPayments) -> list[Payment]:
    """All payments of a run, when one booking names that run and has their number and their total to the cent."""
    run = named_run(entry, ours)
    if run is None or entry.amount >= 0:
        return []
    payments = list(
        run.payments.exclude(ended=Payment.Ended.CANCELLED).select_related("run", "statement").order_by("pk")
    )
    total = sum((each.amount for each in payments), ZERO)
    return payments if (entry.batch_count, -entry.amount) == (len(payments), total) else []


def outcome_of_whole(entry: Booking, ours: OurPayments) -> str:
    """A booking that names nothing of ours is not ours; a batch that could be ours is told apart, to be looked at."""
    if entry.amount > 0:
        return Outcome.RECEIVED
    ours_by_name = named_run(entry, ours) is not None
    could_be = entry.is_batch and not entry.batch_ids and ours.unseen
    return Outcome.BATCH if entry.amount < 0 and (ours_by_name or could_be) else Outcome.OTHER


def settle(statement: Statement, *, by, at: datetime) -> None:
    """Bring one statement in line with everything that the bank said of its payments.

    On its way as long as its payment was not seen; paid when exactly what it asks went out; else open again.
    """
    standing = statement.payments.filter(ended_at__isnull=True).select_related("statement").first()
    entries = _heard_of(standing) if standing else []
    if standing and not entries:
        return
    statement.refresh_from_db(fields=["status"])
    if due(statement) == 0:
        if statement.status == Statement.Status.APPROVED:  # what was too much came back, or a cancelled run was paid
            steps.start_payment(statement, by=by, at=at)
        if statement.status == Statement.Status.IN_PAYMENT:
            steps.mark_paid(statement, by=by, at=at)
    elif standing:
        how, code = _ended(entries)
        runs.end(standing, how, by=by, at=at, return_code=code)
    elif statement.status == Statement.Status.PAID:
        steps.reopen(statement, by=by, at=at)


def _heard_of(payment: Payment) -> list[BankEntry]:
    """The bank's bookings of a payment, and those that were matched to it by hand."""
    by_hand = BankEntry.objects.filter(refunds__payment=payment, refunds__undone_at__isnull=True)
    return [*payment.bank_entries.order_by("pk"), *by_hand.order_by("pk")]


def _ended(entries: list[BankEntry]) -> tuple[Payment.Ended, str]:
    """How a payment ended of which not exactly its amount is out, and why it came back when it did."""
    came_back = [each for each in entries if each.amount > 0]
    out = -sum((each.amount for each in entries), ZERO)
    if any(each.outcome == Outcome.TWICE for each in entries) and out > 0:
        return Payment.Ended.TWICE, ""
    return (Payment.Ended.RETURNED, came_back[-1].return_code) if came_back else (Payment.Ended.DIFFERENT, "")


def execute(payments: Iterable[Payment], *, by, at: datetime) -> None:
    """The bank carried out what it shows: a released run of which a payment was seen was executed."""
    released = {each.run_id: each.run for each in payments if each.run.status == PaymentRun.Status.RELEASED}
    for run in released.values():
        try:
            runs.mark_executed(run, by=by, at=at, seen=True)
        except runs.RunMoved:  # somebody told it already
            continue
