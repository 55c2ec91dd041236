"""What the lines of a party are: uitreikingen, new members, conversions, renewals, corrections; and free-anyway apart.

Free-anyway memberships bring no money and so no lines: they are counted from the facts, as they were known when the
quarter closed, each in one quarter.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case, CharField, Count, Q, QuerySet, Sum, Value, When

from kbl.money import ZERO, euro
from kbl.organisations.models import Programme
from kbl.periods import Quarter
from kbl.settlements.models import Closing, Line, Statement
from libraries.models import Enrolment, MembershipYear


class LineSort(StrEnum):
    """What a line is for, in the order in which screens and documents name them."""

    HANDLING = "handling"
    NEW = "new"
    CONVERSION = "conversion"
    RENEWAL = "renewal"
    CORRECTION = "correction"


# One, many.
WORDS: dict[LineSort, tuple[str, str]] = {
    LineSort.HANDLING: ("uitreiking", "uitreikingen"),
    LineSort.NEW: ("nieuw lid", "nieuwe leden"),
    LineSort.CONVERSION: ("omzetting", "omzettingen"),
    LineSort.RENEWAL: ("verlenging", "verlengingen"),
    LineSort.CORRECTION: ("correctie", "correcties"),
}
FREE_ANYWAY = ("al gratis lid", "al gratis leden")


@dataclass(frozen=True)
class BreakdownPart:
    """So many lines of one sort, and what they come to in euros excluding VAT."""

    sort: LineSort
    count: int
    net: Decimal

    @property
    def words(self) -> str:
        """`uitreiking` for one, `uitreikingen` for more."""
        return WORDS[self.sort][self.count != 1]


@dataclass(frozen=True)
class Breakdown:
    """The parts of one party in one quarter, and how many free-anyway memberships there were beside them."""

    parts: tuple[BreakdownPart, ...] = ()
    free_anyway: int = 0

    @property
    def free_words(self) -> str:
        return FREE_ANYWAY[self.free_anyway != 1]

    def __iter__(self) -> Iterator[BreakdownPart]:
        return iter(self.parts)


Key = tuple[str, int]


def of_statement(statement: Statement) -> Breakdown:
    """The lines of one statement."""
    party = (statement.kind, statement.organisation_id)
    free = {}
    if statement.kind == Statement.Kind.INVOICE:
        closing = statement.closing
        mine = _free_years(closing.quarter, at=closing.closed_at).filter(library=statement.organisation_id)
        free = {statement.organisation_id: mine.count()}
    return put_together(_of_lines(statement.lines.all()), free).get(party, Breakdown())


def of_closing(closing: Closing) -> dict[Key, Breakdown]:
    """The lines of every statement of a closing, per kind and organisation."""
    lines = Line.objects.filter(statement__closing=closing)
    return put_together(_of_lines(lines), free_anyway(closing.quarter, at=closing.closed_at))


def together(breakdowns: Iterable[Breakdown]) -> Breakdown:
    """Several parties added up."""
    counts: defaultdict[LineSort, int] = defaultdict(int)
    nets: defaultdict[LineSort, Decimal] = defaultdict(lambda: ZERO)
    free = 0
    for each in breakdowns:
        free += each.free_anyway
        for part in each:
            counts[part.sort] += part.count
            nets[part.sort] += part.net
    return Breakdown(tuple(BreakdownPart(sort, counts[sort], nets[sort]) for sort in LineSort if counts[sort]), free)


def free_anyway(quarter: Quarter, *, at: datetime) -> dict[int, int]:
    """Per library, how many free-anyway enrolments there are in a quarter, as known at a moment.

    Enrolments, as in the province's report: another year of such a membership brings nothing and is counted nowhere.
    """
    years = _free_years(quarter, at=at).order_by()
    return dict(years.values_list("library").annotate(count=Count("pk")))


def _free_years(quarter: Quarter, *, at: datetime) -> QuerySet[MembershipYear]:
    """Begun by the quarter's end and heard of by `at`; what the closing before it had counted already is not among
    them, so that what came late is counted once."""
    known = MembershipYear.objects.filter(enrolment__kind=Enrolment.Kind.FREE_ANYWAY, ordinal=1, recorded_at__lte=at)
    known = known.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
    known = known.filter(on__lte=quarter.last_day, on__gte=Programme.current().starts_on)
    before = Closing.objects.filter(quarter__lt=quarter).order_by("quarter").last()
    if before is None:
        return known
    return known.exclude(on__lte=before.quarter.last_day, recorded_at__lte=before.closed_at)


def _of_lines(lines: QuerySet[Line]) -> list[tuple[Key, LineSort, int, Decimal]]:
    sort = Case(
        When(corrects__isnull=False, then=Value(LineSort.CORRECTION)),
        When(handout__isnull=False, then=Value(LineSort.HANDLING)),
        When(membership_year__ordinal__gt=1, then=Value(LineSort.RENEWAL)),
        When(membership_year__enrolment__kind=Enrolment.Kind.CONVERSION, then=Value(LineSort.CONVERSION)),
        default=Value(LineSort.NEW),
        output_field=CharField(),
    )
    rows = lines.order_by().values_list("statement__kind", "statement__organisation", sort)
    return [
        ((kind, party), LineSort(what), count, euro(net))
        for kind, party, what, count, net in rows.annotate(count=Count("pk"), total=Sum("net"))
    ]


def put_together(rows: Iterable[tuple[Key, LineSort, int, Decimal]], free: dict[int, int]) -> dict[Key, Breakdown]:
    parts: defaultdict[Key, dict[LineSort, BreakdownPart]] = defaultdict(dict)
    for key, sort, count, net in rows:
        parts[key][sort] = BreakdownPart(sort, count, net)
    for library in free:
        parts[Statement.Kind.INVOICE, library]  # a party with nothing but free-anyway is there too
    return {
        (kind, party): Breakdown(
            tuple(mine[sort] for sort in LineSort if sort in mine),
            free.get(party, 0) if kind == Statement.Kind.INVOICE else 0,
        )
        for (kind, party), mine in parts.items()
    }
