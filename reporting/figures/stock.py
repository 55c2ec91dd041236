"""Stock measures, vouchers made, allocated and void: sums of ranges, so that no single voucher is read."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.fields import IntegerField

from reporting.figures.as_of import AsOf
from vouchers.models import Batch, StockMovement


class StockMeasure(StrEnum):
    """What is counted by the ranges of batches and stock movements."""

    MADE = "made"
    ALLOCATED = "allocated"
    VOID = "void"


_Move = StockMovement.Kind
_SIZE = F("last_serial") - F("first_serial") + 1
# The movements that a figure counts, and whether they add to it or take from it.
_MOVES = {StockMeasure.ALLOCATED: {_Move.ALLOCATE: 1, _Move.RETURN: -1}, StockMeasure.VOID: {_Move.VOID: 1}}


def _moved(as_of: AsOf, *, day: str = "on") -> Q:
    return Q(**{"recorded_at__lte": as_of.at, f"{day}__lte": as_of.until})


def count_stock(moments: Sequence[AsOf]) -> dict[str, list[int]]:
    """Vouchers made, with intermediaries and void at each moment."""
    made, moved = {}, {}
    for i, each in enumerate(moments):
        made[f"made{i}"] = Sum(_SIZE, filter=_moved(each, day="made_on"))
        for kinds in _MOVES.values():
            for kind in kinds:
                moved[f"{kind.value}{i}"] = Sum(_SIZE, filter=_moved(each) & Q(kind=kind))
    sums = {**Batch.objects.aggregate(**made), **StockMovement.objects.aggregate(**moved)}

    def of(measure: StockMeasure, i: int) -> int:
        return sum(sign * (sums[f"{kind.value}{i}"] or 0) for kind, sign in _MOVES[measure].items())

    places = range(len(moments))
    counted = {measure.value: [of(measure, i) for i in places] for measure in _MOVES}
    return {"made": [sums[f"made{i}"] or 0 for i in places], **counted}


def stock_facts(measure: StockMeasure, as_of: AsOf, before: AsOf | None = None) -> QuerySet:
    """The batches or movements that a stock measure counts, each with `counts`: their sum is the figure."""
    made = measure == StockMeasure.MADE
    day = "made_on" if made else "on"
    rows: QuerySet[Any] = (Batch if made else StockMovement)._default_manager.filter(_moved(as_of, day=day)).order_by()
    if before is not None:
        rows = rows.exclude(_moved(before, day=day))
    if made:
        return rows.annotate(counts=_SIZE)
    signs = [When(kind=kind, then=_SIZE * sign) for kind, sign in _MOVES[measure].items()]
    return rows.filter(kind__in=list(_MOVES[measure])).annotate(counts=Case(*signs, output_field=IntegerField()))
