"""Instalments: what the province agreed to pay, when it is due, and what came in. Amounts in euros."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from kbl.fund.ledger import INCOME
from kbl.fund.models import FundEntry, Instalment
from kbl.money import ZERO, euro


@dataclass(frozen=True)
class Standing:
    """One instalment on a day: agreed, received, and what is still open."""

    instalment: Instalment
    received: Decimal
    as_of: date

    @property
    def open(self) -> Decimal:
        return max(self.instalment.amount - self.received, ZERO)

    @property
    def is_due(self) -> bool:
        """Something is open and the agreed day has come."""
        return self.open > 0 and self.instalment.due_on <= self.as_of

    @property
    def days_late(self) -> int:
        """How many days ago it was due, when something is still open; zero on the day itself and before."""
        return max((self.as_of - self.instalment.due_on).days, 0) if self.open else 0


@dataclass(frozen=True)
class InstalmentTotals:
    """All instalments on a day: agreed, due by then, received, and what should have come before that day."""

    agreed: Decimal
    due: Decimal
    received: Decimal
    late: Decimal


class AlreadyAgreed(Exception):
    """An instalment with this name and day is there already."""


def agree(description: str, *, due_on: date, amount: Decimal) -> Instalment:
    """The province agreed to pay `amount` euros on a day. Raises AlreadyAgreed."""
    try:
        with transaction.atomic():
            return Instalment.objects.create(description=description, due_on=due_on, amount=euro(amount))
    except IntegrityError as error:
        if Instalment.objects.filter(description=description, due_on=due_on).exists():
            raise AlreadyAgreed(description) from error
        raise


def totals(found: Iterable[Standing]) -> InstalmentTotals:
    """The standings added up."""
    rows = list(found)
    return InstalmentTotals(
        agreed=sum((each.instalment.amount for each in rows), ZERO),
        due=sum((each.instalment.amount for each in rows if each.instalment.due_on <= each.as_of), ZERO),
        received=sum((each.received for each in rows), ZERO),
        late=sum((each.open for each in rows if each.days_late), ZERO),
    )


def standings(as_of: date) -> list[Standing]:
    """Every instalment with what was received up to and including a day; what was taken back does not count."""
    received: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for entry in FundEntry.objects.filter(INCOME, on__lte=as_of).select_related("reverses"):
        pk = entry.instalment_id or (entry.reverses.instalment_id if entry.reverses else None)
        if pk:
            received[pk] += entry.amount
    return [Standing(each, received[each.pk], as_of) for each in Instalment.objects.all()]
