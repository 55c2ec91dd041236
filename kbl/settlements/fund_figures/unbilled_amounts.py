"""What waited for a line at a moment, as it was known then: reported by the parties, on no statement yet.

The unbilled items of the next closing (closing/unbilled_items.py) answer this for now. Looking back, what was frozen
since waits again, and so does what was taken back since: it was a promise that day.

A closing freezes everything before its quarter's end that it had heard of. So what waits happened after that end, or
was heard of after that moment; nobody looks through closed history for it. That a closing left nothing behind is what
`check_books` proves the long way (reporting/integrity/lines.py), and the next closing looks everywhere all the same.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractYear

from intermediaries.models import Handout
from kbl.clock import end_of
from kbl.facts import Fact
from kbl.fund.budget import FEES, HANDLING
from kbl.money import ZERO, euro
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Correction, Line, Statement, StatementStep, Tariff
from kbl.settlements.tariffs.tariffs import MissingTariff, tariff_id
from libraries.models import Enrolment, MembershipYear

YearAmounts = dict[tuple[str, int], Decimal]

# Who read the clock just before a closing and was written down after it waits for the next one. No request and no job
# takes this long.
IN_FLIGHT = timedelta(days=1)


@dataclass(frozen=True)
class UnbilledFacts:
    """Facts of one kind that wait, the id of their tariff, and the post of the budget that they are paid under."""

    post: str
    kind: str
    rows: QuerySet
    tariff: Combinable


@dataclass
class UnbilledAmounts:
    """Euros that wait, per post and year of the day it happened.

    What has no tariff is in no amount: `missing` says of which kind, from which day, and how many.
    """

    amounts: YearAmounts = field(default_factory=dict)
    missing: list[tuple[str, date, int]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), ZERO)

    def checked(self) -> "UnbilledAmounts":
        """The same, when everything has a price. Raises MissingTariff."""
        for kind, day, _ in self.missing:
            raise MissingTariff(kind, day)
        return self

    @property
    def unpriced(self) -> int:
        """How many facts have no tariff."""
        return sum(number for _, _, number in self.missing)


def unbilled_at(at: datetime, until: date | None = None, programme: Programme | None = None) -> UnbilledAmounts:
    """What waited at a moment, of all days or of those up to and including `until`.

    Counted per tariff and year: a million facts come back as a handful of rows. `programme`: where it was read already.
    """
    tariffs = list(Tariff.objects.all())
    prices = {each.pk: each.amount for each in tariffs}
    amounts: defaultdict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    found = UnbilledAmounts()
    for facts in of_kinds(at, until, tariffs, programme):
        rows = facts.rows.order_by().values_list(facts.tariff, ExtractYear("on"))
        for tariff, year, number, first in rows.annotate(n=Count("pk"), first=Min("on")):
            if tariff is None:
                found.missing.append((facts.kind, first, number))
            else:
                amounts[facts.post, year] += prices[tariff] * number
    asked = corrections(at).order_by().values_list(ExtractYear("line__on"), "line__statement__kind")
    for year, kind, net in asked.annotate(net=Sum("line__net")):
        amounts[post_of(kind), year] -= net
    found.amounts = {key: euro(amount) for key, amount in sorted(amounts.items())}
    return found


def of_kinds(
    at: datetime,
    until: date | None = None,
    tariffs: Iterable[Tariff] | None = None,
    programme: Programme | None = None,
) -> list[UnbilledFacts]:
    """Hand-outs and membership years that had been heard of, stood, and were on no line at a moment.

    `until` leaves out what happened after a day, though we had heard of it: a report is about its own quarter.
    """
    programme = programme or Programme.current()
    unpaid = [Enrolment.Kind.FREE_ANYWAY]
    if not programme.conversions_funded:
        unpaid.append(Enrolment.Kind.CONVERSION)
    heard = Q(recorded_at__lte=at) & (Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
    if until:
        heard &= Q(on__lte=until)
    handouts = Handout.objects.filter(heard, accreditation__isnull=False, paid_before=False)
    in_programme = Q(on__range=(programme.starts_on, programme.ends_on))
    years = MembershipYear.objects.filter(heard, in_programme, paid_before=False).exclude(enrolment__kind__in=unpaid)
    last = Closing.objects.filter(closed_at__lte=at).order_by("quarter").last()
    return [
        UnbilledFacts(
            HANDLING,
            Tariff.Kind.HANDLING,
            handouts.filter(_not_frozen(last, Handout, "handout", at=at)),
            tariff_id(Tariff.Kind.HANDLING, day="on", track="accreditation__track", tariffs=tariffs),
        ),
        UnbilledFacts(
            FEES,
            Tariff.Kind.MEMBERSHIP,
            years.filter(_not_frozen(last, MembershipYear, "membership_year", at=at)),
            tariff_id(Tariff.Kind.MEMBERSHIP, day="on", tariffs=tariffs),
        ),
    ]


def _not_frozen(last: Closing | None, facts: type[Fact], column: str, *, at: datetime) -> Q:
    """The condition that a fact was on no line at a moment; `last` is the last closing before it, `column` that of a
    line which names the fact.

    What happened after the last closed quarter is on none, and so is what was told after its closing. Only of what was
    told shortly before that closing, a handful, the lines are looked up.
    """
    if last is None:
        return Q()
    ends, closed_at = last.quarter.last_day, last.closed_at
    frozen = Line.objects.filter(
        corrects__isnull=True, statement__closing__closed_at__lte=at, **{column: OuterRef("pk")}
    )
    shortly_before = facts._default_manager.filter(
        on__lte=ends, recorded_at__gt=closed_at - IN_FLIGHT, recorded_at__lte=closed_at
    )
    passed_over = list(shortly_before.filter(~Exists(frozen)).order_by().values_list("pk", flat=True))
    return Q(on__gt=ends) | Q(recorded_at__gt=closed_at) | Q(pk__in=passed_over)


def corrections(at: datetime) -> QuerySet[Correction]:
    """Corrections that had been asked for, and whose opposite line was not there yet at a moment."""
    opposite = Line.objects.filter(corrects=OuterRef("line"), statement__closing__closed_at__lte=at)
    return Correction.objects.filter(at__lte=at).filter(~Exists(opposite))


def unapproved(at: datetime, until: date | None = None) -> QuerySet[Statement]:
    """Statements that were closed by a moment and not approved then; with `until`, not approved by the end of that day.

    One that was approved once stays approved: a payment that comes back opens it again, but draws nothing. With
    `until`, none of a quarter that comes after that day: several quarters may be closed at one moment.
    """
    by = min(at, end_of(until)) if until else at
    approved = StatementStep.objects.filter(status=Statement.Status.APPROVED, at__lte=by)
    closed = Statement.objects.filter(closing__closed_at__lte=at)
    if until:
        closed = closed.filter(closing__quarter__lte=Quarter.of(until))
    return closed.exclude(pk__in=approved.values("statement"))


def post_of(kind: str) -> str:
    """Under which post of the budget a statement is paid: a library's invoice is fees, a declaration is handling."""
    return FEES if kind == Statement.Kind.INVOICE else HANDLING
