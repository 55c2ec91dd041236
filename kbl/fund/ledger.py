"""The fund's ledger: entries are added, a balance is a sum, a mistake gets a second line of the opposite sign.

All amounts are euros (Decimal), excluding VAT (docs/figures.md, "5 membership fund").
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from kbl.fund.models import FundEntry, Instalment
from kbl.money import ZERO, euro
from kbl.texts.personal import looks_like, validate_free_text

Kind = FundEntry.Kind
REVERSIBLE = {Kind.INSTALMENT, Kind.OTHER_COST}


class AlreadyBooked(Exception):
    """This reference is in the ledger already: a euro is booked once."""


class NotReversible(Exception):
    """Only income and other costs are taken back here: a draw belongs to its statement, a reversal is final."""


def book(
    kind: str, amount: Decimal, *, reference: str, description: str, on: date, by, at: datetime, **named
) -> FundEntry:
    """Add one entry. Raises AlreadyBooked when `reference` was booked before."""
    try:
        with transaction.atomic():
            return FundEntry.objects.create(
                kind=kind,
                amount=euro(amount),
                reference=reference,
                description=description,
                on=on,
                recorded_by=by,
                recorded_at=at,
                **named,
            )
    except IntegrityError as error:
        if FundEntry.objects.filter(reference=reference).exists():
            raise AlreadyBooked(reference) from error
        raise


def receipt_reference(instalment: Instalment, *, amount: Decimal, on: date) -> str:
    """How a receipt is named: the same instalment, day and amount is the same money, unless it was taken back."""
    same = FundEntry.objects.filter(instalment=instalment, on=on, amount=euro(amount), reversed_by__isnull=False)
    again = same.count()
    return f"instalment:{instalment.pk}:{on:%Y%m%d}:{euro(amount)}" + (f":{again + 1}" if again else "")


def receive(instalment: Instalment, *, amount: Decimal, on: date, by, at: datetime) -> FundEntry:
    """The province paid (a part of) an instalment. Raises AlreadyBooked for the same instalment, day and amount.

    An entry that was taken back does not count: the same payment may then be booked again.
    """
    return book(
        Kind.INSTALMENT,
        amount,
        reference=receipt_reference(instalment, amount=amount, on=on),
        description=instalment.description,
        instalment=instalment,
        on=on,
        by=by,
        at=at,
    )


def spend(amount: Decimal, *, reference: str, description: str, on: date, by, at: datetime, **papers) -> FundEntry:
    """A cost that no statement brings, such as the one-off form adjustment; `amount` is positive.

    `papers` are the budget's year, the supplier and what proves it (costs.py). Raises ValidationError for a description
    that looks like somebody: the column itself also takes the names of organisations over.
    """
    validate_free_text(description)
    return book(
        Kind.OTHER_COST, -euro(amount), reference=reference, description=description, on=on, by=by, at=at, **papers
    )


def reverse(entry: FundEntry, *, on: date, by, at: datetime) -> FundEntry:
    """Take income or another cost back with its exact opposite. Raises AlreadyBooked the second time, NotReversible."""
    if entry.kind not in REVERSIBLE:
        raise NotReversible(entry.kind)
    return book(
        Kind.REVERSAL,
        -entry.amount,
        reference=f"reversal:{entry.pk}",
        description=opposite_of(entry.description),
        reverses=entry,
        on=on,
        by=by,
        at=at,
    )


def opposite_of(description: str) -> str:
    """What an opposite says of what it takes back, unless that ought never to have been written."""
    return "Tegenboeking" if looks_like(description) else f"Tegenboeking: {description}"[:120]


def _total(condition: Q, as_of: date | None) -> Decimal:
    entries = FundEntry.objects.filter(condition)
    if as_of:
        entries = entries.filter(on__lte=as_of)
    return euro(entries.aggregate(total=Sum("amount"))["total"] or ZERO)


INCOME = Q(kind=Kind.INSTALMENT) | Q(kind=Kind.REVERSAL, reverses__kind=Kind.INSTALMENT)


def received(as_of: date | None = None) -> Decimal:
    """What came in up to and including a day."""
    return _total(INCOME, as_of)


def spent(as_of: date | None = None) -> Decimal:
    """What went out up to and including a day, as a positive amount."""
    return -_total(~INCOME, as_of) or ZERO


def received_and_spent(as_of: date) -> tuple[Decimal, Decimal]:
    """Both at once."""
    came = Sum("amount", filter=INCOME)
    found = FundEntry.objects.filter(on__lte=as_of).aggregate(came=came, went=Sum("amount", filter=~INCOME))
    return euro(found["came"] or ZERO), -euro(found["went"] or ZERO) or ZERO


def balance(as_of: date | None = None) -> Decimal:
    """The sum of all entries up to and including a day."""
    return _total(Q(), as_of)
