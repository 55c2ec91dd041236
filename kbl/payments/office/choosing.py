"""What can be paid, as a page has room for it: what asks a second look first, and the others as one line.

After a closing of a country two thousand statements can be paid. Nobody ticks those one by one: the page shows the
first `MOST_SHOWN`, and one tick is for all others, as they were when the page was made.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from kbl.money import ZERO
from kbl.payments.models import PaymentRun
from kbl.payments.runs.payable import Payable

MOST_SHOWN = 100


@dataclass(frozen=True)
class Others:
    """The statements that have no line of their own on the page."""

    payables: Sequence[Payable]

    @classmethod
    def than(cls, shown: Collection[int], good: Sequence[Payable]) -> Self:
        """All that can be paid but those with these keys."""
        return cls([each for each in good if each.statement.pk not in shown])

    @property
    def count(self) -> int:
        return len(self.payables)

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.payables), ZERO)

    @property
    def seen(self) -> str:
        """What was on the page of all of them, so short that it fits in the form: paid is what was seen, or nothing."""
        return _short(f"{each.statement.pk} {each.seen}" for each in self.payables)


def shown_first(good: Sequence[Payable]) -> list[Payable]:
    """Those with a line of their own: first whose account is another one, or may become so, then the others."""
    return sorted(good, key=lambda each: not (each.has_new_account or each.asked))[:MOST_SHOWN]


def prepared_already(keys: Collection[int], others: str, *, on: date, by) -> PaymentRun | None:
    """The run that the same person just prepared of these and of those others: the button was pressed twice."""
    for run in PaymentRun.objects.filter(status=PaymentRun.Status.PREPARED, prepared_by=by, execute_on=on):
        payments = run.payments.exclude(statement__in=keys)
        told = _short(f"{each.statement_id} {each.amount:.2f} {each.iban} {each.payee}" for each in payments)
        if told == others and run.payments.count() == len(keys) + payments.count():
            return run
    return None


def _short(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
