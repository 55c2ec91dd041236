"""Facts as an auditor reads them: what, when, where, who wrote it down, and the line, payment and booking it led to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from intermediaries.models import Handout
from intermediaries.service_areas.areas import ServiceAreas
from kbl.organisations.models import Municipality, Organisation
from kbl.payments.models import BankEntry, Payment
from kbl.settlements.models import Line
from kbl.spreadsheets import Cell
from libraries.models import Enrolment, MembershipYear
from reporting.figures.places import SEVERAL
from vouchers.models import Batch, StockMovement
from vouchers.numbers import SerialRange, show_serial

CHUNK = 1000
# The facts that stand and those that were revoked have an index each: with both named, the database uses both.
STANDING_OR_NOT = Q(revoked_at__isnull=True) | Q(revoked_at__isnull=False)
RELATED: dict[type, list[str]] = {
    Handout: ["organisation", "recorded_by"],
    Enrolment: ["library", "branch", "recorded_by"],
    MembershipYear: ["library", "enrolment__branch", "recorded_by"],
    Batch: ["recorded_by"],
    StockMovement: ["from_holder", "to_holder", "recorded_by"],
}


@dataclass(frozen=True)
class Paid:
    """The money of a line: its payment and the booking on the bank's statement, as far as they are there."""

    payment: Payment
    booked: BankEntry | None


@dataclass(frozen=True)
class FactRow:
    """One fact; `counts` is what it adds to the figure."""

    serial: int
    words: str
    on: date
    organisation: Organisation
    place: str
    recorded_at: datetime
    recorded_by: str
    revoked_at: datetime | None
    counts: int
    line: Line | None
    paid: Paid | None

    @property
    def cells(self) -> list[Cell]:
        """As a row of a file."""
        statement = self.line.statement if self.line else None
        booked = self.paid.booked if self.paid else None
        return [
            show_serial(self.serial),
            self.words,
            self.on,
            str(self.organisation),
            self.place,
            self.recorded_at.isoformat(),
            self.recorded_by,
            self.revoked_at.isoformat() if self.revoked_at else "",
            self.counts,
            self.line.pk if self.line else None,
            str(statement) if statement else "",
            str(self.paid.payment) if self.paid else "",
            booked.on if booked else None,
        ]


FACT_HEADERS = [
    "voucher",
    "wat",
    "dag",
    "organisatie",
    "gemeente",
    "vastgelegd op",
    "vastgelegd door",
    "ingetrokken op",
    "telt",
    "regel",
    "afrekening",
    "betaling",
    "bij de bank op",
]


@dataclass(frozen=True)
class StockRow:
    """A batch that was made, or a movement of stock."""

    serials: SerialRange
    words: str
    on: date
    path: str
    recorded_at: datetime
    recorded_by: str
    counts: int

    @property
    def cells(self) -> list[Cell]:
        first, last = show_serial(self.serials.first), show_serial(self.serials.last)
        moment = self.recorded_at.isoformat()
        return [first, last, self.words, self.on, self.path, moment, self.recorded_by, self.counts]


STOCK_HEADERS = ["van nummer", "tot en met", "wat", "dag", "waar", "vastgelegd op", "vastgelegd door", "telt"]


def listed(rows: QuerySet) -> QuerySet:
    """The rows of a figure with the related rows that reading them needs, oldest first."""
    day = "made_on" if rows.model is Batch else "on"
    return rows.select_related(*RELATED[rows.model]).order_by(day, "pk")


def read(rows: Iterable[Any], *, at: datetime | None = None) -> Iterator[FactRow | StockRow]:
    """Read rows of `listed`, a thousand at a time, so that a long list stays small in memory.

    `at`: the moment of the figure; hand-outs count for a municipality by the service areas that were known then.
    """
    waiting, areas = iter(rows), ServiceAreas.known(at)
    towns = dict(Municipality.objects.values_list("pk", "name"))
    while some := list(islice(waiting, CHUNK)):
        if isinstance(some[0], Batch | StockMovement):
            yield from map(_paper, some)
        else:
            yield from _facts(some, areas, towns)


def _facts(facts: list[Any], areas: ServiceAreas, towns: dict[int, str]) -> Iterator[FactRow]:
    lines = _lines(facts)
    paid = payments([line.statement_id for line in lines.values()])
    for fact in facts:
        line = lines.get(fact.pk)
        counts = getattr(fact, "counts", 1)
        serial, words, organisation = about(fact)
        yield FactRow(
            serial,
            words,
            fact.on,
            organisation,
            _place(fact, areas, towns),
            fact.recorded_at,
            str(fact.recorded_by),
            fact.revoked_at,
            counts,
            line,
            paid.get(line.statement_id) if line else None,
        )


def about(fact: Handout | Enrolment | MembershipYear) -> tuple[int, str, Organisation]:
    """The serial, what it was, and whose it is."""
    if isinstance(fact, Handout):
        return fact.voucher_id, "uitreiking", fact.organisation
    if isinstance(fact, Enrolment):
        return fact.voucher_id, str(fact.get_kind_display()), fact.library
    return fact.enrolment.voucher_id, f"jaar {fact.ordinal}", fact.library


def _place(fact: Handout | Enrolment | MembershipYear, areas: ServiceAreas, towns: dict[int, str]) -> str:
    """The municipality for which a fact counts, by name."""
    if not isinstance(fact, Handout):
        return towns[(fact if isinstance(fact, Enrolment) else fact.enrolment).branch.municipality_id]
    place = areas.place(fact.organisation_id, fact.organisation.municipality_id, fact.on)
    return SEVERAL.lower() if place is None else towns[place]


def _lines(facts: list[Any]) -> dict[int, Line]:
    """The line that billed each fact; an enrolment's is that of its first year."""
    keys = [fact.pk for fact in facts]
    name = "handout" if isinstance(facts[0], Handout) else "membership_year"
    if isinstance(facts[0], Enrolment):
        # The years first, by both of their indexes: a line is found by its year, and a condition on the enrolment of
        # that year would have every line read.
        years = MembershipYear.objects.filter(STANDING_OR_NOT, enrolment__in=keys, ordinal=1)
        of_year = dict(years.values_list("pk", "enrolment"))
    else:
        of_year = {key: key for key in keys}
    lines = Line.objects.filter(corrects=None, **{f"{name}__in": list(of_year)})
    found = lines.select_related("statement__closing", "statement__own_number", "membership_year")
    return {of_year[getattr(line, f"{name}_id")]: line for line in found}


def payments(statements: Iterable[int]) -> dict[int, Paid]:
    """The payment of each statement: the one that stands, else the last; with its booking at the bank."""
    rows = Payment.objects.filter(statement__in=set(statements)).select_related("run").order_by("pk")
    found: dict[int, Payment] = {}
    for payment in rows:
        if payment.statement_id not in found or payment.ended_at is None:
            found[payment.statement_id] = payment
    booked: dict[int, BankEntry] = {}
    for entry in BankEntry.objects.filter(payment__in=list(found.values())).order_by("on", "pk"):
        if entry.payment_id is not None:
            booked[entry.payment_id] = entry
    return {pk: Paid(payment, booked.get(payment.pk)) for pk, payment in found.items()}


def _paper(row: Batch | StockMovement) -> StockRow:
    serials = SerialRange(row.first_serial, row.last_serial)
    told = (row.recorded_at, str(row.recorded_by), row.counts)  # type: ignore[union-attr]
    if isinstance(row, Batch):
        return StockRow(serials, f"gemaakt, {row.get_medium_display()}", row.made_on, "voorraad van Cubiss", *told)
    ends = [str(holder or "Cubiss") for holder in (row.from_holder, row.to_holder)]
    path = ends[0] if row.kind == StockMovement.Kind.VOID else " naar ".join(ends)
    return StockRow(serials, str(row.get_kind_display()), row.on, path, *told)
