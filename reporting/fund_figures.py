"""The membership fund in figures, as known at an instant, so that a closed quarter gives the same amounts for ever.

`kbl.settlements.commitments` answers the same questions for today and by day; there the words are explained. All
amounts in euros, excluding VAT. Two denominators, never mixed up: the fund's budget and the payer's whole contribution.
"""

from collections.abc import Mapping, Sequence
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
    return funds([known])[0]


def funds(known: Sequence[Known]) -> list[Fund]:
    """Where the fund stood at each of several instants; what is the same for all is asked once."""
    pile, prices = _Pile(), dict(Tariff.objects.values_list("pk", "amount"))
    plan, contribution = budget.fund(), budget.subsidy(Programme.current().commissioner)
    wanted: dict[str, Sum] = {}
    for i, each in enumerate(known):
        there = booked_by(each)
        wanted |= {
            f"received{i}": Sum("amount", filter=INCOME & there),
            f"spent{i}": Sum("amount", filter=~INCOME & there),
        }
    booked = FundEntry.objects.aggregate(**wanted)
    found = []
    for i, each in enumerate(known):
        reported, unpriced = _waiting(each, pile, prices)
        position = Position(
            as_of=local_day(each.at),
            received=euro(booked[f"received{i}"] or ZERO),
            spent=-euro(booked[f"spent{i}"] or ZERO) or ZERO,
            owed=owed(each),
            waiting=reported,
            budget=plan,
        )
        found.append(Fund(position, contribution, unpriced))
    return found


def booked_by(known: Known) -> Q:
    """The condition that an entry of the fund was there at an instant."""
    return Q(recorded_at__lte=known.at, on__lte=local_day(known.at))


def owed(known: Known) -> Decimal:
    """Net of the statements of closed quarters that were not approved at that instant."""
    return euro(unapproved(known).aggregate(total=Sum("net"))["total"] or ZERO)


def unapproved(known: Known) -> QuerySet[Statement]:
    """The statements of closed quarters that were not approved at an instant."""
    approved = StatementStep.objects.filter(status=Statement.Status.APPROVED, at__lte=known.at)
    return Statement.objects.filter(closing__closed_at__lte=known.at).exclude(pk__in=approved.values("statement"))


def waiting(known: Known) -> tuple[Decimal, int]:
    """Net of everything that was reported by then and on no statement yet, and how many facts have no tariff."""
    return _waiting(known, _Pile(), dict(Tariff.objects.values_list("pk", "amount")))


def _waiting(known: Known, pile: "_Pile", prices: Mapping[int, Decimal]) -> tuple[Decimal, int]:
    """Counted per tariff, so that a million facts come back as a handful of rows."""
    total, unpriced = ZERO, 0
    for facts, tariff in pile.billable(known):
        for pk, number in facts.values_list(tariff).annotate(n=Count("pk")).order_by():
            if pk is None:
                unpriced += number
            else:
                total += prices[pk] * number
    asked = open_corrections(known).aggregate(total=Sum("line__net"))["total"]
    return euro(total - (asked or ZERO)), unpriced


def open_corrections(known: Known) -> QuerySet[Correction]:
    """The corrections that were asked for by an instant and whose opposite line was not there yet."""
    opposite = Line.objects.filter(corrects=OuterRef("line"), statement__closing__closed_at__lte=known.at)
    return Correction.objects.filter(at__lte=known.at).filter(~Exists(opposite))


def unbilled(known: Known) -> list[tuple[QuerySet, Combinable]]:
    """The hand-outs and membership years that waited for a line at an instant, each with its tariff's id."""
    return _Pile().billable(known)


class _Pile:
    """What the next closing would bill at an instant (kbl/settlements/pile.py), with the rule of tariffs read once."""

    def __init__(self) -> None:
        self.programme = Programme.current()
        self.unpaid = [Enrolment.Kind.FREE_ANYWAY]
        if not self.programme.conversions_funded:
            self.unpaid.append(Enrolment.Kind.CONVERSION)
        self.handling = tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track")
        self.membership = tariff_id(Tariff.Kind.MEMBERSHIP, day="on")

    def billable(self, known: Known) -> list[tuple[QuerySet, Combinable]]:
        """Hand-outs and membership years that were known then and on no line, each with its tariff."""
        frozen = Line.objects.filter(corrects__isnull=True, statement__closing__closed_at__lte=known.at)
        handlings = Handout.objects.filter(known.heard(), accreditation__isnull=False, paid_before=False).filter(
            ~Exists(frozen.filter(handout=OuterRef("pk")))
        )
        in_programme = Q(on__range=(self.programme.starts_on, self.programme.ends_on))
        years = (
            MembershipYear.objects.filter(known.heard(), in_programme, paid_before=False)
            .exclude(enrolment__kind__in=self.unpaid)
            .filter(~Exists(frozen.filter(membership_year=OuterRef("pk"))))
        )
        return [(handlings, self.handling), (years, self.membership)]
