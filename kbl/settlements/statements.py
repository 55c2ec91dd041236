"""A statement's road: `draft -> confirmed | disputed -> approved -> in payment -> paid`, each step a row.

Approving draws on the fund, in the same transaction, once.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from kbl.clock import local_day
from kbl.fund import ledger
from kbl.organisations.models import Organisation
from kbl.settlements.models import Closing, Statement, StatementStep

Status = Statement.Status

LEGAL: dict[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.CONFIRMED, Status.DISPUTED}),
    Status.DISPUTED: frozenset({Status.CONFIRMED}),
    Status.CONFIRMED: frozenset({Status.APPROVED}),
    Status.APPROVED: frozenset(),
}


class StepRefused(Exception):
    """The statement is not where this step starts from: `status` is where it is."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class OwnWork(Exception):
    """Who confirmed a statement does not approve it too (four eyes)."""


def confirm(statement: Statement, *, by, at: datetime) -> None:
    """The party agrees. Raises StepRefused."""
    _step(statement, Status.CONFIRMED, by=by, at=at)


def dispute(statement: Statement, *, reason: str, by, at: datetime) -> None:
    """The party has a question, with a reason from the list. Raises StepRefused."""
    _step(statement, Status.DISPUTED, by=by, at=at, reason=reason)


@transaction.atomic
def approve(statement: Statement, *, by, at: datetime) -> None:
    """Cubiss approves a confirmed statement: it may be paid, and its net amount is drawn from the fund.

    Raises StepRefused, OwnWork.
    """
    agreed = statement.steps.filter(status=Status.CONFIRMED).order_by("pk").last()
    if agreed is not None and agreed.by_id == by.pk:
        raise OwnWork
    _step(statement, Status.APPROVED, by=by, at=at)
    if statement.net:
        ledger.book(
            ledger.Kind.DRAW,
            -statement.net,
            reference=draw_reference(statement),
            description=f"{statement.get_kind_display().capitalize()} {statement.number} {statement.organisation}"[
                :120
            ],
            on=local_day(at),
            by=by,
            at=at,
        )


def approve_confirmed(closing: Closing, *, by, at: datetime) -> tuple[list[Statement], list[Statement]]:
    """Approve every confirmed statement of a closing; returns those that were, and those that somebody else must do."""
    approved, left = [], []
    for statement in closing.statements.filter(status=Status.CONFIRMED).order_by("pk"):
        try:
            approve(statement, by=by, at=at)
        except OwnWork:
            left.append(statement)
        except StepRefused:  # a colleague was first
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
def _step(statement: Statement, to: str, *, by, at: datetime, reason: str = "") -> None:
    """One step, if the statement is still where it starts from: the conditional UPDATE decides."""
    seen = [status for status, nexts in LEGAL.items() if to in nexts]
    if not Statement.objects.filter(pk=statement.pk, status__in=seen).update(status=to):
        raise StepRefused(Statement.objects.values_list("status", flat=True).get(pk=statement.pk))
    StatementStep.objects.create(statement=statement, status=to, reason=reason, by=by, at=at)
    statement.status = to
