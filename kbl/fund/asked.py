"""What is booked by hand in the fund and under the other posts: one asks, a second person accepts (kbl/second_person).

Until then it is in no total. Amounts in euros. What a statement draws is not asked here: that goes by its own steps.
"""

from datetime import date, datetime
from decimal import Decimal

from kbl.clock import local_day
from kbl.facts import refuse_future
from kbl.formats import day, euro
from kbl.fund import costs, ledger
from kbl.fund.ledger import AlreadyBooked, NotReversible
from kbl.fund.models import BudgetLine, Cost, Evidence, FundEntry, Instalment
from kbl.second_person.models import PendingChange
from kbl.second_person.second_person import Kind, ask, makes, waiting


def ask_receipt(instalment: Instalment, *, amount: Decimal, on: date, by, at: datetime) -> PendingChange:
    """The province paid (a part of) an instalment. Raises AlreadyBooked, second_person.ChangeRefused (OPEN)."""
    if FundEntry.objects.filter(reference=ledger.receipt_reference(instalment, amount=amount, on=on)).exists():
        raise AlreadyBooked(str(instalment))
    values = {"instalment": instalment.pk, "amount": f"{amount:.2f}", "on": on.isoformat()}
    return ask(Kind.RECEIPT, f"{instalment}, op {day(on)}", "", f"{euro(amount)} ontvangen", values, by, at)


def ask_cost(
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
) -> PendingChange:
    """A cost under a post and year of the budget; what proves it is kept already.

    Raises AlreadyBooked (also when one under this number waits), FutureDate, second_person.ChangeRefused (OPEN).
    """
    refuse_future(on, at)
    name = costs.reference_of(reference)
    costs.free_reference(name)
    if any(costs.reference_of(each.values["reference"]) == name for each in waiting(Kind.COST)):
        raise AlreadyBooked(name)
    values = {
        "line": line.pk,
        "amount": f"{amount:.2f}",
        "reference": reference,
        "description": description,
        "supplier": supplier,
        "evidence": evidence.pk,
        "on": on.isoformat(),
    }
    subject = f"{description}, {supplier}" if supplier else description
    return ask(Kind.COST, subject, "", f"{euro(amount)} op post {line.post} van {line.year}", values, by, at)


def ask_reversal(entry: FundEntry | Cost, *, by, at: datetime) -> PendingChange:
    """Take an entry of the fund, or a cost of another post, back with its exact opposite.

    Raises AlreadyBooked, NotReversible, second_person.ChangeRefused (OPEN).
    """
    final = entry.kind not in ledger.REVERSIBLE if isinstance(entry, FundEntry) else bool(entry.reverses_id)
    if final:
        raise NotReversible(str(entry.pk))
    if hasattr(entry, "reversed_by"):
        raise AlreadyBooked(f"reversal:{entry.pk}")
    values = {"of": "fund" if isinstance(entry, FundEntry) else "cost", "entry": entry.pk}
    was = f"{euro(entry.amount)}, {day(entry.on)}"
    return ask(Kind.REVERSAL, entry.description, was, "teruggeboekt; beide regels blijven", values, by, at)


@makes(Kind.RECEIPT)
def _receive(change: PendingChange) -> None:
    assert change.decided_at is not None
    ledger.receive(
        Instalment.objects.get(pk=change.values["instalment"]),
        amount=Decimal(change.values["amount"]),
        on=date.fromisoformat(change.values["on"]),
        by=change.asked_by,
        at=change.decided_at,
    )


@makes(Kind.COST)
def _book_cost(change: PendingChange) -> None:
    assert change.decided_at is not None
    given = change.values
    costs.book(
        BudgetLine.objects.get(pk=given["line"]),
        Decimal(given["amount"]),
        reference=given["reference"],
        description=given["description"],
        supplier=given["supplier"],
        evidence=Evidence.objects.defer("content").get(pk=given["evidence"]),
        on=date.fromisoformat(given["on"]),
        by=change.asked_by,
        at=change.decided_at,
    )


@makes(Kind.REVERSAL)
def _reverse(change: PendingChange) -> None:
    assert change.decided_at is not None
    pk, on = change.values["entry"], local_day(change.decided_at)
    if change.values["of"] == "fund":
        ledger.reverse(FundEntry.objects.get(pk=pk), on=on, by=change.asked_by, at=change.decided_at)
    else:
        costs.take_back(Cost.objects.get(pk=pk), on=on, by=change.asked_by, at=change.decided_at)
