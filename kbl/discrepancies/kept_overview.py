"""How many discrepancies are open, as a page shows it: what a task kept, with very many vouchers, else counted now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from kbl.clock import local_day
from kbl.discrepancies import reconciliation, worklist
from kbl.discrepancies.conversion import Conversion, conversions
from kbl.discrepancies.discrepancy import Discrepancy
from kbl.discrepancies.reconciliation import OpenCount
from kbl.discrepancies.worklist import WorklistFilter
from kbl.jobs.kept import Keeper
from kbl.jobs.models import KeptCount
from kbl.organisations.models import Organisation

FIRST_ROWS = 1000  # of a class that are kept: forty pages, more than anybody leafs through


class KnownRows(Sequence[Any]):
    """The open rows of a class for a paginator, of which a task found the first: nobody searches them again.

    What was answered since is left out, so that whoever works through the list always has a full page.
    """

    def __init__(self, rows: QuerySet[Any], keys: list[int], count: int) -> None:
        self.rows = rows
        self.keys = list(rows.filter(pk__in=keys).values_list("pk", flat=True))
        self.number = count - (len(keys) - len(self.keys))

    def __len__(self) -> int:
        return self.number

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __getitem__(self, asked: Any) -> Any:
        if asked.stop > len(self.keys):
            return list(self.rows[asked])
        return list(self.rows.filter(pk__in=self.keys[asked]))


@dataclass(frozen=True)
class Overview:
    """Every class with its number; `kept_at` is None when they are of now."""

    counts: list[OpenCount]
    on: date
    kept: KeptCount | None = None

    @property
    def kept_at(self) -> datetime | None:
        return self.kept.at if self.kept else None

    def parties(self, of: Discrepancy) -> QuerySet[Organisation]:
        """Whose rows there are in a class, answered ones too, by name."""
        if self.kept is None:
            return worklist.parties(of, self.on)
        return Organisation.objects.filter(pk__in=self.kept.content["parties"][of.slug]).order_by("name")

    def rows(self, of: Discrepancy, only: WorklistFilter) -> QuerySet[Any] | KnownRows:
        """The rows of a class that a filter lets through: without a filter the first are known."""
        found = worklist.rows(of, only, self.on)
        if self.kept is None or only != WorklistFilter():
            return found
        count, _ = self.kept.content["counts"][of.slug]
        return KnownRows(found, self.kept.content["rows"].get(of.slug, []), count)

    @property
    def conversions(self) -> list[Conversion]:
        """What became of hand-outs, per intermediary."""
        return _conversions(self.kept.content["conversions"]) if self.kept else conversions(self.on)


def overview(on: date) -> Overview:
    """The open discrepancies of days up to and including `on`."""
    if kept := KEEPER.latest():
        counts = kept.content["counts"]
        return Overview([_count(each, counts[each.slug], on) for each in reconciliation.DISCREPANCIES], on, kept)
    return Overview(reconciliation.overview(on), on)


def _plain(at: datetime) -> dict[str, Any]:
    on = local_day(at)
    return {
        "counts": {
            each.discrepancy.slug: [
                each.count,
                (on - timedelta(days=each.oldest)).isoformat() if each.oldest is not None else None,
            ]
            for each in reconciliation.overview(on)
        },
        "parties": {
            each.slug: list(worklist.parties(each, on).values_list("pk", flat=True))
            for each in reconciliation.DISCREPANCIES
        },
        "rows": {
            each.slug: list(worklist.rows(each, WorklistFilter(), on).values_list("pk", flat=True)[:FIRST_ROWS])
            for each in reconciliation.DISCREPANCIES
        },
        "conversions": [[each.organisation.pk, each.handed_out, each.redeemed, each.low] for each in conversions(on)],
    }


KEEPER = Keeper("discrepancies", _plain)


def _count(discrepancy: Discrepancy, plain: list, on: date) -> OpenCount:
    count, first = plain
    return OpenCount(discrepancy, count, (on - date.fromisoformat(first)).days if first else None)


def _conversions(plain: list[list]) -> list[Conversion]:
    known = Organisation.objects.in_bulk([key for key, *_ in plain])
    return [Conversion(known[key], handed_out, redeemed, low) for key, handed_out, redeemed, low in plain]
