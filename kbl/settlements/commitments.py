"""What the fund still has to pay, beside what it paid. All amounts in euros, excluding VAT; no forecast.

Every euro of the programme is in exactly one of these, on any day:

- *spent*: approved statements and other costs, in the ledger (kbl/fund/ledger.py);
- *owed*: on a statement of a closed quarter that Cubiss has not approved yet;
- *waiting*: reported by the parties, on no statement yet;
- *free*: what is left of the budget of the membership fund.

*Committed* is owed and waiting together: it will be paid unless a fact is taken back. Renewals that are still to come
are no commitment: silence is no renewal, so they belong to the forecast.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from kbl.clock import local_day
from kbl.fund import budget, ledger
from kbl.money import ZERO, euro
from kbl.periods import Quarter
from kbl.settlements import closing
from kbl.settlements.models import Line, Statement, StatementStep


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


def end_of(day: date) -> datetime:
    """The last instant of a day in Amsterdam."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    return midnight - timedelta(microseconds=1)


def position(as_of: date, *, waiting: Decimal | None) -> Position:
    """The fund at the end of a day; `waiting` comes from the function of that name, which may miss a tariff."""
    return Position(
        as_of=as_of,
        received=ledger.received(as_of),
        spent=ledger.spent(as_of),
        owed=owed(as_of),
        waiting=waiting,
        budget=budget.fund(),
    )


def owed(as_of: date) -> Decimal:
    """Net of the statements that were closed by the end of a day and not approved by then.

    A statement leaves `owed` on the day that its draw enters the ledger, so owed + spent never counts it twice.
    """
    end = end_of(as_of)
    approved = StatementStep.objects.filter(status=Statement.Status.APPROVED, at__lte=end)
    unapproved = Statement.objects.filter(closing__closed_at__lte=end).exclude(pk__in=approved.values("statement"))
    return euro(unapproved.aggregate(total=Sum("net"))["total"] or ZERO)


def waiting(at: datetime) -> Decimal:
    """Net of everything reported by a moment that was on no statement then, with the corrections that were asked for.

    Valued by the tariff of the day it happened, through the same pile as the closing. Looking back, what was frozen
    since counts again; facts that were taken back since do not. Raises MissingTariff.
    """
    heard = Q(corrects__isnull=False, corrects__correction__at__lte=at) | Q(corrects__isnull=True) & (
        Q(handout__recorded_at__lte=at) | Q(membership_year__recorded_at__lte=at)
    )
    frozen_since = Line.objects.filter(heard, statement__closing__closed_at__gt=at).aggregate(total=Sum("net"))["total"]
    pile = sum((party.net for party in closing.preview(Quarter.of(local_day(at)), at=at)), ZERO)
    return pile + euro(frozen_since or ZERO)
