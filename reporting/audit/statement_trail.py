"""The audit trail of a statement and its lines: the facts, the files, the draw on the fund, payments and bank."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from kbl.fund.models import FundEntry
from kbl.money import ZERO
from kbl.payments.models import Payment
from kbl.payments.runs.payable import went_out
from kbl.settlements.models import Document, EInvoice, Line, Statement
from kbl.settlements.statements import statement_view
from kbl.settlements.statements.steps import draw_reference

PARTY = ["statement__organisation", "statement__closing", "statement__own_number"]
FACT = [
    "handout__recorded_by",
    "handout__revoked_by",
    "handout__organisation",
    "handout__accreditation",
    "membership_year__recorded_by",
    "membership_year__revoked_by",
    "membership_year__library",
    "membership_year__enrolment__branch",
    "membership_year__enrolment__recorded_by",
]
PAIR = ["tariff", "correction__by", "corrects__statement__closing", "corrected_by__statement__closing"]


@dataclass(frozen=True)
class StatementFiles:
    """What was made of a statement, without the bytes."""

    document: Document | None
    einvoice: EInvoice | None


@dataclass(frozen=True)
class LineSum:
    """The lines of a statement for one thing at one price, in euros."""

    words: str
    price: Decimal
    count: int
    net: Decimal


def lines() -> QuerySet[Line]:
    """Lines with everything that one page about a line tells."""
    return Line.objects.select_related(*PARTY, *FACT, *PAIR)


def files(statement: Statement) -> StatementFiles:
    """The statement's document and e-invoice, as far as they were made."""
    return StatementFiles(
        Document.objects.filter(statement=statement).defer("content").first(),
        EInvoice.objects.filter(statement=statement).defer("content").first(),
    )


def draw(statement: Statement) -> FundEntry | None:
    """The fund's entry of an approved statement."""
    return FundEntry.objects.filter(reference=draw_reference(statement)).select_related("recorded_by").first()


def statement_of(entry: FundEntry) -> Statement | None:
    """The statement that an entry of the fund draws for."""
    kind, _, pk = entry.reference.partition(":")
    if entry.kind != FundEntry.Kind.DRAW or kind != "statement" or not pk.isdigit():
        return None
    return Statement.objects.filter(pk=pk).select_related("organisation", "closing").first()


def payments(statement: Statement) -> QuerySet[Payment]:
    """Every payment of a statement, with what the bank said of it."""
    rows = statement.payments.select_related("run__prepared_by", "run__released_by")
    return rows.prefetch_related("bank_entries__file").order_by("pk")


def booked(payment: Payment) -> Decimal:
    """What the bank's statements show of one payment: what went out less what came back, as a positive amount."""
    return -(payment.bank_entries.aggregate(total=Sum("amount"))["total"] or ZERO) or ZERO


def booked_for(statement: Statement) -> Decimal:
    """What the bank's statements show for a statement, as the payments themselves count it."""
    return went_out([statement.pk]).get(statement.pk, ZERO)


def sums(statement: Statement) -> list[LineSum]:
    """The lines of a statement added up by what they are for and their price; together they are its net amount."""
    grouped = (
        statement.lines.order_by()
        .values("net", "membership_year__ordinal", "membership_year__enrolment__kind")
        .annotate(count=Count("pk"), total=Sum("net"))
    )
    found: dict[tuple[str, Decimal], LineSum] = {}
    for row in grouped:
        words = statement_view.words_for(row["membership_year__ordinal"], row["membership_year__enrolment__kind"])
        words = words if row["net"] > 0 else f"correctie van {words}"
        price = (words, row["net"])
        before = found.get(price, LineSum(*price, 0, ZERO))
        found[price] = LineSum(*price, before.count + row["count"], before.net + row["total"])
    return sorted(found.values(), key=lambda each: (each.net < 0, each.words))
