"""What the fund still has to pay, beside what it paid. All amounts in euros, excluding VAT; no forecast.

Every euro of the programme is in exactly one of these, on any day:

- *spent*: approved statements and other costs, in the ledger (kbl/fund/ledger.py);
- *owed*: on a statement of a closed quarter that Cubiss has not approved yet;
- *waiting*: reported by the parties, on no statement yet;
- *free*: what is left of the budget of the membership fund.

On any day that was: money counts from its own day (when the bank saw it), a report from the moment we heard of it.

*Committed* is owed and waiting together: it will be paid unless a fact is taken back. Renewals that are still to come
are no commitment: silence is no renewal, so they belong to the forecast.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from kbl.clock import end_of
from kbl.fund import budget, ledger
from kbl.money import ZERO, euro
from kbl.settlements.fund_figures import unbilled_amounts


@dataclass(frozen=True)
class Position:
    """Where the membership fund stands at the end of a day; `waiting` is None when a tariff is missing."""

    as_of: date
    received: Decimal
    spent: Decimal
    owed: Decimal
    waiting: Decimal | None
    budget: Decimal

    @property
    def balance(self) -> Decimal:
        """What is in the fund: received - spent."""
        return self.received - self.spent

    @property
    def committed(self) -> Decimal:
        """What is certain to follow: owed + waiting."""
        return self.owed + (self.waiting or ZERO)

    @property
    def used(self) -> Decimal:
        """Spent and committed together: what `utilisation` counts."""
        return self.spent + self.committed

    @property
    def free(self) -> Decimal:
        """What is left of the fund's budget after everything that was spent and committed; may be negative."""
        return self.budget - self.used

    @property
    def to_ask(self) -> Decimal:
        """What the fund is short of to pay everything that is committed (zero when there is enough)."""
        return max(self.committed - self.balance, ZERO)

    @property
    def utilisation(self) -> Decimal | None:
        """The part of the fund's budget that is used; the denominator is the fund (946,500), never the subsidy."""
        return self.used / self.budget if self.budget else None


def position(as_of: date, *, waiting: Decimal | None) -> Position:
    """The fund at the end of a day; `waiting` comes from the function of that name, which may miss a tariff."""
    received, spent = ledger.received_and_spent(as_of)
    return Position(
        as_of=as_of,
        received=received,
        spent=spent,
        owed=owed(as_of),
        waiting=waiting,
        budget=budget.fund(),
    )


def owed(as_of: date) -> Decimal:
    """Net of the statements that were closed by the end of a day and not approved by then.

    A statement leaves `owed` on the day that its draw enters the ledger, so owed + spent never counts it twice.
    """
    rows = unbilled_amounts.unapproved(end_of(as_of))
    return euro(rows.aggregate(total=Sum("net"))["total"] or ZERO)


def waiting(at: datetime) -> Decimal:
    """Net of everything reported by a moment that was on no statement then, with the corrections that were asked for.

    Valued by the tariff of the day it happened, as the closing would. Looking back gives what was true then: what was
    frozen or taken back since counts again. Raises MissingTariff.
    """
    return unbilled_amounts.unbilled_at(at).checked().total
