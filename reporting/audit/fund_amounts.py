"""An amount of the fund, taken apart: the entries, statements or facts that add up to it, by the amount's own query."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from kbl.clock import local_day
from kbl.formats import serial
from kbl.fund import budget
from kbl.fund.ledger import INCOME
from kbl.fund.models import BudgetLine, FundEntry
from kbl.organisations.models import Programme
from kbl.settlements.fund_figures import commitments
from kbl.settlements.models import Correction, Statement, Tariff
from kbl.spreadsheets import Cell
from reporting.audit.fact_rows import RELATED, about
from reporting.figures import fund_position
from reporting.figures.as_of import AsOf
from reporting.figures.fund_position import Fund
from reporting.figures.query import FigureQuery, FundAmount

TITLES = {
    FundAmount.RECEIVED: "Ontvangen",
    FundAmount.SPENT: "Uitgegeven",
    FundAmount.OWED: "Nog goed te keuren",
    FundAmount.WAITING: "Gemeld, nog op geen afrekening",
    FundAmount.COMMITTED: "Toegezegd",
    FundAmount.USED: "Uitgegeven en toegezegd",
    FundAmount.FREE: "Vrij",
    FundAmount.BUDGET: "Begroting van het fonds",
    FundAmount.CONTRIBUTION: "Hele bijdrage",
}
MEANINGS = {
    FundAmount.RECEIVED: "Termijnen die binnenkwamen, min wat is teruggeboekt.",
    FundAmount.SPENT: "Goedgekeurde afrekeningen en overige kosten.",
    FundAmount.OWED: "Afrekeningen van gesloten kwartalen die Cubiss nog niet goedkeurde.",
    FundAmount.WAITING: "Feiten zonder regel, tegen het tarief van hun dag, min gevraagde correcties.",
    FundAmount.COMMITTED: "Nog goed te keuren en gemeld samen.",
    FundAmount.USED: "Uitgegeven en toegezegd samen.",
    FundAmount.FREE: "Begroting min uitgegeven en toegezegd.",
    FundAmount.BUDGET: "De posten van het lidmaatschapsfonds.",
    FundAmount.CONTRIBUTION: "Alle posten die de opdrachtgever betaalt, ook buiten het fonds.",
}
# Amounts that are other amounts together; -1 is taken off.
PARTS: dict[FundAmount, dict[FundAmount, int]] = {
    FundAmount.COMMITTED: {FundAmount.OWED: 1, FundAmount.WAITING: 1},
    FundAmount.USED: {FundAmount.SPENT: 1, FundAmount.OWED: 1, FundAmount.WAITING: 1},
    FundAmount.FREE: {FundAmount.BUDGET: 1, FundAmount.SPENT: -1, FundAmount.OWED: -1, FundAmount.WAITING: -1},
}
WITH_WAITING = {FundAmount.WAITING, *PARTS}
HEADERS = ["dag", "wat", "kenmerk", "bedrag"]


@dataclass(frozen=True)
class FundRow:
    """One thing that counts in an amount, in euros; `url` leads on."""

    on: date | None
    words: str
    reference: str
    amount: Decimal
    url: str = ""

    @property
    def cells(self) -> list[Cell]:
        return [self.on, self.words, self.reference, self.amount]


Reader = Callable[[Any], FundRow]


@dataclass(frozen=True)
class JoinedRows(Sequence[FundRow]):
    """Several lists after each other, for a paginator: only what is looked at is read."""

    sources: Sequence[tuple[QuerySet, Reader]]

    @cached_property
    def counts(self) -> list[int]:
        return [rows.count() for rows, _ in self.sources]

    def __len__(self) -> int:
        return sum(self.counts)

    def __getitem__(self, wanted: Any) -> Any:
        first, last, _ = wanted.indices(len(self))
        found: list[FundRow] = []
        for (rows, read), count in zip(self.sources, self.counts, strict=True):
            found += map(read, rows[max(first, 0) : max(min(last, count), 0)] if first < count and last > 0 else [])
            first, last = first - count, last - count
        return found

    def __iter__(self) -> Iterator[FundRow]:
        for rows, read in self.sources:
            yield from map(read, rows.iterator(chunk_size=1000))


@dataclass(frozen=True)
class FundAmountFacts:
    """An amount of the fund at a moment."""

    query: FigureQuery
    as_of: AsOf

    @cached_property
    def _fund(self) -> Fund:
        return fund_position.fund(self.as_of)

    @cached_property
    def amounts(self) -> dict[FundAmount, Decimal]:
        """Every amount of the moment: as the report counts it, or of a day as the fund's page does."""
        fund = self._fund
        at = fund.position
        if self.query.day:
            at = commitments.position(self.query.day, waiting=at.waiting)
        found = {name: getattr(at, name.value) for name in FundAmount if name != FundAmount.CONTRIBUTION}
        return found | {FundAmount.CONTRIBUTION: fund.contribution}

    @property
    def unpriced(self) -> int:
        """How many facts have no tariff, and are therefore in no amount."""
        return self._fund.unpriced

    @property
    def what(self) -> FundAmount:
        return FundAmount(self.query.what)

    @property
    def amount(self) -> Decimal:
        return self.amounts[self.what]

    def parts(self) -> list[tuple[str, Decimal, FigureQuery]]:
        """The amounts that this one is made of; empty for one that is made of rows."""
        return [
            (TITLES[name], self.amounts[name] * sign, self.at(name)) for name, sign in PARTS.get(self.what, {}).items()
        ]

    def at(self, name: FundAmount) -> FigureQuery:
        """The question about another amount of the same moment."""
        return FigureQuery(name, self.query.until, day=self.query.day)

    def rows(self) -> JoinedRows:
        """What adds up to the amount."""
        names = PARTS.get(self.what)
        if names is None:
            return JoinedRows(self._sources(self.what))
        return JoinedRows([each for name, sign in names.items() for each in self._sources(name, sign)])

    def _sources(self, what: FundAmount, sign: int = 1) -> list[tuple[QuerySet, Reader]]:
        if what in (FundAmount.RECEIVED, FundAmount.SPENT):
            booked = Q(on__lte=self.query.day) if self.query.day else fund_position.booked_by(self.as_of)
            sources = _entries(booked, income=what == FundAmount.RECEIVED)
        else:
            sources = _SOURCES[what](self.as_of)
        return sources if sign == 1 else [(rows, partial(_opposite, read)) for rows, read in sources]


def _opposite(read: Reader, found: Any) -> FundRow:
    row = read(found)
    return replace(row, amount=-row.amount)


def _entries(booked: Q, *, income: bool) -> list[tuple[QuerySet, Reader]]:
    """Entries of the ledger; what went out is told as a positive amount."""
    rows = FundEntry.objects.filter(INCOME if income else ~INCOME).filter(booked)
    sign = 1 if income else -1

    def read(entry: FundEntry) -> FundRow:
        url = reverse("cubiss:audit_entry", args=[entry.pk])
        return FundRow(entry.on, f"{entry.get_kind_display()}: {entry.description}", "", sign * entry.amount, url)

    return [(rows.order_by("on", "pk"), read)]


def _owed(as_of: AsOf) -> list[tuple[QuerySet, Reader]]:
    rows = fund_position.unapproved(as_of).select_related("organisation", "closing", "own_number")

    def read(statement: Statement) -> FundRow:
        url = reverse("cubiss:audit_statement", args=[statement.pk])
        words = f"{statement.get_kind_display()} {statement.organisation}"
        return FundRow(local_day(statement.closing.closed_at), words, str(statement), statement.net, url)

    return [(rows.exclude(net=0).order_by("closing__quarter", "kind", "organisation__name", "pk"), read)]


def _waiting(as_of: AsOf) -> list[tuple[QuerySet, Reader]]:
    prices = dict(Tariff.objects.values_list("pk", "amount"))

    def read_fact(fact: Any) -> FundRow:
        number, words, organisation = about(fact)
        url = reverse("cubiss:audit_voucher", args=[number])
        return FundRow(fact.on, f"{words}, {organisation}", serial(number), prices[fact.tariff_pk], url)

    def read_correction(correction: Correction) -> FundRow:
        line = correction.line
        url = reverse("cubiss:audit_line", args=[line.pk])
        return FundRow(local_day(correction.at), f"correctie op {line.statement}", serial(line.serial), -line.net, url)

    facts = [
        (
            rows.annotate(tariff_pk=tariff)
            .filter(tariff_pk__isnull=False)
            .select_related(*RELATED[rows.model])
            .order_by("on", "pk"),
            read_fact,
        )
        for rows, tariff in fund_position.unbilled(as_of)
    ]
    corrections = fund_position.open_corrections(as_of).select_related("line__statement__closing").order_by("at", "pk")
    return [*facts, (corrections, read_correction)]


def _posts(rows: QuerySet[BudgetLine]) -> list[tuple[QuerySet, Reader]]:
    def read(line: BudgetLine) -> FundRow:
        return FundRow(None, f"{line.year}: {line.post} {line.name}", line.paid_by, line.amount)

    return [(rows.order_by("year", "post"), read)]


_SOURCES: dict[FundAmount, Callable[[AsOf], list[tuple[QuerySet, Reader]]]] = {
    FundAmount.OWED: _owed,
    FundAmount.WAITING: _waiting,
    FundAmount.BUDGET: lambda as_of: _posts(budget.fund_lines()),
    FundAmount.CONTRIBUTION: lambda as_of: _posts(BudgetLine.objects.filter(paid_by=Programme.current().commissioner)),
}
