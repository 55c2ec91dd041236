"""Instalments: what the province agreed to pay, when it is due, and what came in. Amounts in euros."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kbl.fund.ledger import INCOME
from kbl.fund.models import FundEntry, Instalment
from kbl.money import ZERO


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


def standings(as_of: date) -> list[Standing]:
    """Every instalment with what was received up to and including a day; what was taken back does not count."""
    received: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for entry in FundEntry.objects.filter(INCOME, on__lte=as_of).select_related("reverses"):
        pk = entry.instalment_id or (entry.reverses.instalment_id if entry.reverses else None)
        if pk:
            received[pk] += entry.amount
    return [Standing(each, received[each.pk], as_of) for each in Instalment.objects.all()]
