"""A payment run: prepared by one, released by another, executed by the bank; or cancelled before its release.

Each step is one transaction that says what it expects to find. Killed anywhere, everything of it is there or nothing;
pressed again, it is done once.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Count, QuerySet

from kbl.accounts.roles import Right
from kbl.accounts.waiting import assert_not_made_by, assert_second_person
from kbl.clock import local_day
from kbl.organisations import number_series
from kbl.organisations.cubiss import cubiss, only_cubiss
from kbl.organisations.models import Organisation
from kbl.payments.accounts.verdicts import bank_verdicts
from kbl.payments.bank_days import FURTHEST, is_bank_day, next_bank_day
from kbl.payments.models import Payment, PaymentFile, PaymentRun
from kbl.payments.runs import pain
from kbl.payments.runs.payable import Payable, due, payable_statements, payees
from kbl.settlements.closing import clock_check
from kbl.settlements.models import NumberSeries, Statement
from kbl.settlements.statements import steps

__all__ = ["cancel", "due", "end", "mark_executed", "payable_statements", "prepare", "release"]

Status = PaymentRun.Status
SERIES = "BET"


class NothingChosen(Exception):
    """A run without a payment."""


class NotPayable(Exception):
    """Some of the chosen statements cannot be paid now: already on their way, paid, or something stands in the way."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        super().__init__(" ".join(map(str, statements)))
        self.statements = tuple(statements)


class SeenOtherwise(Exception):
    """An amount or an account is another one than was on the screen when these were chosen."""

    def __init__(self, payables: Sequence[Payable]) -> None:
        super().__init__(" ".join(str(each.statement) for each in payables))
        self.payables = tuple(payables)


class DayRefused(Exception):
    """The bank cannot execute on this day; `next` is the first day after it on which it can."""

    class Reason(StrEnum):
        PAST = "past"
        CLOSED = "closed"
        FAR = "far"
        CLOCK = "clock"

    def __init__(self, reason: Reason, on: date, next_day: date) -> None:
        super().__init__(f"{reason} {on}")
        self.reason, self.on, self.next = reason, on, next_day


class NoDebtorAccount(Exception):
    """Cubiss itself has no account to pay from."""


class RunMoved(Exception):
    """The run is not where this step starts from: `status` is where it is."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = Status(status)


class OwnRun(Exception):
    """Who prepared a run does not release it too (four eyes)."""


class AccountsChanged(Exception):
    """Since preparing, the account of these payees (or of Cubiss) changed: the file would pay the old one."""

    def __init__(self, payees: Sequence[str]) -> None:
        super().__init__(" ".join(payees))
        self.payees = tuple(payees)


class RefusedByBank(Exception):
    """The bank sent money back from the accounts that these payees still have: the file would pay them again."""

    def __init__(self, payees: Sequence[str]) -> None:
        super().__init__(" ".join(payees))
        self.payees = tuple(payees)


class NotYet(Exception):
    """The bank executes a run on its day, not before."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


class AlreadyEnded(Exception):
    """The payment ended before."""


@transaction.atomic
def prepare(
    statements: Iterable[Statement], *, execute_on: date, by, at: datetime, seen: Mapping[int, str] | None = None
) -> PaymentRun:
    """A run for these statements, with its file; from here on they are in payment.

    `seen` is per statement what was on the screen (`Payable.seen`). Runs are made one at a time: their number is taken
    from a locked row. Raises NothingChosen, DayRefused, NotPayable, SeenOtherwise, NoDebtorAccount, pain.InvalidFile.
    """
    wanted = {each.pk: each for each in statements}
    if not wanted:
        raise NothingChosen
    _assert_clock(execute_on, at=at)
    _assert_day(execute_on, today=local_day(at))
    number = _take_number(at)
    chosen = payable_statements(Statement.objects.filter(pk__in=wanted), lock=True)
    good = {each.statement.pk for each in chosen if not each.obstacle}
    if wrong := [statement for pk, statement in sorted(wanted.items()) if pk not in good]:
        raise NotPayable(wrong)
    if seen is not None and (other := [each for each in chosen if seen.get(each.statement.pk) != each.seen]):
        raise SeenOtherwise(other)
    run = PaymentRun.objects.create(
        number=number, execute_on=execute_on, debtor=_debtor(), prepared_at=at, prepared_by=by
    )
    payments = _payments(run, chosen)
    for each in chosen:
        steps.start_payment(each.statement, by=by, at=at)
    content = pain.make(run, payments)
    PaymentFile.objects.create(
        run=run,
        filename=pain.filename(run, execute_on),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
    )
    return run


@transaction.atomic
def cancel(run: PaymentRun, *, by, at: datetime) -> None:
    """Take a run back before its release: its statements can be paid again. Raises RunMoved.

    What the bank paid all the same (it can be seen on its statement) was paid.
    """
    _move(run, Status.PREPARED, Status.CANCELLED, cancelled_by=by, cancelled_at=at)
    unseen = run.payments.filter(ended_at__isnull=True, bank_entries__isnull=True)
    for payment in unseen.select_related("statement").order_by("pk"):
        end(payment, Payment.Ended.CANCELLED, by=by, at=at)


@transaction.atomic
def release(run: PaymentRun, *, by, at: datetime) -> None:
    """A second person lets the file go to the bank. Raises RunMoved, OwnRun, DayRefused and more.

    When an account of it changed: AccountsChanged; when the bank sent money back from one: RefusedByBank.
    """
    status = PaymentRun.objects.select_for_update(no_key=True).values_list("status", flat=True).get(pk=run.pk)
    if status != Status.PREPARED:
        raise RunMoved(status)
    if run.prepared_by_id == by.pk:
        raise OwnRun
    assert_not_made_by(run.prepared_by, by)
    assert_second_person(by, Right.RELEASE, at=at)
    _assert_clock(run.execute_on, at=at)
    today = local_day(at)
    if run.execute_on < today:
        raise DayRefused(DayRefused.Reason.PAST, run.execute_on, next_bank_day(today))
    if moved := changed_accounts(run, lock=True):
        raise AccountsChanged(moved)
    if refused := refused_accounts(run):
        raise RefusedByBank(refused)
    _move(run, Status.PREPARED, Status.RELEASED, released_by=by, released_at=at)


@transaction.atomic
def mark_executed(run: PaymentRun, *, by, at: datetime, seen: bool = False) -> None:
    """Somebody says that the bank executed the run, or its statement shows it (`seen`), though it were a day early.

    Paid is what the bank's statement shows. Raises RunMoved, NotYet.
    """
    if not seen and local_day(at) < run.execute_on and run.status == Status.RELEASED:
        raise NotYet(run.execute_on)
    _move(run, Status.RELEASED, Status.EXECUTED, executed_by=by, executed_at=at)


def unseen(run: PaymentRun) -> QuerySet[Payment]:
    """Payments that stand and of which the bank did not show anything yet."""
    return run.payments.filter(ended_at__isnull=True, bank_entries__isnull=True)


@transaction.atomic
def end(payment: Payment, how: Payment.Ended, *, by, at: datetime, return_code: str = "") -> None:
    """A payment is over and its one statement waits to be paid again. Raises AlreadyEnded, statements.StepRefused."""
    standing = Payment.objects.filter(pk=payment.pk, ended_at__isnull=True)
    if not standing.update(ended_at=at, ended=how, return_code=return_code):
        raise AlreadyEnded
    payment.ended_at, payment.ended, payment.return_code = at, how, return_code
    steps.reopen(payment.statement, by=by, at=at)


def prepared_with(statements: Iterable[Statement], *, on: date, by) -> PaymentRun | None:
    """The run that the same person just prepared of exactly these, for the same day: the button was pressed twice."""
    wanted = {each.pk for each in statements}
    standing = Payment.objects.filter(statement__in=wanted, ended_at__isnull=True).values("run")
    for run in PaymentRun.objects.filter(pk__in=standing, status=Status.PREPARED, prepared_by=by, execute_on=on):
        if set(run.payments.values_list("statement", flat=True)) == wanted:
            return run
    return None


def changed_accounts(run: PaymentRun, *, lock: bool = False) -> list[str]:
    """The names of who would now be paid, or pay, on another account than the file says, or in another name."""
    payments = list(unseen(run).select_related("statement").order_by("pk"))
    ours = only_cubiss().values_list("pk", flat=True)
    now = payees({*ours, *(each.statement.organisation_id for each in payments)}, lock=lock)
    moved = {
        each.payee for each in payments if _account(now[each.statement.organisation_id]) != (each.iban, each.payee)
    }
    if any(_account(now[pk]) != (run.debtor["iban"], run.debtor["name"]) for pk in ours):
        moved.add(run.debtor["name"])
    return sorted(moved)


def refused_accounts(run: PaymentRun) -> list[str]:
    """The names of who would be paid on an account from which the bank sent money back."""
    paid = payees(unseen(run).values_list("statement__organisation", flat=True))
    refused = bank_verdicts({each.pk: each for each in paid.values()}.values())
    return sorted({each.account_name for each in paid.values() if each.pk in refused})


def _account(organisation: Organisation) -> tuple[str, str]:
    return organisation.iban, organisation.account_name


def _take_number(at: datetime) -> int:
    """The next number, from a locked row: two runs are never prepared at the same time, and no number is skipped."""
    NumberSeries.objects.get_or_create(name=SERIES)
    series = NumberSeries.objects.select_for_update().get(name=SERIES)
    series.last_number = number_series.last_used(SERIES, counted=series.last_number, at=at) + 1
    series.save(update_fields=["last_number"])
    number_series.keep(SERIES, series.last_number)
    return series.last_number


def _payments(run: PaymentRun, chosen: Sequence[Payable]) -> list[Payment]:
    """A payment for each; its id tells how many came before it."""
    counts = Payment.objects.filter(statement__in=[each.statement.pk for each in chosen]).order_by()
    before = dict(counts.values_list("statement").annotate(Count("pk")))
    return Payment.objects.bulk_create(
        Payment(
            run=run,
            statement=each.statement,
            amount=each.amount,
            payee=each.payee.account_name,
            iban=each.payee.iban,
            end_to_end_id=pain.end_to_end_id(each.statement, before.get(each.statement.pk, 0) + 1),
        )
        for each in chosen
    )


def _debtor() -> dict[str, str]:
    """Cubiss' name and account of today. Raises NoDebtorAccount."""
    debtor = cubiss()
    if debtor is None or not debtor.iban:
        raise NoDebtorAccount
    return {"name": debtor.account_name, "iban": debtor.iban}


def _assert_clock(on: date, *, at: datetime) -> None:
    """A clock that others contradict chooses no day for the bank. A long time without a fact is no reason here."""
    if clock_check.doubt(at, sure=True):
        raise DayRefused(DayRefused.Reason.CLOCK, on, on)


def _assert_day(on: date, *, today: date) -> None:
    """A day on which banks book, from today on, and not so far ahead that it must be a typing error."""
    if on < today:
        raise DayRefused(DayRefused.Reason.PAST, on, next_bank_day(today))
    if not is_bank_day(on):
        raise DayRefused(DayRefused.Reason.CLOSED, on, next_bank_day(on))
    if on > today + FURTHEST:
        raise DayRefused(DayRefused.Reason.FAR, on, next_bank_day(today))


def _move(run: PaymentRun, seen: Status, to: Status, **filled) -> None:
    """One step of the run, if it is still where the step starts from: the conditional UPDATE decides."""
    if not PaymentRun.objects.filter(pk=run.pk, status=seen).update(status=to, **filled):
        raise RunMoved(PaymentRun.objects.values_list("status", flat=True).get(pk=run.pk))
    run.status = to
    for name, value in filled.items():
        setattr(run, name, value)
