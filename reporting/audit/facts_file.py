"""The facts behind a figure, or the rows behind an amount, as a file: at once while that is short, as work when long.

A web worker that is busy with one answer for a minute is ended, and what it had sent so far looks like a file. So what
has more rows than `MOST_AT_ONCE` is made in the background, zipped, and fetched when it is whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from kbl.spreadsheets import MOST_AT_ONCE, Cell, csv_pieces
from kbl.spreadsheets import zipped as zipped_pieces
from reporting.audit import fact_rows, figure_facts, fund_amounts
from reporting.figures.query import FigureQuery


@dataclass(frozen=True)
class FactsFile:
    """What a file will hold: `count` and `rows` are asked of the database only when they are wanted."""

    name: str
    headers: list[str]
    rows: Callable[[], Iterable[list[Cell]]]
    count: Callable[[], int]

    @property
    def is_long(self) -> bool:
        return self.count() > MOST_AT_ONCE


def file_of(query: FigureQuery, *, on: date, at: datetime) -> FactsFile:
    """The file of a figure or an amount, as known at a moment."""
    if query.is_fund_amount:
        as_of = figure_facts.span_of(query, on=on, at=at).as_of
        rows = fund_amounts.FundAmountFacts(query, as_of).rows()
        name = f"kbl-{query.what}-{query.day or query.until or on}"
        return FactsFile(name, fund_amounts.HEADERS, lambda: (row.cells for row in rows), lambda: len(rows))
    found = figure_facts.facts_of(query, on=on, at=at)
    listed = fact_rows.listed(found.rows)

    def cells() -> Iterator[list[Cell]]:
        chunks = listed.iterator(chunk_size=fact_rows.CHUNK)
        return (row.cells for row in fact_rows.read(chunks, at=found.span.as_of.at))

    headers = fact_rows.STOCK_HEADERS if query.what in figure_facts.STOCK_MEASURES else fact_rows.FACT_HEADERS
    return FactsFile(f"kbl-{query.what}-{query.until or on}", headers, cells, listed.count)


def zipped(file: FactsFile, progress: Callable[[int], None]) -> bytes:
    """The CSV in a zip, written row by row; tells how many rows it has had."""

    def counted() -> Iterator[list[Cell]]:
        for done, row in enumerate(file.rows(), start=1):
            progress(done)
            yield row

    return zipped_pieces(f"{file.name}.csv", csv_pieces(file.headers, counted()))
