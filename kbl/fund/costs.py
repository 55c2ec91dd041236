"""Costs that no statement brings, entered by hand with the document that proves them. Amounts in euros, excluding VAT.

Those of the fund itself (the one-off form adjustment, post 5.3) go into its ledger; those of the other posts are rows
of their own, so that they stand beside the budget and never touch the fund.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from kbl.facts import refuse_future
from kbl.fund import ledger
from kbl.fund.budget import FUND_POST
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import BudgetLine, Cost, Evidence, FundEntry
from kbl.money import euro


def reference_of(typed: str) -> str:
    """How costs are named: the same invoice typed with other spaces or capitals is the same invoice."""
    return f"cost:{'-'.join(typed.casefold().split())}"


def free_reference(reference: str) -> str:
    """The reference that a cost is booked under: a number of an invoice that was taken back may be booked again.

    Raises AlreadyBooked while one under this number stands.
    """
    taken_back = 0
    for model in (FundEntry, Cost):
        rows = model._default_manager.filter(reference__startswith=reference, reverses__isnull=True)
        named = [each for each in rows.select_related("reversed_by") if _is_try_of(reference, each.reference)]
        if any(not hasattr(each, "reversed_by") for each in named):
            raise AlreadyBooked(reference)
        taken_back += len(named)
    return f"{reference}:{taken_back + 1}" if taken_back else reference


def _is_try_of(reference: str, found: str) -> bool:
    rest = found.removeprefix(reference)
    return not rest or (rest.startswith(":") and rest[1:].isdigit())


@transaction.atomic
def book(
    line: BudgetLine,
    amount: Decimal,
    *,
    reference: str,
    description: str,
    supplier: str,
    evidence: Evidence,
    on: date,
    by,
    at: datetime,
) -> Cost | FundEntry:
    """Book a cost under a post and year of the budget; `amount` is positive, `on` the day of its document.

    Raises AlreadyBooked when a cost under this number stands, FutureDate.
    """
    refuse_future(on, at)
    name = free_reference(reference_of(reference))
    if is_of_the_fund(line):
        return ledger.spend(
            amount,
            reference=name,
            description=description,
            on=on,
            by=by,
            at=at,
            budget_year=line.year,
            supplier=supplier,
            evidence=evidence,
        )
    return _add(
        name,
        line=line,
        amount=euro(amount),
        description=description,
        supplier=supplier,
        evidence=evidence,
        on=on,
        recorded_by=by,
        recorded_at=at,
    )


def is_of_the_fund(line: BudgetLine) -> bool:
    """Post 5 and what is under it is paid from the fund."""
    return line.post.split(".")[0] == FUND_POST


def take_back(cost: Cost, *, on: date, by, at: datetime) -> Cost:
    """Take a cost back with its exact opposite. Raises AlreadyBooked the second time, NotReversible for an opposite."""
    if cost.reverses_id:
        raise NotReversible(str(cost.pk))
    return _add(
        f"reversal:{cost.pk}",
        line=cost.line,
        amount=-cost.amount,
        description=ledger.opposite_of(cost.description),
        supplier=cost.supplier,
        reverses=cost,
        on=on,
        recorded_by=by,
        recorded_at=at,
    )


def _add(reference: str, **columns) -> Cost:
    try:
        with transaction.atomic():
            return Cost.objects.create(reference=reference, **columns)
    except IntegrityError as error:
        if Cost.objects.filter(reference=reference).exists():
            raise AlreadyBooked(reference) from error
        raise
