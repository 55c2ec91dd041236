"""The membership fund in figures: what happened up to a day, as known at an instant; what comes later is no matter.

A report is of its quarter: what was paid, approved or reported as happened after the last day is in no amount of it,
though it was known when the quarter was closed. What the closing itself froze is owed: it is about days before its end.

`settlements.fund_figures.commitments` answers the same questions for today and by day, and explains the words. The
budget, the contribution and the tariffs are those of today. All amounts in euros, excluding VAT. Two denominators,
never mixed up: the fund's budget and the payer's whole contribution.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from kbl.fund import budget
from kbl.fund.ledger import INCOME
from kbl.fund.models import FundEntry
from kbl.money import ZERO, euro
from kbl.organisations.models import Programme
from kbl.settlements.fund_figures import unbilled_amounts as of_settlements
from kbl.settlements.fund_figures.commitments import Position
from kbl.settlements.models import Correction, Statement
from reporting.figures.as_of import AsOf


@dataclass(frozen=True)
class Fund:
    """The fund at an instant beside what was promised; `unpriced` facts have no tariff and are in no amount."""

    position: Position
    contribution: Decimal
    unpriced: int = 0

    @property
    def utilisation(self) -> Decimal | None:
        """Spent and committed as a part of the fund's budget (946,500 in Limburg)."""
        return self.position.utilisation

    @property
    def share_of_contribution(self) -> Decimal | None:
        """Spent and committed as a part of the payer's whole contribution (1,082,000 in Limburg)."""
        return self.position.used / self.contribution if self.contribution else None


def fund(as_of: AsOf) -> Fund:
    """Where the fund stands at an instant."""
    return funds([as_of])[0]


def funds(moments: Sequence[AsOf]) -> list[Fund]:
    """Where the fund stood at each of several instants; what is the same for all is read once."""
    plan, contribution = budget.fund(), budget.subsidy(Programme.current().commissioner)
    wanted: dict[str, Sum] = {}
    for i, each in enumerate(moments):
        there = booked_by(each)
        wanted |= {
            f"received{i}": Sum("amount", filter=INCOME & there),
            f"spent{i}": Sum("amount", filter=~INCOME & there),
        }
    booked = FundEntry.objects.aggregate(**wanted)
    found = []
    for i, each in enumerate(moments):
        reported, unpriced = waiting(each)
        position = Position(
            as_of=each.until,
            received=euro(booked[f"received{i}"] or ZERO),
            spent=-euro(booked[f"spent{i}"] or ZERO) or ZERO,
            owed=owed(each),
            waiting=reported,
            budget=plan,
        )
        found.append(Fund(position, contribution, unpriced))
    return found


def booked_by(as_of: AsOf) -> Q:
    """The condition that an entry of the fund was of these days and known."""
    return Q(recorded_at__lte=as_of.at, on__lte=as_of.until)


def owed(as_of: AsOf) -> Decimal:
    """Net of the statements of closed quarters that were not approved by then."""
    return euro(unapproved(as_of).aggregate(total=Sum("net"))["total"] or ZERO)


def unapproved(as_of: AsOf) -> QuerySet[Statement]:
    """The statements of closed quarters that were not approved by the end of the day."""
    return of_settlements.unapproved(as_of.at, as_of.until)


def waiting(as_of: AsOf) -> tuple[Decimal, int]:
    """Net of everything that was reported by then and on no statement yet, and how many facts have no tariff."""
    found = of_settlements.unbilled_at(as_of.at, as_of.until)
    return found.total, found.unpriced


def open_corrections(as_of: AsOf) -> QuerySet[Correction]:
    """The corrections that were requested by an instant and whose opposite line was not there yet."""
    return of_settlements.corrections(as_of.at)


def unbilled(as_of: AsOf) -> list[tuple[QuerySet, Combinable]]:
    """The hand-outs and membership years that waited for a line at an instant, each with its tariff's id."""
    return [(facts.rows, facts.tariff) for facts in of_settlements.of_kinds(as_of.at, as_of.until)]
