"""The steps of a statement: `draft -> confirmed | disputed -> approved -> in payment -> paid`, each step a row.

Approving draws on the fund, in the same transaction, once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kbl.clock import local_day
from kbl.fund import ledger
from kbl.organisations.models import Organisation
from kbl.settlements.models import Closing, DisputedNumber, Statement, StatementStep
from vouchers.numbers import SerialRange, join, ranges_of

Status = Statement.Status
Reason = StatementStep.Reason

LEGAL: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.CONFIRMED, Status.DISPUTED}),
    Status.DISPUTED: frozenset({Status.CONFIRMED}),
    Status.CONFIRMED: frozenset({Status.APPROVED}),
    Status.APPROVED: frozenset({Status.IN_PAYMENT}),
    # Cancelled before the release, come back from the bank, or executed for another amount: open for payment again.
    Status.IN_PAYMENT: frozenset({Status.PAID, Status.APPROVED}),
    Status.PAID: frozenset({Status.APPROVED}),
}


CONFIRMABLE = (Status.DRAFT, Status.DISPUTED)


class StepRefused(Exception):
    """The statement is not where this step starts from: `status` is where it is."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class NumbersRefused(Exception):
    """Numbers of a question that are not on the statement; or that are on it already, when they were `missed`."""

    def __init__(self, serials: tuple[SerialRange, ...], *, missed: bool) -> None:
        super().__init__(" ".join(map(str, serials)))
        self.serials, self.missed = serials, missed


class OwnWork(Exception):
    """Who confirmed a statement does not approve it too (four eyes)."""


class NumberAwaited(Exception):
    """The library gave this invoice no number yet, nor agreed that Cubiss does: there is no invoice to approve."""


def confirm(statement: Statement, *, by, at: datetime) -> None:
    """The party agrees. Raises StepRefused."""
    _step(statement, Status.CONFIRMED, by=by, at=at)


def confirm_by_silence(statement: Statement, *, at: datetime) -> None:
    """The party said nothing until the day that the reminder named (silence.py): nobody's step. Raises StepRefused."""
    _step(statement, Status.CONFIRMED, by=None, at=at, seen=(Status.DRAFT,))


@transaction.atomic
def dispute(
    statement: Statement, *, reason: str, numbers: Iterable[SerialRange] = (), by, at: datetime
) -> StatementStep:
    """The party has a question, with a reason from the list and the vouchers that it is about.

    Raises StepRefused; NumbersRefused when a number is not (or, where numbers are missed, is already) on the statement.
    """
    named = join(numbers)
    if wrong := disputable(statement, reason, named).refused:
        raise NumbersRefused(wrong, missed=reason == Reason.NUMBERS_MISSING)
    step = _step(statement, Status.DISPUTED, by=by, at=at, reason=reason)
    DisputedNumber.objects.bulk_create(
        DisputedNumber(step=step, serial=serial) for serials in named for serial in serials
    )
    return step


@dataclass(frozen=True)
class Disputable:
    """Numbers that a party names in a question: those that can be asked about, and those that cannot."""

    good: tuple[SerialRange, ...]
    refused: tuple[SerialRange, ...]


def disputable(statement: Statement, reason: str, numbers: Iterable[SerialRange]) -> Disputable:
    """A number that is wrong stands on the statement; one that is missed does not."""
    named = join(numbers)
    if not named:
        return Disputable((), ())
    near = statement.lines.filter(serial__range=(named[0].first, named[-1].last))
    there = set(near.values_list("serial", flat=True))
    missed = reason == Reason.NUMBERS_MISSING
    good: list[int] = []
    refused: list[int] = []
    for serials in named:
        for serial in serials:
            (good if (serial in there) != missed else refused).append(serial)
    return Disputable(tuple(ranges_of(good)), tuple(ranges_of(refused)))


@transaction.atomic
def approve(statement: Statement, *, by, at: datetime) -> None:
    """Cubiss approves a confirmed statement: it may be paid, and its net amount is drawn from the fund.

    Raises StepRefused, OwnWork, NumberAwaited.
    """
    if statement.awaits_number:
        raise NumberAwaited
    agreed = statement.steps.filter(status=Status.CONFIRMED).order_by("pk").last()
    if agreed is not None and agreed.by_id == by.pk:
        raise OwnWork
    _step(statement, Status.APPROVED, by=by, at=at, seen=(Status.CONFIRMED,))
    if statement.net:
        what = f"{statement.get_kind_display().capitalize()} {statement.invoice_number} {statement.organisation}"
        ledger.book(
            ledger.Kind.DRAW,
            -statement.net,
            reference=draw_reference(statement),
            description=what[:120],
            on=local_day(at),
            by=by,
            at=at,
        )


def start_payment(statement: Statement, *, by, at: datetime) -> None:
    """An approved statement is taken into a payment run. Raises StepRefused when another run was first."""
    _step(statement, Status.IN_PAYMENT, by=by, at=at)


def mark_paid(statement: Statement, *, by, at: datetime) -> None:
    """The bank's statement shows that it was paid. Raises StepRefused."""
    _step(statement, Status.PAID, by=by, at=at)


def reopen(statement: Statement, *, by, at: datetime) -> None:
    """Its payment was cancelled, came back, or was executed for another amount: it waits to be paid again.

    The fund was drawn when Cubiss approved; nothing is drawn twice. Raises StepRefused.
    """
    _step(statement, Status.APPROVED, by=by, at=at, seen=(Status.IN_PAYMENT, Status.PAID))


def approve_confirmed(closing: Closing, *, by, at: datetime) -> tuple[list[Statement], list[Statement]]:
    """Approve every confirmed statement of a closing; returns those that were, and those that somebody else must do."""
    approved, left = [], []
    for statement in closing.statements.filter(status=Status.CONFIRMED).order_by("pk"):
        try:
            approve(statement, by=by, at=at)
        except OwnWork:
            left.append(statement)
        except (StepRefused, NumberAwaited):  # a colleague was first; or the library still owes its number
            continue
        else:
            approved.append(statement)
    return approved, left


def draw_reference(statement: Statement) -> str:
    """How the fund's ledger names the draw of a statement."""
    return f"statement:{statement.pk}"


def statements_of(organisation: Organisation) -> QuerySet[Statement]:
    """The statements that an organisation may see: its own, and those of the offices that report through it."""
    return Statement.objects.filter(
        organisation__in=[organisation.pk, *organisation.offices.values_list("pk", flat=True)]
    )


@transaction.atomic
def _step(
    statement: Statement, to: str, *, by, at: datetime, reason: str = "", seen: tuple[str, ...] = ()
) -> StatementStep:
    """One step, if the statement is still where it starts from: the conditional UPDATE decides.

    `seen` narrows where it may start from, where a status can be reached from more than one.
    """
    seen = seen or tuple(status for status, nexts in LEGAL.items() if to in nexts)
    if not Statement.objects.filter(pk=statement.pk, status__in=seen).update(status=to):
        raise StepRefused(Statement.objects.values_list("status", flat=True).get(pk=statement.pk))
    step = StatementStep.objects.create(statement=statement, status=to, reason=reason, by=by, at=at)
    statement.status = to
    return step
