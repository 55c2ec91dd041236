"""The membership fund in figures, as known at an instant, so that a closed quarter gives the same amounts for ever.

`kbl.settlements.commitments` answers the same questions for today and by day; there the words are explained. All
amounts in euros, excluding VAT. Two denominators, never mixed up: the fund's budget and the payer's whole contribution.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from intermediaries.models import Handout
from kbl.clock import local_day
from kbl.fund import budget
from kbl.fund.ledger import INCOME
from kbl.fund.models import FundEntry
from kbl.money import ZERO, euro
from kbl.organisations.models import Programme
from kbl.settlements.commitments import Position
from kbl.settlements.models import Correction, Line, Statement, StatementStep, Tariff
from kbl.settlements.tariffs import tariff_id
from libraries.models import Enrolment, MembershipYear
from reporting.figures import Known


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


def fund(known: Known) -> Fund:
    """Where the fund stands at an instant."""
    entries = FundEntry.objects.filter(recorded_at__lte=known.at, on__lte=local_day(known.at))
    sums = entries.aggregate(received=Sum("amount", filter=INCOME), spent=Sum("amount", filter=~INCOME))
    reported, unpriced = waiting(known)
    position = Position(
        as_of=local_day(known.at),
        received=euro(sums["received"] or ZERO),
        spent=-euro(sums["spent"] or ZERO) or ZERO,
        owed=owed(known),
        waiting=reported,
        budget=budget.fund(),
    )
    return Fund(position, budget.subsidy(Programme.current().commissioner), unpriced)


def owed(known: Known) -> Decimal:
    """Net of the statements of closed quarters that were not approved at that instant."""
    approved = StatementStep.objects.filter(status=Statement.Status.APPROVED, at__lte=known.at)
    rows = Statement.objects.filter(closing__closed_at__lte=known.at).exclude(pk__in=approved.values("statement"))
    return euro(rows.aggregate(total=Sum("net"))["total"] or ZERO)


def waiting(known: Known) -> tuple[Decimal, int]:
    """Net of everything that was reported at that instant and on no statement then, and how many facts have no tariff.

    It counts per tariff, so that a million facts come back as a handful of rows.
    """
    total, unpriced = ZERO, 0
    prices = dict(Tariff.objects.values_list("pk", "amount"))
    for facts, tariff in _billable(known):
        for pk, number in facts.values_list(tariff).annotate(n=Count("pk")).order_by():
            if pk is None:
                unpriced += number
            else:
                total += prices[pk] * number
    asked = Correction.objects.filter(at__lte=known.at).filter(
        ~Exists(Line.objects.filter(corrects=OuterRef("line"), statement__closing__closed_at__lte=known.at))
    )
    return euro(total - (asked.aggregate(total=Sum("line__net"))["total"] or ZERO)), unpriced


def _billable(known: Known) -> list[tuple[QuerySet, Combinable]]:
    """What the next closing would bill at that instant, with the tariff of each (kbl/settlements/pile.py)."""
    programme = Programme.current()
    unpaid = [Enrolment.Kind.FREE_ANYWAY]
    if not programme.conversions_funded:
        unpaid.append(Enrolment.Kind.CONVERSION)
    frozen = Line.objects.filter(corrects__isnull=True, statement__closing__closed_at__lte=known.at)
    handlings = Handout.objects.filter(known.heard(), accreditation__isnull=False).filter(
        ~Exists(frozen.filter(handout=OuterRef("pk")))
    )
    years = (
        MembershipYear.objects.filter(known.heard(), Q(on__range=(programme.starts_on, programme.ends_on)))
        .exclude(enrolment__kind__in=unpaid)
        .filter(~Exists(frozen.filter(membership_year=OuterRef("pk"))))
    )
    return [
        (handlings, tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track")),
        (years, tariff_id(Tariff.Kind.MEMBERSHIP, day="on")),
    ]
