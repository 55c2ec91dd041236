"""What the bank did not execute: its statements were all read, and they do not show it; so it can be paid again."""

from datetime import date, datetime

from django.db import transaction

from kbl.payments.bank.missing_statements import missing_statements
from kbl.payments.bank_days import bank_days_after
from kbl.payments.models import BankFile, Payment, PaymentRun
from kbl.payments.runs.runs import RunMoved, end, unseen

GRACE = 5
Status = PaymentRun.Status


class NotRead(Exception):
    """The bank's statements up to and with `until` were not all read, so nobody knows yet that it did not execute."""

    def __init__(self, until: date) -> None:
        super().__init__(until.isoformat())
        self.until = until


class AllSeen(Exception):
    """Of every payment of the run it is known what became of it."""


@transaction.atomic
def not_executed(run: PaymentRun, *, by, at: datetime) -> list[Payment]:
    """The bank refused the file, or part of it: what it never booked can be paid again. Gives those payments.

    Only when every statement of the bank up to some days after the run was read and does not show them; should one
    be booked after all, the bank's worklist says so. Raises RunMoved, AllSeen, NotRead.
    """
    status = PaymentRun.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=run.pk)
    if status not in (Status.RELEASED, Status.EXECUTED):
        raise RunMoved(status)
    payments = list(unseen(run).select_related("statement").order_by("pk"))
    if not payments:
        raise AllSeen
    until = certain_from(run)
    if not _is_read(run, until):
        raise NotRead(until)
    for payment in payments:
        end(payment, Payment.Ended.REFUSED, by=by, at=at)
    return payments


def certain_from(run: PaymentRun) -> date:
    """The day up to and with which the bank's statements must be read: five of its days after that of the run."""
    return bank_days_after(run.execute_on, GRACE)


def _is_read(run: PaymentRun, until: date) -> bool:
    """The statements of the account follow each other, none missing, from the day of the run to this one."""
    files = list(BankFile.objects.filter(iban=run.debtor["iban"]))
    if not files or min(each.first_day for each in files) > run.execute_on:
        return False
    if max(each.last_day for each in files) < until:
        return False
    missing = missing_statements(files)
    return not any(each.after.first_day > run.execute_on and each.before.last_day < until for each in missing)
